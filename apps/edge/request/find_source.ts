import type { EdgeContext, EdgeMiddleware } from "./edge_context.ts";
import type { KnownSource } from "./known_source.ts";

/**
 * Paths of sources. Up to five segments of what a source's name may hold, in lower case: an encoded slash, a dot or a
 * second spelling of any character is another path, which leads nowhere.
 */
export const SOURCE_PATH = /^\/api\/webhooks\/([a-z0-9_-]+(?:\/[a-z0-9_-]+){0,4})$/;

const NOT_FOUND = {
  status: 404,
  error: "unknown_source",
  message: "There is no such source.",
} as const;

/** Looks the source up, before anything is read. */
export function findSource(sources: ReadonlyMap<string, KnownSource>): EdgeMiddleware {
  return function findSource(ctx, next) {
    const source = sources.get(ctx.captures[0] ?? "");
    if (source === undefined) return refuseUnknownPath(ctx);
    ctx.state.source = source;
    return next();
  };
}

/** Where every path ends that is no source's. */
export function refuseUnknownPath(ctx: EdgeContext): Promise<void> {
  ctx.state.refusal = NOT_FOUND;
  return Promise.resolve();
}
