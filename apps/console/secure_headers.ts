import type { ConsoleMiddleware } from "./console_context.ts";

/** The page loads and asks nothing but its own server, runs no script that is not its own, and is shown in no frame. */
const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "x-content-type-options": "nosniff",
  "x-frame-options": "DENY",
  "referrer-policy": "no-referrer",
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "permissions-policy": "camera=(), geolocation=(), microphone=()",
  // What a gateway received is nobody's to keep.
  "cache-control": "no-store",
};

/** Sets what keeps a page that shows strangers' bytes safe. */
export function secureHeaders(): ConsoleMiddleware {
  return async function setHeaders(ctx, next) {
    ctx.set(HEADERS);
    await next();
  };
}
