import { isIP, isIPv6 } from "node:net";
import ipaddr from "ipaddr.js";

/** All of IPv6 that is given out; of the rest the registry of special addresses names only parts (RFC 4291, 2.4). */
const GLOBAL_UNICAST = ipaddr.IPv6.parseCIDR("2000::/3");

/** Translated to the IPv4 address in its last four bytes (RFC 6052): so is every name in a network without IPv4. */
const NAT64 = ipaddr.IPv6.parseCIDR("64:ff9b::/96");

/**
 * Whether an address is one of the public internet: not of a private network, this machine or anything special. An IPv4
 * address inside an IPv6 one counts as itself where it is mapped or translated; tunnels (6to4, Teredo) are never public.
 */
export function isPublicAddress(address: string): boolean {
  // isIP() knows the plain spelling alone; a zone makes an address this machine's own, whatever it is.
  if (isIP(address) === 0 || address.includes("%")) return false;
  const parsed = ipaddr.process(isIPv6(address) ? withoutDots(address) : address);
  if (!(parsed instanceof ipaddr.IPv6)) return isPublicIpv4(parsed);
  if (parsed.match(NAT64)) return isPublicIpv4(new ipaddr.IPv4(parsed.toByteArray().slice(-4)));
  return parsed.match(GLOBAL_UNICAST) && parsed.range() === "unicast";
}

/** In hexadecimal: ipaddr.js takes `::8.8.8.8`, which is not mapped, for what is. */
function withoutDots(address: string): string {
  return new URL(`http://[${address}]/`).hostname.slice(1, -1);
}

function isPublicIpv4(address: ipaddr.IPv4): boolean {
  return address.range() === "unicast";
}
