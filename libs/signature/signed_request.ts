/** What `verify` sees of a request. */
export interface SignedRequest {
  /** The request's method, in upper case. */
  method: string;
  /** The public URL, exactly as the provider signed it: scheme, host, path and query. */
  url: string;
  /** All values of the header with this lower-case name, in the order received; empty if it was not sent. */
  headers: (name: string) => readonly string[];
  /** The exact bytes of the body. */
  body: Uint8Array;
  /** When the request arrived, in milliseconds since 1970: tolerances are relative to this, not to now. */
  receivedAt: number;
}

/** A request to send, before `sign` and after. */
export interface OutgoingRequest {
  method: string;
  /** The public URL that it will be sent to. */
  url: string;
  /** By lower-case name. Signed headers that the provider sets (an id, a type) must be here before signing. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** A secret to verify with: the key that the recipe takes, or the sender's public key. */
export interface VerifySecret {
  /** `secretId` of the verdict if it matches. */
  id: string;
  /** The secret itself. One that is empty or not in the recipe's key form never matches. */
  value: string;
}

/** A sent request as its receiver sees it, arriving at this time. */
export function incoming(request: OutgoingRequest, receivedAt: number): SignedRequest {
  const { method, url, body } = request;
  const headers = new Map<string, string[]>();
  for (const [name, value] of Object.entries(request.headers)) {
    const key = name.toLowerCase();
    headers.set(key, [...(headers.get(key) ?? []), value]);
  }
  return { method, url, body, receivedAt, headers: (name) => headers.get(name) ?? [] };
}
