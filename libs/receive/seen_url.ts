import { headerValues } from "@hookgate/providers";

const HOST = /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** The request line's target and the headers, as they were received. */
export interface Called {
  /** A path with its query, or a whole URL, as it is in the request line. */
  target: string;
  /** Names and values in order, as in Node's `rawHeaders`. */
  rawHeaders: readonly string[];
}

/**
 * The URL as the client called it. Behind a trusted proxy `X-Forwarded-Proto` and `X-Forwarded-Host` count; their first
 * value is the outermost proxy's.
 */
export function seenUrl({ target, rawHeaders }: Called, { proxied }: { proxied: boolean }): string {
  const first = (name: string) => headerValues(rawHeaders, name)[0];
  const claimed = (name: string) => (proxied ? first(name)?.split(",", 1)[0]?.trim() : undefined);
  const proto = claimed("x-forwarded-proto")?.toLowerCase();
  const forwardedHost = claimed("x-forwarded-host");
  const host = forwardedHost !== undefined && HOST.test(forwardedHost) ? forwardedHost : undefined;
  const scheme = proto === "https" || proto === "http" ? proto : "http";
  return `${scheme}://${host ?? first("host") ?? "localhost"}${pathAndQuery(target)}`;
}

/** The URL that a signature covers: the source's public one with the query of the request; without one, the URL as seen. */
export function signedUrl(seen: string, publicUrl: string | null): string {
  if (publicUrl === null) return seen;
  const at = seen.indexOf("?");
  return at < 0 ? publicUrl : publicUrl + seen.slice(at);
}

/** The path and query as they were sent; the origin of an absolute target, as sent to proxies, is cut off. */
function pathAndQuery(target: string): string {
  return target.startsWith("/") ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
}
