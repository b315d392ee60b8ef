import { toResponse, verifyRequest } from "./verify_request.ts";
import type { VerifiedWebhook, WebhookVerifier } from "./webhook_verifier.ts";

/**
 * Next.js, and every other framework whose routes take a Web `Request`: in `app/hooks/stripe/route.ts`, `export const POST =
 * verifyRoute(stripe, async (event) => {})`, and GET likewise where the provider's handshake asks. Answers what the provider
 * wants to hear; if `handle` throws, the framework answers 500 and the provider tries again.
 */
export function verifyRoute(
  verifier: WebhookVerifier,
  handle: (event: VerifiedWebhook) => unknown,
): (request: Request) => Promise<Response> {
  return async (request) => {
    const verdict = await verifyRequest(verifier, request);
    if (verdict.kind === "event") await handle(verdict.event);
    return toResponse(verdict.answer);
  };
}
