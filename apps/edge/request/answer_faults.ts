import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import { answerUnavailable } from "./answers.ts";
import type { EdgeMiddleware } from "./edge_context.ts";

/** Answers 503 where something throws: what we did not expect is our fault, and no provider shall give up for it. */
export function answerFaults(options: { log: Log; monotonic: () => number }): EdgeMiddleware {
  const { log } = options;
  const budget = new LineBudget(options);
  return async function answerFaults(ctx, next) {
    try {
      await next();
    } catch (error) {
      const omitted = budget.take();
      if (omitted !== null) log.error({ err: error, omitted }, "request failed through our fault");
      answerUnavailable(ctx, "unavailable");
    }
  };
}
