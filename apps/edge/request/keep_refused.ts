import { formatHeaderBlock } from "@hookgate/providers";
import { newId, type QuarantinedRequest, type QuarantineReason } from "@hookgate/types";
import type { Report } from "../link/report.ts";
import type { EdgeContext, EdgeMiddleware } from "./edge_context.ts";

const TOO_MANY_REQUESTS = 429;

/**
 * Keeps what was refused, for quarantine. An address over its limit was told to wait, not refused: what is kept of a
 * flood is what the limit lets through.
 */
export function keepRefused({ report }: { report: Pick<Report, "refused"> }): EdgeMiddleware {
  return async function keepRefused(ctx, next) {
    await next();
    const { quarantine } = ctx.state;
    if (quarantine === undefined || ctx.status === TOO_MANY_REQUESTS) return;
    report.refused(quarantined(ctx, quarantine));
  };
}

function quarantined(ctx: EdgeContext, reason: QuarantineReason): QuarantinedRequest {
  const { source, signed, address, addressChain } = ctx.state;
  return {
    id: newId("qtn", { now: signed.receivedAt }),
    source: source.name,
    provider: source.provider.id,
    receivedAt: signed.receivedAt,
    reason,
    diagnosis: [],
    address,
    addressChain,
    method: signed.method,
    url: signed.url,
    headers: formatHeaderBlock(ctx.req.rawHeaders),
    body: signed.body,
    releasedAs: null,
  };
}
