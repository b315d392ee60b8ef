import type { EdgeMiddleware, Refusal } from "./edge_context.ts";

/** Lets POST through, and the methods that handshakes of the source's provider come with. */
export function allowMethods(): EdgeMiddleware {
  return async function allowMethods(ctx, next) {
    const { methods } = ctx.state.source;
    if (methods.has(ctx.method)) return next();
    ctx.state.refusal = notAllowed(methods);
  };
}

function notAllowed(methods: ReadonlySet<string>): Refusal {
  return {
    status: 405,
    error: "method_not_allowed",
    message: "Events are sent with POST.",
    headers: { Allow: [...methods].join(", ") },
  };
}
