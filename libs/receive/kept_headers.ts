import { formatHeaderBlock, hideQueryCredentials, type Provider } from "@hookgate/providers";
import type { SignedRequest } from "@hookgate/signature";

const OF_METHOD = /^hookgate-(?:method|query)$/i;

/** Options for {@linkcode keptHeaders}. */
export interface KeptHeadersOptions {
  provider: Provider;
  /** Lower-case names of the headers that carry credentials. */
  credentials: ReadonlySet<string>;
  request: Pick<SignedRequest, "method" | "url">;
}

/**
 * The headers that an event keeps, as a block: all but those with credentials.
 *
 * Events of senders that use several methods keep which one it was, and the parameters of the URL: a GET has nothing else.
 * What a client sends under these names does not count.
 */
export function keptHeaders(
  rawHeaders: readonly string[],
  { provider, credentials, request }: KeptHeadersOptions,
): Uint8Array {
  if (provider.methods === undefined) return formatHeaderBlock(rawHeaders, credentials);
  const headers: string[] = [];
  for (let at = 0; at + 1 < rawHeaders.length; at += 2) {
    const name = rawHeaders[at] ?? "";
    if (OF_METHOD.test(name)) continue;
    headers.push(name, rawHeaders[at + 1] ?? "");
  }
  const { method, url } = request;
  const start = url.indexOf("?") + 1;
  const query = start === 0 ? "" : hideQueryCredentials(url.slice(start), provider);
  headers.push("hookgate-method", method, "hookgate-query", query);
  return formatHeaderBlock(headers, credentials);
}
