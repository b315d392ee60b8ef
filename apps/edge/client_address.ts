import type { AddressList } from "./address_list.ts";
import { canonicalAddress } from "./canonical_address.ts";
import { type ForwardingHeaders, readForwarded, readForwardedFor } from "./forwarded_hops.ts";

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
): string {
  const { trusted } = options;
  const { forwardedFor, forwarded } = headers;
  const nearest = canonicalAddress(socketAddress) ?? socketAddress;
  if ((forwardedFor ?? forwarded) === undefined || !trusted.has(nearest)) return nearest;

  const claims = [
    ...(forwardedFor === undefined ? [] : [readForwardedFor(forwardedFor)]),
    ...(forwarded === undefined ? [] : [readForwarded(forwarded)]),
  ].map((hops) => walk(nearest, hops, trusted));
  const [first = nearest, second = first] = claims;
  return first === second ? first : nearest;
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
