import type { AddressVerdict, CompiledSource } from "@hookgate/receive";
import type { Acceptance, SignedRequest } from "@hookgate/signature";
import type { CapturedEvent, QuarantineReason, UnreadReason } from "@hookgate/types";
import type Koa from "koa";
import type { CaptureAnswer } from "../link/pending_captures.ts";
import type { ClientAddress } from "./address/client_address.ts";
import type { InFlightRequest } from "./in_flight.ts";

/** Why a request is refused with a 4xx: the answer, and a reason for the log. */
export interface Refusal {
  /** A 4xx. */
  status: number;
  /** Short name for programs, such as `invalid_signature`. */
  error: string;
  /** One sentence for people, which never helps a forger. */
  message: string;
  /** Only logged. */
  reason?: string;
  /** Set if the request leaves a trace in quarantine although its body was not read. */
  unread?: UnreadReason;
  headers?: Readonly<Record<string, string>>;
}

/** A whole answer. Headers besides its type are set on the response. */
export interface Reply {
  status: number;
  contentType: string;
  body: string;
}

/** What may be known of a request at any point, such as on the way out. How much depends on how far it came. */
export interface EdgeState {
  /** Set by the stage that refuses the request, which ends its path. */
  refusal?: Refusal;
  /** Set by the stage that answers the request with success. */
  outcome?: "stored" | "duplicate" | "handshake";
  /** Set if the request cannot be judged because our clock is wrong. */
  fault?: "clock_wrong";
  /** Set by the stage that answers the request; sent once all stages have ended. */
  reply?: Reply;
  /** Set if the request is to be kept in quarantine. */
  quarantine?: { reason: QuarantineReason; request: Read };
  /** Set once the path names a source. */
  source?: CompiledSource;
  /** Set once the event is made, whether or not it is stored then. */
  captured?: CapturedEvent;
  /** When it was verified, on the monotonic clock; only where requests are traced. Without an end it was not proven. */
  verifying?: { from: number; to?: number };
  /** How the dispatcher answered for the event, and when, on the monotonic clock. */
  capturing?: { from: number; to: number; answer: CaptureAnswer };
  /** Set by koa-ratelimit if it refuses; `after` is the seconds until its window ends. */
  rateLimit?: { after: number };
}

/** Counted as in flight. */
export interface Admitted extends EdgeState {
  /** This request's share of what is in flight. */
  inFlight: InFlightRequest;
}

/** Its client's address is known. */
export interface Arrived extends Admitted {
  client: ClientAddress;
}

/** It is for one of our sources. */
export interface Located extends Arrived {
  source: CompiledSource;
}

/** Its client may send to the source. */
export interface Allowed extends Located {
  allowed: Exclude<AddressVerdict, "refused">;
}

/** Its body has been read. */
export interface Read extends Located {
  /** The request as its signature sees it, with the exact bytes of the body. */
  signed: SignedRequest;
  /** When the answer is due, on the monotonic clock. */
  deadlineAt: number;
}

/** Its signature is proven. */
export interface Verified extends Read {
  acceptance: Acceptance;
}

/** Refused, and not answered yet. */
export interface Refused extends Arrived {
  refusal: Refusal;
}

/** A request at one stage of its path. */
export type EdgeContext<State extends EdgeState = EdgeState> = Koa.ParameterizedContext<
  State,
  // koa-router's, on a path that it knows.
  { captures?: readonly string[] }
>;

/** What a stage returns: a promise only if something is waited for, so that the others cost none. */
export type Passed = Promise<void> | undefined;

/** The stages that follow. */
export type Next<State extends EdgeState> = (ctx: EdgeContext<State>) => Passed;

/**
 * A stage that adds to the state: `next` takes the context that {@linkcode add} returns. Plain functions return `next(…)`
 * as it is, because each `await` costs every request a turn.
 */
export type Stage<State extends EdgeState, Following extends EdgeState> = (
  ctx: EdgeContext<State>,
  next: Next<Following>,
) => Passed;

/** A stage that adds nothing to the state; `State` is what it needs. */
export type EdgeMiddleware<State extends EdgeState = EdgeState> = Stage<State, EdgeState>;

/** Sets a field of the state. The context is the same one; its type says that the field is there. */
export function add<State extends EdgeState, Key extends string, Value>(
  ctx: EdgeContext<State>,
  key: Key,
  value: Value,
): EdgeContext<State & Record<Key, Value>> {
  const state: Record<string, unknown> = ctx.state as object as Record<string, unknown>;
  state[key] = value;
  return ctx as unknown as EdgeContext<State & Record<Key, Value>>;
}

/** Stages in the order in which a request passes them. Each can read only what those before it have added. */
export class Stages<State extends EdgeState = EdgeState> {
  readonly #stages: EdgeMiddleware[] = [];

  /** Appends a stage. */
  use<Added extends EdgeState>(stage: Stage<State, Added>): Stages<State & Added>;
  use(stage: EdgeMiddleware<State>): Stages<State>;
  use(stage: EdgeMiddleware<State>): Stages<State> {
    this.#stages.push(stage as unknown as EdgeMiddleware);
    return this;
  }

  /** All of them as one function. What follows each is made here, once: a request needs no closures. */
  compose<First extends EdgeState>(): Next<First> {
    return this.#stages.reduceRight<Next<EdgeState>>(
      (next, stage) => (ctx) => stage(ctx, next),
      () => undefined,
    ) as Next<First>;
  }

  /** The same, if there is one. */
  useAny(stage: EdgeMiddleware<State> | undefined): Stages<State> {
    return stage === undefined ? this : this.use(stage);
  }

  /** The same, if `condition` holds. */
  useIf(condition: boolean, stage: EdgeMiddleware<State>): Stages<State> {
    return condition ? this.use(stage) : this;
  }
}
