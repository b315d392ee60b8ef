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
    const { method, headers, body } = request;
    const verdict = await verifyRequest(verifier, {
      method,
      headers,
      body,
      url: calledUrl(request),
    });
    if (verdict.kind === "event") await handle(verdict.event);
    return toResponse(verdict.answer);
  };
}

/** The URL with the host that the provider called: that of a Next.js request is the one at which its server listens. */
function calledUrl({ url, headers }: Request): string {
  const host = headers.get("host");
  if (host === null) return url;
  const called = new URL(url);
  called.port = ""; // a host without a port would keep it
  called.host = host;
  return called.href;
}
