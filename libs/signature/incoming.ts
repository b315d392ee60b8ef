import type { OutgoingRequest, SignedRequest } from "./signed_request.ts";

/** A request that is sent, as the one who receives it at this time sees it. */
export function incoming(request: OutgoingRequest, receivedAt: number): SignedRequest {
  const { method, url, body } = request;
  const headers = new Map<string, string[]>();
  for (const [name, value] of Object.entries(request.headers)) {
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return { method, url, body, receivedAt, headers: (name) => headers.get(name) ?? [] };
}
