import { LineBudget } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import { answerError } from "./answers.ts";
import type { EdgeContext, EdgeMiddleware } from "./edge_context.ts";

/** Longest part of a path that a log line shows, in characters. */
const PATH_CHARS_MAX = 200;

/** Options for {@linkcode answerRefusals}. */
export interface AnswerRefusalsOptions {
  /** What refused requests pass before they are answered: `limitAddresses`; null where all requests passed it. */
  limit: EdgeMiddleware | null;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Answers what the rest of the path refused. Only here refused requests are counted, so that a flood of forged requests
 * is answered 429 and a verified one from the same address still passes.
 */
export function answerRefusals(options: AnswerRefusalsOptions): EdgeMiddleware {
  const { limit, log } = options;
  const budget = new LineBudget(options);
  return async function answerRefusals(ctx, next) {
    await next();
    if (ctx.state.refusal === undefined) return;
    if (limit === null) answerRefusal(ctx);
    else await limit(ctx, async () => answerRefusal(ctx));
    const omitted = budget.take();
    if (omitted !== null) log.info({ ...describeRefusal(ctx), omitted }, "request refused");
  };
}

function answerRefusal(ctx: EdgeContext): void {
  const { refusal } = ctx.state;
  if (refusal === undefined) return;
  if (refusal.headers !== undefined) ctx.set({ ...refusal.headers });
  answerError(ctx, refusal.status, refusal);
}

function describeRefusal(ctx: EdgeContext): object {
  const { refusal, address } = ctx.state;
  // A source that was not found is not set, whatever the type says.
  const source: { name: string } | undefined = ctx.state.source;
  return {
    status: ctx.status,
    error: refusal?.error,
    reason: refusal?.reason,
    source: source?.name,
    address,
    method: ctx.method,
    path: ctx.path.slice(0, PATH_CHARS_MAX),
  };
}
