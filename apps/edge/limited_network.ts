import ipaddr from "ipaddr.js";

/** Groups in the network part of an IPv6 address. */
const NETWORK_GROUPS = 4;

/** What counts as one sender: an IPv4 address, or an IPv6 /64, the smallest network that is assigned to anybody. */
export function limitedNetwork(address: string): string {
  if (!ipaddr.IPv6.isValid(address)) return address;
  const groups = ipaddr.IPv6.parse(address).parts.slice(0, NETWORK_GROUPS);
  return `${groups.map((group) => group.toString(16)).join(":")}::/64`;
}
