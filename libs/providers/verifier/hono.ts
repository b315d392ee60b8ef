import { toResponse, verifyRequest } from "./verify_request.ts";
import type { VerifiedWebhook, WebhookVerifier } from "./webhook_verifier.ts";

interface HonoContext {
  req: { raw: Request };
  set(name: "webhook", value: VerifiedWebhook): void;
}

/**
 * Hono: `app.all("/hooks/stripe", verifyHono(stripe), (c) => { c.get("webhook"); return c.json({ received: true }); })`. What
 * is not an event is answered here.
 */
export function verifyHono(verifier: WebhookVerifier) {
  return async (context: HonoContext, next: () => Promise<void>): Promise<Response | undefined> => {
    const verdict = await verifyRequest(verifier, context.req.raw);
    if (verdict.kind !== "event") return toResponse(verdict.answer);
    context.set("webhook", verdict.event);
    await next();
    return undefined;
  };
}
