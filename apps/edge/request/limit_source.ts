import { answerLimited } from "./answers.ts";
import type { EdgeMiddleware } from "./edge_context.ts";

/** Holds a source to its own rate, so that one that floods does not crowd the others out. */
export function limitSource(): EdgeMiddleware {
  return function limitSource(ctx, next) {
    const waitSeconds = ctx.state.source.bucket.take();
    if (waitSeconds === 0) return next();
    answerLimited(ctx, waitSeconds);
    return Promise.resolve();
  };
}
