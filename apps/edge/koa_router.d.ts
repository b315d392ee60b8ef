/** The part of koa-router 14 that the edge uses: it comes without types. */
declare module "koa-router" {
  import type { EdgeContext, EdgeMiddleware } from "./request/edge_context.ts";

  class Router {
    /** Every method on this path; captured groups become `ctx.captures`. */
    all(path: RegExp, ...middlewares: EdgeMiddleware[]): this;
    routes(): (ctx: EdgeContext, next: () => Promise<void>) => Promise<void>;
  }
  export = Router;
}
