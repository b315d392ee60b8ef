import { isIPv4, isIPv6 } from "node:net";
import type { AddressList } from "@hookgate/receive";
import { unmapped } from "@hookgate/types";
import ipaddr from "ipaddr.js";
import { type ForwardingHeaders, readForwarded, readForwardedFor } from "./forwarded_hops.ts";

/** Hops in a chain: those nearest to us. The header block has all of them. */
const HOPS_MAX = 32;

/** Longest hop in a chain, in characters: an address has up to 45. */
const HOP_CHARS_MAX = 64;

/** Who sent a request, and by which way it came. */
export interface ClientAddress {
  /** In canonical form. */
  address: string;
  /** The hops that it was resolved from, left to right as they were sent; the socket's address is the last. */
  chain: string;
  /** Whether a trusted proxy sent the request, so that its headers count. */
  proxied: boolean;
}

/**
 * The client's address: the right-most hop, counted from the socket, that is not a trusted proxy. Everything left of it
 * was written by strangers and is ignored. A hop that is not an address stops the walk at the proxy that reported it. If
 * all hops are trusted, it is the farthest one.
 *
 * If both headers are sent and disagree, one of them may be forged by the client: then it is the socket's address.
 */
export function clientAddress(
  socketAddress: string,
  headers: ForwardingHeaders,
  options: { trusted: AddressList },
): ClientAddress {
  const { trusted } = options;
  const { forwardedFor, forwarded } = headers;
  const nearest = canonicalAddress(socketAddress) ?? socketAddress;
  const proxied = trusted.has(nearest);
  if (!proxied || (forwardedFor ?? forwarded) === undefined) {
    return { address: nearest, chain: nearest, proxied };
  }
  const claims = [
    ...(forwardedFor === undefined ? [] : [readForwardedFor(forwardedFor)]),
    ...(forwarded === undefined ? [] : [readForwarded(forwarded)]),
  ];
  const [first = nearest, second = first] = claims.map((hops) => walk(nearest, hops, trusted));
  const address = first === second ? first : nearest;
  return { address, chain: formatChain(claims[0] ?? [], nearest), proxied };
}

function formatChain(hops: readonly string[], nearest: string): string {
  const shown = hops.slice(-HOPS_MAX).map((hop) => hop.slice(0, HOP_CHARS_MAX) || "unknown");
  return [...(hops.length > HOPS_MAX ? ["…"] : []), ...shown, nearest].join(", ");
}

function walk(nearest: string, hops: readonly string[], trusted: AddressList): string {
  let address = nearest;
  for (const hop of hops.toReversed()) {
    const next = canonicalAddress(hop);
    if (next === null) return address;
    address = next;
    if (!trusted.has(address)) return address;
  }
  return address;
}

/**
 * The form in which addresses are compared: IPv4 mapped into IPv6 becomes IPv4, IPv6 is shortened and loses its zone.
 * Null if it is not an address. Shortened and octal IPv4 is refused, because others read it differently.
 */
function canonicalAddress(text: string): string | null {
  const ipv4 = unmapped(text);
  if (isIPv4(ipv4)) return ipv4;
  return isIPv6(text) ? ipaddr.process(withoutZone(text)).toString() : null;
}

function withoutZone(address: string): string {
  const at = address.indexOf("%");
  return at < 0 ? address : address.slice(0, at);
}
