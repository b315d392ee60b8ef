import { isIP, isIPv4 } from "node:net";
import ipaddr from "ipaddr.js";

/** How a socket that listens on both families names every IPv4 client. */
const MAPPED_PREFIX = "::ffff:";

/**
 * The one form in which an address is compared: IPv4 mapped into IPv6 becomes IPv4, IPv6 is shortened and loses its
 * zone. Null for what is no address; shortened and octal IPv4 is none, as it is read differently elsewhere.
 */
export function canonicalAddress(text: string): string | null {
  if (text.startsWith(MAPPED_PREFIX)) {
    const mapped = text.slice(MAPPED_PREFIX.length);
    if (isIPv4(mapped)) return mapped;
  }
  switch (isIP(text)) {
    case 4:
      return text;
    case 6:
      return ipaddr.process(withoutZone(text)).toString();
    default:
      return null;
  }
}

function withoutZone(address: string): string {
  const at = address.indexOf("%");
  return at < 0 ? address : address.slice(0, at);
}
