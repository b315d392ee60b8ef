import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** The host of a URL, written as in {@linkcode Config.privateHosts}. */
export function hostOf(url: string): string {
  const host = new URL(url).hostname.replace(/^\[(.*)\]$/, "$1");
  return isIP(host) === 0 ? host : ipaddr.process(host).toString();
}

const HOST_NAME =
  /^(?!.{254})[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/** Whether a host is private by its name alone: a private address, or localhost. */
export function isPlainlyPrivate(host: string): boolean {
  if (isIP(host) !== 0) return ipaddr.process(host).range() !== "unicast";
  return host === "localhost" || host.endsWith(".localhost");
}

/**
 * A private host in its one canonical form: its exact name in lower case, or an address without brackets. IPv4 mapped into
 * IPv6 becomes IPv4. Null if it is neither.
 */
export function canonicalHost(text: string): string | null {
  if (isIP(text) !== 0) return text.includes("%") ? null : ipaddr.process(text).toString();
  const name = text.toLowerCase();
  // URL parsers read numbers such as 2130706433 and 0x7f.1 as addresses, and refuse some names.
  const url = `http://${name}/`;
  return HOST_NAME.test(name) && URL.canParse(url) && new URL(url).hostname === name ? name : null;
}

const CIDR_PATTERN = /^([^/]+)\/(0|[1-9]\d{0,2})$/;

/** IPv4 inside IPv6, `::ffff:0:0/96`. */
const MAPPED_PREFIX_BITS = 96;

/** An address or a CIDR range in its one canonical form; null if it is neither. */
export function canonicalRange(text: string): string | null {
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

/** The largest block of IPv4 that one network can have is 10.0.0.0/8. */
const IPV4_BITS_MIN = 8;

/** Of IPv6, anybody's own networks may be of any size. */
const PRIVATE_IPV6 = ["fc00::/7", "fe80::/10"].map((block) => ipaddr.IPv6.parseCIDR(block));

/** The shortest prefix that one network can have in a block: nobody is given more than a /20; of what stands for IPv4 it is as above. */
const IPV6_BITS_MIN = (
  [
    ["::/0", 20],
    ["2002::/16", 16 + IPV4_BITS_MIN],
    ["::/96", 96 + IPV4_BITS_MIN],
    ["::ffff:0:0:0/96", 96 + IPV4_BITS_MIN],
    ["64:ff9b::/96", 96 + IPV4_BITS_MIN],
    ["64:ff9b:1::/48", 96 + IPV4_BITS_MIN],
  ] as const
).map(([block, bitsMin]) => ({ block: ipaddr.IPv6.parseCIDR(block), bitsMin }));

/** Whether a canonical range has more addresses than one network can have, so that strangers have some of them. */
export function isForEverybody(range: string): boolean {
  if (!range.includes("/")) return false;
  if (!range.includes(":")) return ipaddr.IPv4.parseCIDR(range)[1] < IPV4_BITS_MIN;
  const [network, bits] = ipaddr.IPv6.parseCIDR(range);
  const isPrivate = PRIVATE_IPV6.some(
    ([start, length]) => bits >= length && network.match(start, length),
  );
  if (isPrivate) return false;
  return IPV6_BITS_MIN.some(({ block: [start, length], bitsMin }) => {
    // Whichever is the smaller one, it lies in the other.
    return bits < bitsMin && network.match(start, Math.min(bits, length));
  });
}

function isPlainAddress(text: string): boolean {
  return isIP(text) !== 0 && !text.includes("%");
}
