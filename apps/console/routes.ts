import { HttpProblem } from "./api/http_problem.ts";
import type { ConsoleMiddleware } from "./console_context.ts";

/** What is answered on one path. */
export interface Route {
  path: string;
  method: "GET" | "POST";
  answer: ConsoleMiddleware;
}

/** Answers the routes, behind a guard; every other path goes on. */
export function answerRoutes(
  routes: readonly Route[],
  guard: ConsoleMiddleware,
): ConsoleMiddleware {
  const byPath = new Map(routes.map((route) => [route.path, route]));
  return async function answerOneRoute(ctx, next) {
    const route = byPath.get(ctx.path);
    if (!route) {
      if (ctx.path.startsWith("/api/")) throw new HttpProblem(404, "not_found", NO_CALL);
      return next();
    }
    const { method, answer } = route;
    if (ctx.method !== method && !(method === "GET" && ctx.method === "HEAD")) {
      throw new HttpProblem(405, "method_not_allowed", `This path takes ${method}.`, {
        headers: { allow: method === "GET" ? "GET, HEAD" : method },
      });
    }
    await guard(ctx, async () => void (await answer(ctx, next)));
  };
}

const NO_CALL = "The API has no such call: see /api/v1/openapi.json.";
