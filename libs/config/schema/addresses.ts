import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";

/** The host of a URL, written as in {@linkcode Config.privateHosts}. */
export function hostOf(url: string): string {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(host) === 0 ? host : ipaddr.process(host).toString();
}

const HOST_NAME =
  /^(?!.{254})[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * A private host that endpoints may reach: its exact name, returned in lower case, or an address without brackets, returned
 * in its one canonical form. IPv4 mapped into IPv6 becomes IPv4.
 */
export const privateHostSchema = z.unknown().transform((value, context): string => {
  const host = typeof value === "string" ? canonicalHost(value) : null;
  if (host !== null) return host;
  const message =
    "must be an exact host name or an address, without a port, such as crm.internal or 10.0.0.7";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** Whether a host is private by its name alone: a private address, or localhost. */
export function isPlainlyPrivate(host: string): boolean {
  if (isIP(host) !== 0) return ipaddr.process(host).range() !== "unicast";
  return host === "localhost" || host.endsWith(".localhost");
}

function canonicalHost(text: string): string | null {
  if (isIP(text) !== 0) return text.includes("%") ? null : ipaddr.process(text).toString();
  const name = text.toLowerCase();
  // URL parsers read numbers such as 2130706433 and 0x7f.1 as addresses, and refuse some names.
  const url = `http://${name}/`;
  return HOST_NAME.test(name) && URL.canParse(url) && new URL(url).hostname === name ? name : null;
}

const CIDR_PATTERN = /^([^/]+)\/(0|[1-9]\d{0,2})$/;

/** IPv4 inside IPv6, `::ffff:0:0/96`. */
const MAPPED_PREFIX_BITS = 96;

/**
 * An address or a CIDR range, returned in its one canonical form. IPv4 mapped into IPv6 becomes IPv4, as addresses of
 * requests do. Shortened, octal and zoned addresses are refused, because others read them differently.
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
