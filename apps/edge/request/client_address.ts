import type { AddressList } from "./address_list.ts";
import { canonicalAddress } from "./canonical_address.ts";
import { type ForwardingHeaders, readForwarded, readForwardedFor } from "./forwarded_hops.ts";

/** Hops that a chain shows, those nearest to us: the header block has all of them. */
const HOPS_MAX = 32;

/** Longest hop that a chain shows, in characters: addresses have up to 45. */
const HOP_CHARS_MAX = 64;

/** Whose request it is, and by which way it came. */
export interface ClientAddress {
  /** In canonical form. */
  address: string;
  /** The hops that it was resolved from, left to right as they were sent, the socket's own last. */
  chain: string;
  /** Whether the socket's address is a trusted proxy's. */
  proxied: boolean;
}

/**
 * Whose request this is: the right-most hop that is no trusted proxy, counted from the socket. What stands left of it
 * was written by strangers and counts for nothing. A hop that is no address ends the way at the proxy that reported it;
 * where all hops are trusted it is the farthest.
 *
 * Where both headers are sent and do not agree, one of them may be the client's own: then it is the socket's address.
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
