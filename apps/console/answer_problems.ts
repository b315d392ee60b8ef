import { expectedProblem, HttpProblem } from "./api/http_problem.ts";
import type { ConsoleLog, ConsoleMiddleware } from "./console_context.ts";

/** Answers what goes wrong as `{"error", "message"}`. */
export function answerProblems({ log }: { log: ConsoleLog }): ConsoleMiddleware {
  return async function answerOneProblem(ctx, next) {
    try {
      await next();
    } catch (error) {
      const problem = expectedProblem(error) ?? unexpected(error, log);
      ctx.status = problem.status;
      ctx.set({ ...problem.headers });
      ctx.body = { error: problem.error, message: problem.message };
    }
  };
}

function unexpected(error: unknown, log: ConsoleLog): HttpProblem {
  log.error({ err: error }, "unexpected error: answered 500");
  return new HttpProblem(500, "internal", "The console failed: see its log.");
}
