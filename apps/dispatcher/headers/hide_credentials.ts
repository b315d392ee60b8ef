import type { ConfiguredSource } from "@hookgate/config";
import {
  formatHeaderBlock,
  HIDDEN,
  hideQueryCredentials,
  parseHeaderBlock,
} from "@hookgate/providers";
import type { QuarantinedRequest } from "@hookgate/types";
import { credentialHeaders, providerOf } from "./leaving_headers.ts";

/** The same refused request, with the values of its credential headers hidden. */
export function hideCredentials(
  request: QuarantinedRequest,
  sources: readonly ConfiguredSource[],
): QuarantinedRequest {
  const names = credentialHeaders(request, sources);
  const isHidden = (name: string) => names === null || names.includes(name.toLowerCase());
  const headers = parseHeaderBlock(request.headers).flatMap(([name, value]) => [
    name,
    isHidden(name) ? HIDDEN : value,
  ]);
  return { ...request, headers: formatHeaderBlock(headers) };
}

/** Parameters that may well carry a credential, of a proxy that checks it for one. In an event they may be data, so it keeps them. */
const LIKELY = ["auth", "auth_token", "jwt", "key", "pass", "pwd", "secret", "token"];

/**
 * A request's URL, with the parameters hidden that carry a secret in one of the provider's schemes, or are named like one.
 * All parameters are hidden if the provider is not known any more.
 */
export function hideUrlCredentials(
  { source, provider: id, url }: { source: string; provider: string; url: string },
  sources: readonly ConfiguredSource[],
): string {
  const start = url.indexOf("?") + 1;
  if (start === 0) return url;
  const provider = providerOf({ source, provider: id }, sources);
  return url.slice(0, start) + hideQueryCredentials(url.slice(start), provider, LIKELY);
}

/**
 * An endpoint's URL: scheme, host and path. User name and password are credentials and the values of parameters may be,
 * so they are hidden.
 */
export function hideEndpointCredentials(url: string): string {
  if (!URL.canParse(url)) return HIDDEN;
  const { protocol, username, password, host, pathname, search } = new URL(url);
  const credentials = username || password ? `${HIDDEN}@` : "";
  const query = search.slice(1).split("&").map(hideValue).join("&");
  return `${protocol}//${credentials}${host}${pathname}${search && `?${query}`}`;
}

/** A parameter without `=` may be a token itself. */
function hideValue(parameter: string): string {
  const [name = "", ...value] = parameter.split("=");
  return value.length > 0 ? `${name}=${HIDDEN}` : HIDDEN;
}
