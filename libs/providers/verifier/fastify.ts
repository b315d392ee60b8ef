import type { IncomingMessage } from "node:http";
import { fromNode } from "./node_request.ts";
import type { VerifiedWebhook, WebhookVerifier } from "./webhook_verifier.ts";

interface FastifyRequest {
  raw: IncomingMessage;
  protocol: string;
  originalUrl: string;
  body: unknown;
  webhook?: VerifiedWebhook;
}

interface FastifyReply {
  code(status: number): FastifyReply;
  headers(headers: Readonly<Record<string, string>>): FastifyReply;
  send(body: string): unknown;
}

/** What is used of Fastify; its own overloads would need its types. */
interface FastifyInstance {
  removeAllContentTypeParsers(): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  addContentTypeParser(...args: any[]): unknown;
  // biome-ignore lint/suspicious/noExplicitAny: see above.
  addHook(...args: any[]): unknown;
}

type Done = (error: null, body: unknown) => void;

/**
 * Fastify, in a scope of its own, because bodies are not parsed there:
 * `app.register(async (hooks) => { verifyFastify(hooks, stripe); hooks.post("/hooks/stripe", async (request) => request.webhook); })`.
 * What is not an event is answered here.
 */
export function verifyFastify(scope: FastifyInstance, verifier: WebhookVerifier): void {
  scope.removeAllContentTypeParsers();
  // One more: what is too large is refused below, as everywhere.
  const options = { parseAs: "buffer", bodyLimit: verifier.bodyBytesMax + 1 } as const;
  scope.addContentTypeParser("*", options, (_request: unknown, body: unknown, done: Done) =>
    done(null, body),
  );
  scope.addHook("preHandler", async (request: FastifyRequest, reply: FastifyReply) => {
    const body = request.body instanceof Uint8Array ? request.body : new Uint8Array();
    const verdict = await verifier.verify(fromNode(request.raw, body, request));
    if (verdict.kind === "event") {
      request.webhook = verdict.event;
      return undefined;
    }
    const { status, headers, body: text } = verdict.answer;
    return reply.code(status).headers(headers).send(text);
  });
}
