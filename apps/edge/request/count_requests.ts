import type { Metrics } from "@hookgate/telemetry";
import type { EdgeContext, EdgeMiddleware } from "./edge_context.ts";

/**
 * Counts what became of each request, by source. One that names no source that is configured has an empty one, as has
 * what was turned away before anything was looked up. Made once: a metric outlives a reload.
 */
export function countRequests({ metrics }: { metrics: Pick<Metrics, "counter"> }): EdgeMiddleware {
  const requests = metrics.counter({
    name: "hookgate_requests_total",
    help: "Requests, by source and by what became of them.",
    labels: ["source", "outcome"],
  });
  return async function countRequests(ctx, next) {
    await next();
    // A source that was not found is not set, whatever the type says.
    const source: { name: string } | undefined = ctx.state.source;
    requests.inc({ source: source?.name ?? "", outcome: outcomeOf(ctx) });
  };
}

/** One of a closed list: names of refusals stand in the code. */
function outcomeOf({ respond, status, state }: EdgeContext): string {
  if (state.outcome !== undefined) return state.outcome;
  if (respond === false) return "aborted";
  if (status === 429) return "rate_limited";
  return state.refusal?.error ?? "unavailable";
}
