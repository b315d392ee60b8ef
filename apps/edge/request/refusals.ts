import { LineBudget } from "@hookgate/async";
import { formatHeaderBlock } from "@hookgate/providers";
import type { SignedRequest } from "@hookgate/signature";
import type { Log } from "@hookgate/telemetry";
import { newId, type QuarantinedRequest, type QuarantineReason } from "@hookgate/types";
import type { Clock } from "../clock.ts";
import type { Report } from "../link/report.ts";
import { answerEmpty, answerError } from "./answers.ts";
import type {
  Arrived,
  EdgeContext,
  EdgeMiddleware,
  Located,
  Read,
  Refusal,
  Refused,
} from "./stages.ts";
import type { UnprovenShares } from "./unproven_shares.ts";

/** Longest part of a path in a log line, in characters. */
const PATH_CHARS_MAX = 200;

const TOO_MANY_REQUESTS = 429;

/** Largest body of a refused request that is kept: what the stores take as one record. */
const KEPT_BODY_BYTES_MAX = 8 * 1024 * 1024;

const NO_BYTES = new Uint8Array(0);

/** Refuses the request, which ends its path. */
export function refuse(ctx: EdgeContext, refusal: Refusal): undefined {
  ctx.state.refusal = refusal;
}

/** Marks the request for quarantine. */
export function quarantine(ctx: EdgeContext<Read>, reason: QuarantineReason): void {
  ctx.state.quarantine = { reason, request: ctx.state };
}

/** The request as its signature sees it. */
export function signedRequest(
  ctx: EdgeContext<Located>,
  { body, receivedAt }: Pick<SignedRequest, "body" | "receivedAt">,
): SignedRequest {
  const { req, method, state } = ctx;
  return state.source.request({
    method,
    target: req.url ?? "/",
    rawHeaders: req.rawHeaders,
    proxied: state.client.proxied,
    body,
    receivedAt,
  });
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
    if (ctx.state.source?.provider.ownResponse?.emptyRefusals) answerEmpty(ctx, refusal.status);
    else answerError(ctx, refusal.status, refusal);
    return undefined;
  };
}

/** Options for {@linkcode noteRefusals}. */
export interface NoteRefusalsOptions {
  report: Pick<Report, "refused">;
  shares: UnprovenShares;
  clock: Clock;
  log: Log;
}

/**
 * Logs refused requests, counts what is not proven, and sends those that are marked to quarantine. Of an address over its limit only requests with a
 * well-formed signature are kept: the address may be the provider's own, or a proxy's, and quarantine has shares.
 */
export function noteRefusals(options: NoteRefusalsOptions): EdgeMiddleware<Arrived> {
  const { report, shares, clock, log } = options;
  const budget = new LineBudget({ monotonic: () => clock.monotonic() });
  return async function noteRefusals(ctx, next) {
    await next(ctx);
    const { quarantine, client, inFlight } = ctx.state;
    if (isUnproven(ctx)) shares.spend(client.address, inFlight.held());
    if (isRefused(ctx)) {
      const omitted = budget.take();
      if (omitted !== null) log.info({ ...describeRefusal(ctx), omitted }, "request refused");
      noteUnread(ctx);
    }
    if (quarantine === undefined) return;
    const { reason, request } = quarantine;
    if (ctx.status === TOO_MANY_REQUESTS && !isWellFormed(reason)) return;
    report.refused(quarantined(ctx, { reason, request, signed: request.signed }));
  };

  /** The headers are the trace that an operator looks for if an event never arrived. */
  function noteUnread(ctx: EdgeContext<Refused>): void {
    const { refusal, source } = ctx.state;
    if (refusal.unread === undefined || source === undefined) return;
    if (ctx.status === TOO_MANY_REQUESTS) return;
    const located = ctx as EdgeContext<Located>;
    const signed = signedRequest(located, { body: NO_BYTES, receivedAt: clock.now() });
    const request = located.state;
    report.refused(quarantined(located, { reason: refusal.unread, request, signed }));
  }
}

/** Whether a stranger may have sent it: refused, kept, hung up or a handshake. A 503 is ours, and costs its sender nothing. */
function isUnproven(ctx: EdgeContext<Arrived>): boolean {
  const { quarantine, outcome } = ctx.state;
  const kept = quarantine !== undefined;
  return kept || isRefused(ctx) || outcome === "handshake" || ctx.respond === false;
}

/** Whether the request had a signature that could have been right. */
function isWellFormed(reason: QuarantineReason): boolean {
  return reason !== "missing_header" && reason !== "malformed_header";
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
  {
    reason,
    request,
    signed,
  }: { reason: QuarantineReason; request: Located; signed: SignedRequest },
): QuarantinedRequest {
  const { source, client } = request;
  const isKept = signed.body.length <= KEPT_BODY_BYTES_MAX;
  const record = source.refused(signed, {
    id: newId("qtn", { now: signed.receivedAt }),
    reason,
    address: client.address,
    addressChain: client.chain,
    headers: formatHeaderBlock(ctx.req.rawHeaders),
  });
  return isKept ? record : { ...record, reason: "body_not_kept", body: NO_BYTES };
}
