import { verify } from "@hookgate/signature";
import type { EdgeMiddleware } from "./edge_context.ts";

/** Proves who sent the bytes. A forger learns nothing from the answer; the reason is for the log. */
export function verifySignature(): EdgeMiddleware {
  return function verifySignature(ctx, next) {
    const { source, signed } = ctx.state;
    const verdict = verify(source.provider.recipe, signed, { secrets: source.secrets });
    if (verdict.ok) {
      ctx.state.secretId = verdict.secretId;
      return next();
    }
    ctx.state.refusal = {
      status: 401,
      error: "invalid_signature",
      message: "The signature is missing or not valid.",
      reason: verdict.reason,
    };
    return Promise.resolve();
  };
}
