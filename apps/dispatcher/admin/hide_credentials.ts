import type { ConfiguredSource } from "@hookgate/config";
import { formatHeaderBlock, parseHeaderBlock } from "@hookgate/providers";
import { credentialHeaders } from "../headers/credential_headers.ts";

/** What stands in place of the value of a header that carries credentials. */
const HIDDEN = "(hidden)";

/** The same with the values of headers that carry credentials hidden. */
export function hideCredentials<
  T extends { source: string; provider: string; headers: Uint8Array },
>(whole: T, sources: readonly ConfiguredSource[]): T {
  const names = credentialHeaders(whole, sources);
  const isHidden = (name: string) => names === null || names.includes(name.toLowerCase());
  const headers = parseHeaderBlock(whole.headers).flatMap(([name, value]) => [
    name,
    isHidden(name) ? HIDDEN : value,
  ]);
  return { ...whole, headers: formatHeaderBlock(headers) };
}
