import type { Metrics } from "@hookgate/telemetry";
import type { EdgeContext, EdgeMiddleware } from "./stages.ts";

/**
 * Counts requests by source and outcome. The source is empty if the path names none of ours, or if the request was turned
 * away before that was known. Made once, because a metric outlives a reload.
 */
export function countRequests({ metrics }: { metrics: Pick<Metrics, "counter"> }): EdgeMiddleware {
  const requests = metrics.counter({
    name: "hookgate_requests_total",
    help: "Requests, by source and outcome.",
    labels: ["source", "outcome"],
  });
  return async function countRequests(ctx, next) {
    await next(ctx);
    requests.inc({ source: ctx.state.source?.name ?? "", outcome: outcomeOf(ctx) });
  };
}

/** One of a closed list, because the names of refusals are constants. */
function outcomeOf({ respond, status, state }: EdgeContext): string {
  if (state.outcome !== undefined) return state.outcome;
  if (respond === false) return "aborted";
  if (status === 429) return "rate_limited";
  return state.refusal?.error ?? "unavailable";
}
