import { type RunningClock, TokenBucket } from "@hookgate/async";
import type { RateLimit } from "@hookgate/config";
import type { CompiledSource } from "@hookgate/receive";
import { networkOf } from "@hookgate/types";
import ratelimit from "koa-ratelimit";
import { answerLimited, answerUnavailable } from "./answers.ts";
import type { InFlight } from "./in_flight.ts";
import {
  type Admitted,
  type Arrived,
  add,
  type EdgeContext,
  type EdgeMiddleware,
  type EdgeState,
  type Located,
  type Read,
  type Stage,
} from "./stages.ts";
import type { UnprovenShares } from "./unproven_shares.ts";

/** Answers 503 at once if too much is in flight, before a byte of the body is read. */
export function limitInFlight(inFlight: InFlight): Stage<EdgeState, Admitted> {
  return async function limitInFlight(ctx, next) {
    if (inFlight.isFull()) {
      answerUnavailable(ctx, "overloaded");
      return;
    }
    const request = inFlight.enter();
    try {
      await next(add(ctx, "inFlight", request));
    } finally {
      request.leave();
    }
  };
}

/** Options for {@linkcode limitAddresses}. */
export interface LimitAddressesOptions {
  rateLimit: RateLimit;
  /** Counts by address, which outlive a reload. Bounded. */
  counts: Map<string, object>;
  /** What is counted, if it is counted by itself. @default {"refused"} */
  kind?: "refused" | "handshakes";
}

/**
 * Answers 429, and closes the connection, after too many requests of one address in a window. It counts the requests that
 * reach it: its place in the list decides whether those are all or only the refused ones.
 */
export function limitAddresses(options: LimitAddressesOptions): EdgeMiddleware<Arrived> {
  const { rateLimit, counts, kind = "refused" } = options;
  const limit = {
    driver: "memory" as const,
    db: counts,
    duration: rateLimit.windowMs,
    max: rateLimit.max,
    id: (ctx: { state: Arrived }) => `${kind} ${networkOf(ctx.state.client.address)}`,
    // Never shown; the default one would be formatted for each request.
    errorMessage: "limited",
    // If only refused requests count, the headers would show a forger how many guesses are left.
    disableHeader: !rateLimit.countVerified,
    onLimited(ctx: EdgeContext<Arrived>) {
      // The library counts without steps of the clock, and then subtracts the wall clock.
      turnAway(ctx, Math.min(ctx.state.rateLimit?.after ?? 0, rateLimit.windowMs / 1_000));
    },
  };
  const limitOne = ratelimit(limit);
  return (ctx, next) => limitOne(ctx, async () => next(ctx));
}

/** Answers 429. An address over its limit must not hold on to a socket either. */
export function turnAway(ctx: EdgeContext, seconds: number): undefined {
  ctx.set("Connection", "close");
  answerLimited(ctx, seconds);
}

/** Answers 429 to an address that has used up its share, before a byte of the body is read. */
export function limitUnproven(shares: UnprovenShares): EdgeMiddleware<Arrived> {
  return function limitUnproven(ctx, next) {
    const waitSeconds = shares.waitSeconds(ctx.state.client.address);
    return waitSeconds > 0 ? turnAway(ctx, waitSeconds) : next(ctx);
  };
}

/**
 * The same before the bytes are looked into, because many bodies may have been received at once; and from however many addresses
 * they come, all of them together keep others waiting no longer than one does.
 */
export function lookInTurn(shares: UnprovenShares): EdgeMiddleware<Read> {
  const limit = limitUnproven(shares);
  return function lookInTurn(ctx, next) {
    const { source, signed } = ctx.state;
    const turn = source.turnToLook(signed);
    return turn === null ? limit(ctx, next) : turn.then(() => limit(ctx, next));
  };
}

/** Options for {@linkcode limitSources}. */
export interface LimitSourcesOptions {
  rateLimit: RateLimit;
  sources: Iterable<CompiledSource>;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  running: Pick<RunningClock, "spanOf">;
}

/** Answers 429 to a source that is over the rate that the configuration sets for each. A pause of ours is not its haste. */
export function limitSources(options: LimitSourcesOptions): EdgeMiddleware<Located> {
  const { rateLimit, sources, monotonic, running } = options;
  const spanOf = (ms: number) => running.spanOf(ms);
  const { sourcePerSecond: perSecond, sourceBurst } = rateLimit;
  const buckets = new Map<CompiledSource, TokenBucket>();
  if (perSecond !== null) {
    const rate = { perSecond, burst: sourceBurst ?? 2 * perSecond };
    for (const source of sources)
      buckets.set(source, new TokenBucket({ ...rate, monotonic, spanOf }));
  }
  return function limitSources(ctx, next) {
    const waitSeconds = buckets.get(ctx.state.source)?.take() ?? 0;
    if (waitSeconds === 0) return next(ctx);
    answerLimited(ctx, waitSeconds);
    return undefined;
  };
}
