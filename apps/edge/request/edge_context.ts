import type { Description } from "@hookgate/providers";
import type { Acceptance, SignedRequest } from "@hookgate/signature";
import type { QuarantineReason } from "@hookgate/types";
import type Koa from "koa";
import type { InFlightRequest } from "./in_flight.ts";
import type { KnownSource } from "./known_source.ts";

/** Why a request is turned away, through a fault of its own: its answer, and what the log says besides. */
export interface Refusal {
  /** A 4xx. */
  status: number;
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
  /** Set by whoever ends the path well, for `countRequests`. */
  outcome?: "stored" | "duplicate" | "handshake";
  /** Set by whoever refuses what is to be kept apart, by `keepRefused`. */
  quarantine?: QuarantineReason;
  /** By `boundInFlight`: this request's part in what is under way. */
  inFlight: InFlightRequest;
  /** By `resolveAddress`: the client's address in canonical form. */
  address: string;
  /** By `resolveAddress`: the hops that it was resolved from, the socket's own last. */
  addressChain: string;
  /** By `resolveAddress`: whether a trusted proxy has sent the request on, so that its headers are believed. */
  proxied: boolean;
  /** By `findSource`. */
  source: KnownSource;
  /** By `checkAddress`: what the allow list says where it does not allow the address. */
  addressVerdict?: "shadow" | "refused";
  /** By `readBody`: the request as its signature sees it, with the exact bytes of the body. */
  signed: SignedRequest;
  /** By `readBody`: when the answer is due, on the monotonic clock. */
  deadlineAt: number;
  /** By `verifySignature`. */
  acceptance: Acceptance;
  /** By `describeEvent`. */
  description: Description;
  /** By `koa-ratelimit` where it refuses: seconds until its window ends. */
  rateLimit?: { after: number };
}

/** A request on its way through the edge. `captures` is koa-router's. */
export type EdgeContext = Koa.ParameterizedContext<EdgeState, { captures: readonly string[] }>;

/** One step of the path. Plain functions hand `next()` on as it is: each `await` costs every request a turn. */
export type EdgeMiddleware = (ctx: EdgeContext, next: Koa.Next) => Promise<void>;
