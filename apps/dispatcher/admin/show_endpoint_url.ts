/** What stands in place of what may be a credential. */
const HIDDEN = "(hidden)";

/**
 * An endpoint's URL as an operator sees it: scheme, host and path. The values of its parameters may be credentials, and a
 * name and password before the host are: they are hidden.
 */
export function showEndpointUrl(url: string): string {
  if (!URL.canParse(url)) return HIDDEN;
  const { protocol, username, password, host, pathname, search } = new URL(url);
  const credentials = username || password ? `${HIDDEN}@` : "";
  const query = search.slice(1).split("&").map(hideValue).join("&");
  return `${protocol}//${credentials}${host}${pathname}${search && `?${query}`}`;
}

/** A parameter without `=` may be a token by itself. */
function hideValue(parameter: string): string {
  const [name = "", ...value] = parameter.split("=");
  return value.length > 0 ? `${name}=${HIDDEN}` : HIDDEN;
}
