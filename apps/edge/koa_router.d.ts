/** The part of koa-router 14 that the edge uses; it comes without types. */
declare module "koa-router" {
  import type { EdgeContext, EdgeMiddleware } from "./request/stages.ts";

  class Router {
    /** Every method on this path; what its groups capture becomes `ctx.captures`. */
    all(path: RegExp, ...middlewares: readonly EdgeMiddleware[]): this;
    /** Calls `next` only if no path matches. */
    routes(): (ctx: EdgeContext, next: () => Promise<void>) => Promise<void>;
  }
  export = Router;
}
