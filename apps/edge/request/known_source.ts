import { TokenBucket } from "@hookgate/async";
import type { ConfiguredSource, RateLimit } from "@hookgate/config";
import { type Provider, sourceProvider } from "@hookgate/providers";
import type { AllowedIps } from "@hookgate/types";
import { AddressList } from "./address_list.ts";
import { LiveSecrets } from "./live_secrets.ts";

/** A source with everything that its requests need, made once. */
export interface KnownSource {
  name: string;
  /** Its `recipe` is the one that the source is held to. */
  provider: Provider;
  secrets: LiveSecrets;
  publicUrl: string | null;
  settings: Readonly<Record<string, string>>;
  /** Trusted in place of the one that a request names; null where nothing is tried out. */
  trialCertificate: string | null;
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
 * @throws {TypeError} for a provider or a scheme that does not exist, which `loadConfig` does not let through.
 */
export function compileSources(
  sources: readonly ConfiguredSource[],
  options: CompileSourcesOptions,
): ReadonlyMap<string, KnownSource> {
  return new Map(sources.map((source) => [source.name, compileSource(source, options)]));
}

function compileSource(
  source: ConfiguredSource,
  { rateLimit, monotonic }: CompileSourcesOptions,
): KnownSource {
  const { name, publicUrl, settings, trialCertificate = null, allowedIps } = source;
  const provider = sourceProvider(source);
  if (provider === null) {
    const what = `${source.provider} ${source.scheme ?? ""}`.trim();
    throw new TypeError(`Cannot serve ${name}: no provider is named ${what}`);
  }
  return {
    name,
    provider,
    secrets: new LiveSecrets(source.secrets),
    publicUrl,
    settings,
    trialCertificate,
    allowedMode: allowedIps.mode,
    allowed: new AddressList(allowedIps.ranges),
    bucket: new TokenBucket({
      perSecond: rateLimit.sourcePerSecond,
      burst: rateLimit.sourceBurst,
      monotonic,
    }),
  };
}
