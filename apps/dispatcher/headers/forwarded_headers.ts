import { findProvider, parseHeaderBlock, visibleHeaders } from "@hookgate/providers";
import type { ReceivedEvent } from "@hookgate/types";

/** Of one connection, not of the message (RFC 9110, 7.6.1). */
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

/** Of the request to us, which the one to the endpoint has of its own, or must not have. */
const OF_THE_REQUEST = [
  "accept-encoding",
  "content-length",
  "content-type",
  "expect",
  "host",
  "http2-settings",
  "user-agent",
];

/**
 * What those on the way to us have said of who sent it and how: an endpoint that trusts its own proxies would take it for
 * theirs.
 */
const OF_THE_WAY = /^(?:forwarded|via|x-forwarded-.*|x-real-ip)$/;

/**
 * Ours. `svix-` are the same headers under the name that some libraries look for first: left there, they would verify the
 * provider's signature in place of ours.
 */
const OURS = /^(?:hookgate-.*|(?:webhook|svix)-(?:id|timestamp|signature))$/;

/**
 * The headers of the provider's request that go on to an endpoint, by lower-case name; several values of one name are
 * joined. `block` is what of them may be handed on at all; the credentials that a provider's file names are left out here.
 */
export function forwardedHeaders(
  block: Uint8Array,
  { provider }: Pick<ReceivedEvent, "provider">,
): Record<string, string> {
  const left = new Set([...HOP_BY_HOP, ...OF_THE_REQUEST, ...namedInConnection(block)]);
  const forwarded: Record<string, string> = Object.create(null);
  for (const [name, value] of Object.entries(visibleHeaders(block, findProvider(provider)))) {
    if (!left.has(name) && !OF_THE_WAY.test(name) && !OURS.test(name)) forwarded[name] = value;
  }
  return forwarded;
}

function namedInConnection(block: Uint8Array): string[] {
  return parseHeaderBlock(block)
    .filter(([name]) => name.toLowerCase() === "connection")
    .flatMap(([, value]) => value.split(",").map((option) => option.trim().toLowerCase()));
}
