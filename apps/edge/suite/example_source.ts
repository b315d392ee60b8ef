import type { ConfiguredSource } from "@hookgate/config";
import { type Provider, sourceProvider } from "@hookgate/providers";
import {
  incoming,
  type MadeSecret,
  makeSecret,
  type OutgoingRequest,
  readPlace,
  sign,
} from "@hookgate/signature";

/** A source of a provider, with the keys of its sender. */
export interface ExampleSource {
  source: ConfiguredSource;
  provider: Provider;
  keys: MadeSecret;
}

/** A source named after its provider, with a fresh secret, and `example` as the value of each setting. */
export function exampleSource(
  provider: Provider,
  overrides: Partial<ConfiguredSource> & { now?: number } = {},
): ExampleSource {
  const { now = Date.now(), ...rest } = overrides;
  const made = makeSecret(provider.recipe, { now });
  const keys = { ...made, secret: accountOf(provider, now) ?? made.secret };
  const settings = (provider.settings ?? []).filter(({ required }) => required);
  const source: ConfiguredSource = {
    name: provider.id,
    provider: provider.id,
    secrets: [{ id: "1", value: keys.secret, state: "active", until: null }],
    scheme: null,
    publicUrl: `https://hooks.example.com/api/webhooks/${provider.id}`,
    settings: Object.fromEntries(settings.map(({ name }) => [name, "example"])),
    allowedIps: { mode: "off", ranges: [] },
    ...rest,
  };
  return { source, provider: sourceProvider(source) ?? provider, keys };
}

/** The account that the provider's sample names, which is the source's secret; null if it names none. */
function accountOf({ recipe, sample, sampleTypes }: Provider, now: number): string | null {
  if (recipe.kind !== "certificate" || recipe.identity === undefined) return null;
  const { body, headers = {} } = sample(sampleTypes[0] ?? "", new Date(now));
  const request = { method: "POST", url: "http://localhost/", headers, body: Buffer.from(body) };
  return readPlace({ request: incoming(request, now) }, recipe.identity) ?? null;
}

/** Options for {@linkcode signedEvent}. */
export interface SignedEventOptions {
  /** @default the provider's first sample */
  type?: string;
  /** @default {"POST"} */
  method?: string;
  /** @default the sample's */
  body?: Uint8Array;
  /** When it is signed. @default {Date.now()} */
  now?: number;
  /** The URL it is sent to. @default the source's public URL */
  url?: string;
}

/** An event as the source's provider would send it. */
export function signedEvent(
  { source, provider, keys }: ExampleSource,
  options: SignedEventOptions = {},
): OutgoingRequest {
  const { type = provider.sampleTypes[0] ?? "", now = Date.now() } = options;
  const { url = source.publicUrl ?? "", method = "POST" } = options;
  const { body, contentType, headers } = provider.sample(type, new Date(now));
  // fetch() sends no body with GET.
  const bare = method === "GET";
  const request = {
    method,
    url,
    headers: { ...headers, ...(!bare && { "content-type": contentType }) },
    body: options.body ?? Buffer.from(bare ? "" : body),
  };
  return signWith({ provider, keys }, request, now);
}

/** The provider's handshake, signed if the provider signs it. */
export function signedHandshake(
  { source, provider, keys }: ExampleSource,
  { challenge = "0123456789abcdef0123456789abcdef", now = Date.now() } = {},
): OutgoingRequest {
  const { handshake } = provider;
  if (handshake === undefined)
    throw new TypeError(`Cannot make a handshake: ${provider.id} has none`);
  const request = handshake.sample(challenge, { url: source.publicUrl ?? "" });
  return handshake.verified ? signWith({ provider, keys }, request, now) : request;
}

/** The URL of a signed request's certificate or key set; null if it has none. */
export function certificateUrl(
  { provider }: ExampleSource,
  request: OutgoingRequest,
): string | null {
  const { recipe } = provider;
  if (recipe.kind === "jwt") return recipe.keySet?.url ?? null;
  if (recipe.kind !== "certificate") return null;
  return readPlace({ request: incoming(request, 0) }, recipe.certificate.url) ?? null;
}

function signWith(
  { provider, keys }: Pick<ExampleSource, "provider" | "keys">,
  request: OutgoingRequest,
  now: number,
): OutgoingRequest {
  const { secret, privateKey } = keys;
  return sign(provider.recipe, request, { secret, now, ...(privateKey && { privateKey }) });
}
