import type { IncomingMessage } from "node:http";

const HOST = /^(?:[A-Za-z0-9._-]{1,255}|\[[0-9A-Fa-f:.]{2,45}\])(?::\d{1,5})?$/;

/** The path and query as they were sent; what is sent in the form for proxies has its origin cut off. */
function pathAndQuery(target: string): string {
  return target.startsWith("/") ? target : target.replace(/^[a-z][a-z0-9+.-]*:\/\/[^/?#]*/i, "");
}

/**
 * The URL as the client called it: through a trusted proxy what `X-Forwarded-Proto` and `X-Forwarded-Host` say, their
 * first value being the outermost proxy's.
 */
export function seenUrl(
  { headers, url = "/" }: Pick<IncomingMessage, "headers" | "url">,
  { proxied }: { proxied: boolean },
): string {
  const claimed = (name: string) => (proxied ? firstValue(headers[name]) : undefined);
  const proto = claimed("x-forwarded-proto")?.toLowerCase();
  const forwardedHost = claimed("x-forwarded-host");
  const host = forwardedHost !== undefined && HOST.test(forwardedHost) ? forwardedHost : undefined;
  const scheme = proto === "https" || proto === "http" ? proto : "http";
  return `${scheme}://${host ?? headers.host ?? ""}${pathAndQuery(url)}`;
}

/** The URL that a signature covers: the public one where the source has it, with the query as it was sent. */
export function signedUrl(
  req: Pick<IncomingMessage, "headers" | "url">,
  { publicUrl, proxied }: { publicUrl: string | null; proxied: boolean },
): string {
  if (publicUrl === null) return seenUrl(req, { proxied });
  const { url = "/" } = req;
  const at = url.indexOf("?");
  return at < 0 ? publicUrl : publicUrl + url.slice(at);
}

function firstValue(header: string | string[] | undefined): string | undefined {
  return header?.toString().split(",", 1)[0]?.trim();
}
