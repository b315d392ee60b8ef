import type { Description } from "@hookgate/providers";
import type { SignedRequest } from "@hookgate/signature";
import type Koa from "koa";
import type { InFlightRequest } from "./in_flight.ts";
import type { KnownSource } from "./known_source.ts";

/** Why a request is turned away, through a fault of its own: its answer, and what the log says besides. */
export interface Refusal {
  status: 400 | 401 | 403 | 404 | 405 | 408 | 413 | 415 | 431;
  /** Short name for programs, such as `invalid_signature`. */
  error: string;
  /** One sentence for people, which never helps a forger. */
  message: string;
  /** What only the log says. */
  reason?: string;
  headers?: Readonly<Record<string, string>>;
}

/** What the middlewares tell each other: each field is set by the one it names, and read by those after it. */
export interface EdgeState {
  /** Set by whoever refuses, which ends the path; answered by `answerRefusals`. */
  refusal?: Refusal;
  /** By `boundInFlight`: this request's part in what is under way. */
  inFlight: InFlightRequest;
  /** By `resolveAddress`: the client's address in canonical form. */
  address: string;
  /** By `findSource`. */
  source: KnownSource;
  /** By `readBody`: the exact bytes of the body, and all values of a header. */
  signed: SignedRequest;
  /** By `readBody`: when the last byte arrived, in milliseconds since 1970. */
  receivedAt: number;
  /** By `readBody`: when the answer is due, on the monotonic clock. */
  deadlineAt: number;
  /** By `verifySignature`: the id of the secret that matched. */
  secretId: string;
  /** By `describeEvent`. */
  description: Description;
  /** By `koa-ratelimit` where it refuses: seconds until its window ends. */
  rateLimit?: { after: number };
}

/** A request on its way through the edge. `captures` is koa-router's. */
export type EdgeContext = Koa.ParameterizedContext<EdgeState, { captures: readonly string[] }>;

/** One step of the path. Plain functions hand `next()` on as it is: each `await` costs every request a turn. */
export type EdgeMiddleware = (ctx: EdgeContext, next: Koa.Next) => Promise<void>;
