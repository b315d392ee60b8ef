import { LineBudget } from "@hookgate/async";
import { formatHeaderBlock } from "@hookgate/providers";
import type { Log } from "@hookgate/telemetry";
import { newId, type QuarantinedRequest, type QuarantineReason } from "@hookgate/types";
import type { Report } from "../link/report.ts";
import { answerError } from "./answers.ts";
import type { Arrived, EdgeContext, EdgeMiddleware, Read, Refusal, Refused } from "./stages.ts";

/** Longest part of a path in a log line, in characters. */
const PATH_CHARS_MAX = 200;

const TOO_MANY_REQUESTS = 429;

const DONE = Promise.resolve();

/** Refuses the request, which ends its path. */
export function refuse(ctx: EdgeContext, refusal: Refusal): Promise<void> {
  ctx.state.refusal = refusal;
  return DONE;
}

/** Marks the request for quarantine. */
export function quarantine(ctx: EdgeContext<Read>, reason: QuarantineReason): void {
  ctx.state.quarantine = { reason, request: ctx.state };
}

/** Whether the request was refused. */
export function isRefused(ctx: EdgeContext<Arrived>): ctx is EdgeContext<Refused> {
  return ctx.state.refusal !== undefined;
}

/** Answers a refused request. */
export function answerRefusal(): EdgeMiddleware<Refused> {
  return function answerRefusal(ctx) {
    const { refusal } = ctx.state;
    if (refusal.headers !== undefined) ctx.set({ ...refusal.headers });
    answerError(ctx, refusal.status, refusal);
    return DONE;
  };
}

/** Options for {@linkcode noteRefusals}. */
export interface NoteRefusalsOptions {
  report: Pick<Report, "refused">;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Logs refused requests, and sends those that are marked to quarantine. Requests over a limit are not kept: of a flood,
 * quarantine gets only what the limit lets through.
 */
export function noteRefusals(options: NoteRefusalsOptions): EdgeMiddleware<Arrived> {
  const { report, log } = options;
  const budget = new LineBudget(options);
  return async function noteRefusals(ctx, next) {
    await next();
    const { quarantine } = ctx.state;
    if (isRefused(ctx)) {
      const omitted = budget.take();
      if (omitted !== null) log.info({ ...describeRefusal(ctx), omitted }, "request refused");
    }
    if (quarantine === undefined || ctx.status === TOO_MANY_REQUESTS) return;
    report.refused(quarantined(ctx, quarantine));
  };
}

function describeRefusal(ctx: EdgeContext<Refused>): object {
  const { refusal, source, client } = ctx.state;
  return {
    status: ctx.status,
    error: refusal.error,
    reason: refusal.reason,
    source: source?.name,
    address: client.address,
    method: ctx.method,
    path: ctx.path.slice(0, PATH_CHARS_MAX),
  };
}

function quarantined(
  ctx: EdgeContext,
  { reason, request }: { reason: QuarantineReason; request: Read },
): QuarantinedRequest {
  const { source, signed, client } = request;
  return source.refused(signed, {
    id: newId("qtn", { now: signed.receivedAt }),
    reason,
    address: client.address,
    addressChain: client.chain,
    headers: formatHeaderBlock(ctx.req.rawHeaders),
  });
}
