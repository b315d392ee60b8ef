import { type ConfiguredSource, sourceProvider } from "@hookgate/config";
import { findProvider } from "@hookgate/providers";

/**
 * Lower-case names of the headers that carry credentials in what a source has sent. Null where nothing is known of it, a
 * recipe of one's own that was removed: then any of its headers may.
 */
export function credentialHeaders(
  { source: name, provider: id }: { source: string; provider: string },
  sources: readonly ConfiguredSource[],
): readonly string[] | null {
  const provider = findProvider(id);
  if (provider) return provider.credentialHeaders;
  const source = sources.find((one) => one.name === name && one.provider === id);
  return (source && sourceProvider(source)?.credentialHeaders) ?? null;
}
