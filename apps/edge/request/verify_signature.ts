import { type Acceptance, type Refusal, type Verdict, verify } from "@hookgate/signature";
import type { Report } from "../link/report.ts";
import { answerUnavailable } from "./answers.ts";
import { CERTIFICATE_MS_MAX, type Certificates } from "./certificates.ts";
import type { ClockWatch } from "./clock_watch.ts";
import type { EdgeContext, EdgeMiddleware } from "./edge_context.ts";
import { knowsSecrets, sourceSecrets } from "./source_secrets.ts";

/** Options for {@linkcode verifySignature}. */
export interface VerifySignatureOptions {
  certificates: Pick<Certificates, "get">;
  clockWatch: Pick<ClockWatch, "suspect" | "trust">;
  report: Pick<Report, "used" | "enrolled">;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

type Next = () => Promise<void>;

/**
 * Proves who sent the bytes. A forger learns nothing from the answer; the reason is for the log and for quarantine. What
 * a fault of ours keeps from being proven is answered 503: 401 is for a signature that is certainly bad.
 */
export function verifySignature(options: VerifySignatureOptions): EdgeMiddleware {
  const { certificates, clockWatch, report, monotonic } = options;

  function judge(ctx: EdgeContext, verdict: Verdict, next: Next): Promise<void> {
    if (verdict.ok) return accept(ctx, verdict, next);
    if (verdict.reason === "certificate_needed") return fetchAndJudge(ctx, verdict.url, next);
    refuse(ctx, verdict);
    return Promise.resolve();
  }

  function accept(ctx: EdgeContext, acceptance: Acceptance, next: Next): Promise<void> {
    const { source, signed } = ctx.state;
    const { secretId, signedAt } = acceptance;
    if (signedAt !== null) clockWatch.trust((signed.receivedAt - signedAt) / 1_000);
    report.used(source.name, secretId, signed.receivedAt);
    ctx.state.acceptance = acceptance;
    return next();
  }

  async function fetchAndJudge(ctx: EdgeContext, url: string, next: Next): Promise<void> {
    const { source, signed, deadlineAt } = ctx.state;
    const timeoutMs = Math.min(CERTIFICATE_MS_MAX, deadlineAt - monotonic());
    const pem = source.trialCertificate ?? (await certificates.get(url, { timeoutMs }));
    if (pem === null) return refuseForNow(ctx, "certificate_unavailable");
    const secrets = sourceSecrets(ctx.state, report);
    const fetched = new Map([[url, pem]]);
    const verdict = await verify(source.provider.recipe, signed, {
      secrets,
      certificates: fetched,
    });
    // A scheme that wants one certificate after the other is none of ours.
    if (verdict.ok || verdict.reason !== "certificate_needed") return judge(ctx, verdict, next);
    return refuseForNow(ctx, "certificate_unavailable");
  }

  function refuse(ctx: EdgeContext, verdict: Exclude<Refusal, { reason: "certificate_needed" }>) {
    if ("skewSeconds" in verdict) {
      const skewSeconds = verdict.skewSeconds * (verdict.reason === "stale" ? 1 : -1);
      const ours = clockWatch.suspect(ctx.state.source.name, skewSeconds);
      if (ours) return refuseForNow(ctx, verdict.reason);
    }
    const { reason } = verdict;
    if (!knowsSecrets(ctx.state, report)) return answerUnavailable(ctx, "unverifiable");
    ctx.state.quarantine = reason;
    ctx.state.refusal = {
      status: 401,
      error: "invalid_signature",
      message: "The signature is missing or not valid.",
      reason,
    };
  }

  return function verifySignature(ctx, next) {
    const { source, signed } = ctx.state;
    const secrets = sourceSecrets(ctx.state, report);
    const verdict = verify(source.provider.recipe, signed, { secrets });
    // Most schemes are answered at once, and then no turn of the loop is waited for.
    if (!(verdict instanceof Promise)) return judge(ctx, verdict, next);
    return verdict.then((settled) => judge(ctx, settled, next));
  };
}

/** Kept as evidence, and asked for once more. */
function refuseForNow(
  ctx: EdgeContext,
  reason: "certificate_unavailable" | "stale" | "future",
): void {
  ctx.state.quarantine = reason;
  answerUnavailable(ctx, "unverifiable");
}
