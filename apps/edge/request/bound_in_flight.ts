import { answerUnavailable } from "./answers.ts";
import type { EdgeMiddleware } from "./edge_context.ts";
import type { InFlight } from "./in_flight.ts";

/** Turns requests away at once where too much is under way: 503, before a byte of the body is read. */
export function boundInFlight(inFlight: InFlight): EdgeMiddleware {
  return async function boundInFlight(ctx, next) {
    if (inFlight.full) {
      answerUnavailable(ctx, "overloaded");
      return;
    }
    const request = inFlight.enter();
    ctx.state.inFlight = request;
    try {
      await next();
    } finally {
      request.leave();
    }
  };
}
