import type { RunningClock } from "@hookgate/async";
import { type Acceptance, isLargeForm, type Refusal, type Verdict } from "@hookgate/signature";
import type { Report } from "../link/report.ts";
import { answerUnavailable } from "./answers.ts";
import { CERTIFICATE_MS_MAX, type Certificates } from "./certificates.ts";
import type { ClockWatch } from "./clock_watch.ts";
import type { KeySets } from "./key_sets.ts";
import { turnAway } from "./limits.ts";
import { TOO_LARGE } from "./read_body.ts";
import { quarantine, refuse } from "./refusals.ts";
import {
  add,
  type EdgeContext,
  type Next,
  type Passed,
  type Read,
  type Stage,
  type Verified,
} from "./stages.ts";
import type { UnprovenShares } from "./unproven_shares.ts";

/** A request that is looked at so soon after a pause of ours may have waited through all of it. */
const AFTER_PAUSE_MS = 2_000;

/** Longest pause that makes up for a time that is too old: it is as good as a longer tolerance. */
const PAUSE_MS_MAX = 60_000;

/** A refusal that nothing we could fetch would change. */
type Rejection = Exclude<Refusal, { reason: "certificate_needed" | "key_needed" }>;

/** Options for {@linkcode verifySignature}. */
export interface VerifySignatureOptions {
  certificates: Pick<Certificates, "get" | "prove">;
  keySets: Pick<KeySets, "get">;
  clockWatch: Pick<ClockWatch, "suspect" | "trust">;
  report: Pick<Report, "used">;
  shares: Pick<UnprovenShares, "inTurn" | "waitSeconds">;
  running: Pick<RunningClock, "spanOf">;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Proves who sent the bytes. The answer tells a forger nothing; the reason is for the log and for quarantine. 401 means
 * that the signature is certainly bad; if a fault of ours leaves that open, the answer is 503.
 */
export function verifySignature(options: VerifySignatureOptions): Stage<Read, Verified> {
  const { certificates, keySets, clockWatch, report, shares, running, monotonic } = options;

  function judge(ctx: EdgeContext<Read>, verdict: Verdict, next: Next<Verified>): Passed {
    if (verdict.ok) return accept(ctx, verdict, next);
    return verdict.reason === "certificate_needed" || verdict.reason === "key_needed"
      ? fetchAndJudge(ctx, next)
      : reject(ctx, verdict, next);
  }

  /** Forms take longest to look into, and that they cost something is known only once they are refused. */
  async function judgeInTurn(ctx: EdgeContext<Read>, next: Next<Verified>): Promise<void> {
    const { source, signed, client } = ctx.state;
    const verdict = await shares.inTurn(client.address, () => source.verify(signed));
    if (verdict === null) return turnAway(ctx, shares.waitSeconds(client.address));
    return judge(ctx, verdict, next);
  }

  function accept(ctx: EdgeContext<Read>, acceptance: Acceptance, next: Next<Verified>): Passed {
    const { source, signed } = ctx.state;
    const { secretId, signedAt } = acceptance;
    if (signedAt !== null) clockWatch.trust((signed.receivedAt - signedAt) / 1_000);
    report.used(source.name, secretId, signed.receivedAt);
    return next(add(ctx, "acceptance", acceptance));
  }

  async function fetchAndJudge(ctx: EdgeContext<Read>, next: Next<Verified>): Promise<void> {
    const { source, signed, deadlineAt, client } = ctx.state;
    const timeoutMs = () => Math.min(CERTIFICATE_MS_MAX, deadlineAt - monotonic());
    const asker = { source: source.name, address: client.address };
    const used: string[] = [];
    const verdict = await source.verify(signed, {
      fetchCertificate(url, options) {
        used.push(url);
        return certificates.get(url, { ...options, ...asker, timeoutMs: timeoutMs() });
      },
      fetchKeySet: (url, options) => keySets.get(url, { ...options, timeoutMs: timeoutMs() }),
    });
    if (verdict.ok) {
      for (const url of used) certificates.prove(url);
      return accept(ctx, verdict, next);
    }
    if (verdict.reason === "certificate_needed")
      return refuseForNow(ctx, "certificate_unavailable");
    if (verdict.reason === "key_needed") return refuseForNow(ctx, "key_unavailable");
    return reject(ctx, verdict, next);
  }

  function reject(ctx: EdgeContext<Read>, refusal: Rejection, next: Next<Verified>): Passed {
    if (refusal.reason !== "stale") return answerRejected(ctx, refusal);
    const pauseMs = running.spanOf(AFTER_PAUSE_MS) - AFTER_PAUSE_MS;
    if (pauseMs <= 0) return answerRejected(ctx, refusal);
    return judgeStale(ctx, refusal, { next, pauseMs: Math.min(pauseMs, PAUSE_MS_MAX) });
  }

  /** Judges as of before our pause: an old time is the sender's only if it was old when the request came. */
  async function judgeStale(
    ctx: EdgeContext<Read>,
    refusal: Rejection,
    { next, pauseMs }: { next: Next<Verified>; pauseMs: number },
  ): Promise<void> {
    const { source, signed } = ctx.state;
    const verdict = await source.verify({ ...signed, receivedAt: signed.receivedAt - pauseMs });
    return verdict.ok ? accept(ctx, verdict, next) : answerRejected(ctx, refusal);
  }

  function answerRejected(ctx: EdgeContext<Read>, verdict: Rejection): undefined {
    const { reason } = verdict;
    if ("skewSeconds" in verdict) {
      const skewSeconds = verdict.skewSeconds * (verdict.reason === "stale" ? 1 : -1);
      const ours = clockWatch.suspect(ctx.state.source.name, skewSeconds);
      if (ours) {
        ctx.state.fault = "clock_wrong";
        return refuseForNow(ctx, verdict.reason);
      }
    }
    if (!ctx.state.source.knowsSecrets) return unverifiable(ctx);
    if (reason === "body_too_large") return refuse(ctx, TOO_LARGE);
    quarantine(ctx, reason);
    return refuse(ctx, {
      status: 401,
      error: "invalid_signature",
      message: "The signature is missing or not valid.",
      reason,
    });
  }

  return function verifySignature(ctx, next) {
    const { source, signed } = ctx.state;
    if (isLargeForm(signed)) return judgeInTurn(ctx, next);
    const verdict = source.verify(signed);
    // Most schemes answer at once: then do not wait for a turn of the event loop.
    if (!(verdict instanceof Promise)) return judge(ctx, verdict, next);
    return verdict.then((settled) => judge(ctx, settled, next));
  };
}

/** Kept as evidence; the provider is asked to try again. */
function refuseForNow(
  ctx: EdgeContext<Read>,
  reason: "certificate_unavailable" | "key_unavailable" | "stale" | "future",
): undefined {
  quarantine(ctx, reason);
  return unverifiable(ctx);
}

function unverifiable(ctx: EdgeContext<Read>): undefined {
  answerUnavailable(ctx, "unverifiable");
}
