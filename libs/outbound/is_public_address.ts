import { isIP, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";

/** All IPv6 addresses assigned so far; the special-address registry covers only parts of the rest (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Translated to the IPv4 address in the last four bytes (RFC 6052): networks without IPv4 use it for every name. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

/**
 * Whether an address belongs to the public internet: not to a private network, this machine or a special range. A mapped
 * or translated IPv4 address inside an IPv6 one counts as itself; tunnels (6to4, Teredo) are never public.
 */
export function isPublicAddress(address: string): boolean {
  // isIP() accepts only the plain notation; an address with a zone is local to this machine.
  if (isIP(address) === 0 || address.includes("%")) return false;
  const parsed = ipaddr.process(isIPv6(address) ? withoutDots(address) : address);
  if (!(parsed instanceof ipaddr.IPv6)) return isPublicIpv4(parsed);
  if (parsed.match(NAT64)) return isPublicIpv4(new ipaddr.IPv4(parsed.toByteArray().slice(-4)));
  return parsed.match(GLOBAL_UNICAST) && parsed.range() === "unicast";
}

/** Converts to hexadecimal: ipaddr.js takes `::8.8.8.8` for a mapped address, which it is not. */
function withoutDots(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === "unicast";
}
