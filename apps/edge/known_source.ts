import type { RateLimit } from "@hookgate/config";
import { findProvider, type Provider } from "@hookgate/providers";
import type { AllowedIps, Secret, Source } from "@hookgate/types";
import { AddressList } from "./address_list.ts";
import { TokenBucket } from "./token_bucket.ts";

/** A source with everything that its requests need, made once. */
export interface KnownSource {
  name: string;
  provider: Provider;
  secrets: readonly Secret[];
  allowedMode: AllowedIps["mode"];
  allowed: AddressList;
  /** What its verified requests may use. */
  bucket: TokenBucket;
}

/** Options for {@linkcode compileSources}. */
export interface CompileSourcesOptions {
  rateLimit: RateLimit;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * The configured sources by name.
 *
 * @throws {TypeError} for a provider that does not exist, which `loadConfig` does not let through.
 */
export function compileSources(
  sources: readonly Source[],
  options: CompileSourcesOptions,
): ReadonlyMap<string, KnownSource> {
  const { rateLimit, monotonic } = options;
  const known = new Map<string, KnownSource>();
  for (const { name, provider: id, secrets, allowedIps } of sources) {
    const provider = findProvider(id);
    if (provider === null) throw new TypeError(`Cannot serve ${name}: no provider is named ${id}`);
    const bucket = new TokenBucket({
      perSecond: rateLimit.sourcePerSecond,
      burst: rateLimit.sourceBurst,
      monotonic,
    });
    const allowed = new AddressList(allowedIps.ranges);
    known.set(name, { name, provider, secrets, allowedMode: allowedIps.mode, allowed, bucket });
  }
  return known;
}
