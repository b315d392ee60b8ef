import type { Provider } from "../provider.ts";
import { COMMON_CREDENTIAL_HEADERS } from "./common_credential_headers.ts";
import { parseHeaderBlock } from "./parse_header_block.ts";

/**
 * The headers that may be shown and handed on, by lower-case name; several values of one name are joined by `, `.
 * Credentials are left out: the provider's, and where the provider is unknown (null) the common ones. The record has no
 * prototype, so a header named `__proto__` is one like any other.
 */
export function visibleHeaders(
  block: Uint8Array,
  provider: Provider | null,
): Record<string, string> {
  const hidden = provider?.credentialHeaders ?? COMMON_CREDENTIAL_HEADERS;
  const visible: Record<string, string> = Object.create(null);
  for (const [name, value] of parseHeaderBlock(block)) {
    const key = name.toLowerCase();
    if (hidden.includes(key)) continue;
    const before = visible[key];
    visible[key] = before === undefined ? value : `${before}, ${value}`;
  }
  return visible;
}
