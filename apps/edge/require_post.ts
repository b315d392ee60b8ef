import type { EdgeMiddleware } from "./edge_context.ts";

const NOT_ALLOWED = {
  status: 405,
  error: "method_not_allowed",
  message: "Events are sent with POST.",
  headers: { Allow: "POST" },
} as const;

/** Lets POST through, the only method of a source whose provider knows no handshake. */
export function requirePost(): EdgeMiddleware {
  return async function requirePost(ctx, next) {
    if (ctx.method === "POST") return next();
    ctx.state.refusal = NOT_ALLOWED;
  };
}
