import type { WebhookAnswer, WebhookVerdict, WebhookVerifier } from "./webhook_verifier.ts";

/** Says what a Web `Request` is; reads its body. For any framework that has one, and the others' adapters. */
export async function verifyRequest(
  verifier: WebhookVerifier,
  request: Pick<Request, "method" | "url" | "headers" | "body">,
): Promise<WebhookVerdict> {
  const { method, url, headers } = request;
  return verifier.verify({
    method,
    url,
    // Several of one name are one here; no provider sends its signature twice.
    headers: (name) => {
      const value = headers.get(name);
      return value === null ? [] : [value];
    },
    body: await readBytes(request.body, verifier.bodyBytesMax),
  });
}

/** The answer as a Web `Response`. */
export function toResponse({ status, headers, body }: WebhookAnswer): Response {
  const isBare = status === 204 || status === 304 || body === "";
  return new Response(isBare ? null : body, { status, headers });
}

/** All bytes, or one more than allowed: that is then too many. */
export async function readBytes(
  stream: AsyncIterable<Uint8Array> | null,
  bytesMax: number,
): Promise<Uint8Array> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of stream ?? []) {
    chunks.push(chunk.subarray(0, bytesMax + 1 - size));
    size += chunk.length;
    if (size > bytesMax) break;
  }
  return Buffer.concat(chunks);
}
