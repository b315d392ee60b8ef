/** What `verify` sees of a request. */
export interface SignedRequest {
  /** The request's method, in upper case. */
  method: string;
  /** The public URL, as the provider wrote it down: scheme, host, path and query as they were sent. */
  url: string;
  /** All values of the header with this lower-case name, in the order received; none where it was not sent. */
  headers: (name: string) => readonly string[];
  /** The exact bytes of the body. */
  body: Uint8Array;
  /** When the request arrived, in milliseconds since 1970: tolerances are held against this, not against now. */
  receivedAt: number;
}

/** A request before `sign` has seen it, and after: what is to be sent. */
export interface OutgoingRequest {
  method: string;
  /** The public URL that it will be sent to. */
  url: string;
  /** By lower-case name. Signed headers that the provider sets (an id, a type) have to be here before signing. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** A secret to verify with: what the recipe takes as its key, or the public key of the one who signs. */
export interface VerifySecret {
  /** What the verdict says when it matches. */
  id: string;
  /** The secret itself; an empty one, or one that is no key of the recipe's form, never matches. */
  value: string;
}

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
