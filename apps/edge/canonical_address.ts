import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

const MAPPED_PREFIX = "::ffff:";

/**
 * The one form in which an address is compared: IPv4 mapped into IPv6 becomes IPv4, IPv6 is shortened and loses its
 * zone. Null for what is no address; shortened and octal IPv4 is none, as it is read differently elsewhere.
 */
export function canonicalAddress(text: string): string | null {
  switch (isIP(text)) {
    case 4:
      return text;
    case 6:
      return canonicalIpv6(text);
    default:
      return null;
  }
}

function canonicalIpv6(text: string): string {
  // How a socket that listens on both families names every IPv4 client.
  if (text.startsWith(MAPPED_PREFIX)) {
    const rest = text.slice(MAPPED_PREFIX.length);
    if (isIP(rest) === 4) return rest;
  }
  const zoneAt = text.indexOf("%");
  return ipaddr.process(zoneAt < 0 ? text : text.slice(0, zoneAt)).toString();
}
