import type { IncomingMessage, ServerResponse } from "node:http";
import { fromNode } from "./node_request.ts";
import { readBytes } from "./verify_request.ts";
import type { VerifiedWebhook, WebhookVerifier } from "./webhook_verifier.ts";

interface ExpressRequest extends IncomingMessage {
  protocol: string;
  originalUrl: string;
  body?: unknown;
  webhook?: VerifiedWebhook;
}

/**
 * Express: `app.all("/hooks/stripe", verifyExpress(stripe), (req, res) => { req.webhook; res.json({ received: true }); })`.
 * Before `express.json()`, which keeps no bytes, or behind `express.raw({ type: "*\/*" })`. What is not an event is answered here.
 */
export function verifyExpress(verifier: WebhookVerifier) {
  return async (
    request: ExpressRequest,
    response: ServerResponse,
    next: (error?: unknown) => void,
  ): Promise<void> => {
    try {
      const body = await bytesOf(request, verifier.bodyBytesMax);
      const verdict = await verifier.verify(fromNode(request, body, request));
      if (verdict.kind === "event") {
        request.webhook = verdict.event;
        return next();
      }
      const { status, headers, body: text } = verdict.answer;
      response.writeHead(status, headers).end(text);
    } catch (error) {
      next(error);
    }
  };
}

async function bytesOf(request: ExpressRequest, bytesMax: number): Promise<Uint8Array> {
  const { body } = request;
  if (body instanceof Uint8Array) return body;
  if (request.readableEnded || body !== undefined) {
    throw new TypeError(
      "Cannot verify the webhook: its body was parsed already; put verifyExpress() before express.json()",
    );
  }
  // Not destroyed if it is too large: the sender is still to hear so.
  return readBytes(request.iterator({ destroyOnReturn: false }), bytesMax);
}
