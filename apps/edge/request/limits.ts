import { TokenBucket } from "@hookgate/async";
import type { RateLimit } from "@hookgate/config";
import type { CompiledSource } from "@hookgate/receive";
import { networkOf } from "@hookgate/types";
import ratelimit from "koa-ratelimit";
import { answerLimited, answerUnavailable } from "./answers.ts";
import type { InFlight } from "./in_flight.ts";
import type { NoisyAddresses } from "./noisy_addresses.ts";
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

/** When an address whose share of work is used up may try again, in seconds. */
const AGAIN_SECONDS = 1;

/** Bytes that are received in a millisecond. */
const RECEIVED_BYTES_PER_MS = 1024 * 1024;

/** Answers 503 at once if too much is in flight, before a byte of the body is read. */
export function limitInFlight(inFlight: InFlight): Stage<EdgeState, Admitted> {
  return async function limitInFlight(ctx, next) {
    if (inFlight.full) {
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
  /** Learns which addresses are over their limit. */
  noisy: NoisyAddresses;
  /** What is counted, if it is counted by itself. @default {"refused"} */
  kind?: "refused" | "handshakes";
}

/**
 * Answers 429, and closes the connection, after too many requests of one address in a window. It counts the requests that
 * reach it: its place in the list decides whether those are all or only the refused ones.
 */
export function limitAddresses(options: LimitAddressesOptions): EdgeMiddleware<Arrived> {
  const { rateLimit, counts, noisy, kind = "refused" } = options;
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
      const seconds = ctx.state.rateLimit?.after ?? 0;
      noisy.add(ctx.state.client.address, { forMs: seconds * 1_000 });
      turnAway(ctx, seconds);
    },
  };
  const limitOne = ratelimit(limit);
  return (ctx, next) => limitOne(ctx, async () => next(ctx));
}

/** An address over its limit must not hold on to a socket either. */
function turnAway(ctx: EdgeContext, seconds: number): undefined {
  ctx.set("Connection", "close");
  answerLimited(ctx, seconds);
}

/**
 * Answers 429 to an address over its limit that has used up its share of work, before a byte of the body is read. What is
 * received is work, also if the client hangs up halfway.
 */
export function limitReading(noisy: NoisyAddresses): EdgeMiddleware<Arrived> {
  return function limitReading(ctx, next) {
    const work = noisy.workOf(ctx.state.client.address);
    if (work === null) return next(ctx);
    if (work.left <= 0) return turnAway(ctx, AGAIN_SECONDS);
    const { socket } = ctx.req;
    const before = socket.bytesRead;
    return Promise.resolve(next(ctx)).finally(() => {
      if (!isProven(ctx)) work.spend((socket.bytesRead - before) / RECEIVED_BYTES_PER_MS);
    });
  };
}

/** Options for {@linkcode limitWork}. */
export interface LimitWorkOptions {
  noisy: NoisyAddresses;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** The same before the bytes are looked into, which is the work: many bodies may have been received at once. */
export function limitWork({ noisy, monotonic }: LimitWorkOptions): EdgeMiddleware<Read> {
  return function limitWork(ctx, next) {
    const work = noisy.workOf(ctx.state.client.address);
    if (work === null) return next(ctx);
    if (work.left <= 0) return turnAway(ctx, AGAIN_SECONDS);
    const startedAt = monotonic();
    const done = Promise.resolve(next(ctx));
    // Up to here nothing was waited for: it is the time of this request alone.
    const ms = monotonic() - startedAt;
    work.spend(ms);
    return done.finally(() => {
      // Proven ones are free.
      if (isProven(ctx)) work.spend(-ms);
    });
  };
}

function isProven({ state }: EdgeContext): boolean {
  return "acceptance" in state;
}

/** Options for {@linkcode limitSources}. */
export interface LimitSourcesOptions {
  rateLimit: RateLimit;
  sources: Iterable<CompiledSource>;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Answers 429 to a source that is over the rate that the configuration sets for each. */
export function limitSources(options: LimitSourcesOptions): EdgeMiddleware<Located> {
  const { rateLimit, sources, monotonic } = options;
  const { sourcePerSecond: perSecond, sourceBurst } = rateLimit;
  const buckets = new Map<CompiledSource, TokenBucket>();
  if (perSecond !== null) {
    const rate = { perSecond, burst: sourceBurst ?? 2 * perSecond };
    for (const source of sources) buckets.set(source, new TokenBucket({ ...rate, monotonic }));
  }
  return function limitSources(ctx, next) {
    const waitSeconds = buckets.get(ctx.state.source)?.take() ?? 0;
    if (waitSeconds === 0) return next(ctx);
    answerLimited(ctx, waitSeconds);
    return undefined;
  };
}
