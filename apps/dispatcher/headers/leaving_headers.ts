import type { ConfiguredSource } from "@hookgate/config";
import {
  credentialHeadersOf,
  findProvider,
  formatHeaderBlock,
  headerRecord,
  type Provider,
  parseHeaderBlock,
  sourceProvider,
} from "@hookgate/providers";
import type { ReceivedEvent } from "@hookgate/types";

// A new header that must not leave belongs in one of these lists:
// - a credential that any sender may use: COMMON_CREDENTIAL_HEADERS of libs/providers;
// - a credential of one provider: `credentialHeaders` of the provider's file;
// - what must not be passed on to an endpoint, but handlers and subscribers may see: the lists below.

/** Headers of one connection, not of the message (RFC 9110, 7.6.1). */
const HOP_BY_HOP = [
  "connection",
  "keep-alive",
  "proxy-authenticate",
  "proxy-authentication-info",
  "proxy-authorization",
  "proxy-connection",
  "te",
  "trailer",
  "transfer-encoding",
  "upgrade",
];

/** Headers of the request to us. The request to the endpoint has its own, or must not have them. */
const OF_THE_REQUEST = [
  "accept-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "http2-settings",
  "user-agent",
];

/** Set by proxies on the way to us. An endpoint that trusts its own proxies would believe them. */
const OF_PROXIES = /^(?:forwarded|via|x-forwarded-.*|x-real-ip)$/;

/**
 * Ours. Some libraries look for the `svix-` names first: left in, they would verify the provider's signature instead of
 * ours.
 */
const OURS = /^(?:hookgate-.*|(?:webhook|svix)-(?:id|timestamp|signature))$/;

type Sender = Pick<ReceivedEvent, "source" | "provider">;

/**
 * The headers of a stored event that may leave the dispatcher, as a header block: all but credentials, which events of
 * earlier versions still have. Operators and subscribers get
 * this block as it is, handlers as a record (`headerRecord`), endpoints through {@linkcode headersForEndpoint}. Empty if
 * it is not known which headers are credentials.
 */
export function leavingHeaders(
  event: Sender & Pick<ReceivedEvent, "headers">,
  sources: readonly ConfiguredSource[],
): Uint8Array {
  const provider = providerOf(event, sources);
  if (provider === null) return new Uint8Array(0);
  // This runs for every attempt, and most blocks have no credentials: they are not parsed.
  if (!credentialLine(provider).test(latin1(event.headers))) return event.headers;
  const credentials = credentialHeadersOf(provider);
  const leaving = parseHeaderBlock(event.headers).filter(
    ([name]) => !credentials.includes(name.toLowerCase()),
  );
  return formatHeaderBlock(leaving.flat());
}

const credentialLines = new WeakMap<Provider, RegExp>();

/** What is in every block with a header that carries a credential of this provider. Compiled once. */
function credentialLine(provider: Provider): RegExp {
  const known = credentialLines.get(provider);
  if (known !== undefined) return known;
  const names = credentialHeadersOf(provider).map((name) => name.replace(/[^\w-]/g, "\\$&"));
  const line = new RegExp(`^(?:${names.join("|")}):`, "im");
  credentialLines.set(provider, line);
  return line;
}

/**
 * Lower-case names of the headers that carry credentials in requests of a source. Null if that is not known, because the
 * source had its own recipe and was removed: then any header may be one.
 */
export function credentialHeaders(
  sender: Sender,
  sources: readonly ConfiguredSource[],
): readonly string[] | null {
  const provider = providerOf(sender, sources);
  if (provider === null) return null;
  return credentialHeadersOf(provider);
}

/** The provider that sent a stored request. Null if its source had its own recipe and was removed. */
export function providerOf(
  { source: name, provider: id }: Sender,
  sources: readonly ConfiguredSource[],
): Provider | null {
  const known = findProvider(id);
  if (known) return known;
  const source = sources.find((one) => one.name === name && one.provider === id);
  return source ? ownProviderOf(source) : null;
}

const ownProviders = new WeakMap<ConfiguredSource, Provider | null>();

/** The provider of a source with its own recipe. Made once: this, too, runs for every attempt. */
function ownProviderOf(source: ConfiguredSource): Provider | null {
  const known = ownProviders.get(source);
  if (known !== undefined) return known;
  const provider = sourceProvider(source);
  ownProviders.set(source, provider);
  return provider;
}

/**
 * The headers that are passed on to an endpoint, by lower-case name; several values of one name are joined.
 *
 * @param leaving What {@linkcode leavingHeaders} returned.
 */
export function headersForEndpoint(leaving: Uint8Array): Record<string, string> {
  const headers = headerRecord(leaving);
  const named = (headers["connection"] ?? "").split(",").map((name) => name.trim().toLowerCase());
  const hidden = new Set([...HOP_BY_HOP, ...OF_THE_REQUEST, ...named]);
  for (const name of Object.keys(headers)) {
    if (hidden.has(name) || OF_PROXIES.test(name) || OURS.test(name)) delete headers[name];
  }
  return headers;
}

function latin1(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString("latin1");
}
