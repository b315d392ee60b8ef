import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";

const CIDR_PATTERN = /^([^/]+)\/(0|[1-9]\d{0,2})$/;

/** IPv4 inside IPv6, `::ffff:0:0/96`. */
const MAPPED_PREFIX_BITS = 96;

/**
 * An address or a CIDR range, returned in its one canonical form. IPv4 that is mapped into IPv6 becomes IPv4, which is
 * how requests' addresses are compared; shortened, octal and zoned addresses are refused, as they are read differently
 * elsewhere.
 */
export function addressRange() {
  return z.unknown().transform((value, context): string => {
    const range = typeof value === "string" ? canonicalRange(value) : null;
    if (range !== null) return range;
    const message = "must be an address or a CIDR range, such as 203.0.113.7 or 10.0.0.0/8";
    context.addIssue({ code: "custom", message });
    return z.NEVER;
  });
}

function canonicalRange(text: string): string | null {
  if (isPlainAddress(text)) return ipaddr.process(text).toString();
  const [, address = "", digits = ""] = CIDR_PATTERN.exec(text) ?? [];
  if (!isPlainAddress(address)) return null;
  const parsed = ipaddr.parse(address);
  const bits = Number(digits);
  if (bits > (parsed.kind() === "ipv4" ? 32 : 128)) return null;
  if (!(parsed instanceof ipaddr.IPv6) || !parsed.isIPv4MappedAddress()) return `${parsed}/${bits}`;
  if (bits < MAPPED_PREFIX_BITS) return null;
  return `${parsed.toIPv4Address()}/${bits - MAPPED_PREFIX_BITS}`;
}

function isPlainAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}
