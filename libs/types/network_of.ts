/** 16-bit groups of an IPv6 /64. */
const NETWORK_GROUPS = 4;

const GROUP = /^[0-9a-f]{1,4}$/i;

/** A socket that takes both families shows an IPv4 address in this form. */
const MAPPED_PREFIX = "::ffff:";

/** A socket's address without that form. */
export function unmapped(address: string): string {
  return address.startsWith(MAPPED_PREFIX) ? address.slice(MAPPED_PREFIX.length) : address;
}

/** What counts as one sender: an IPv4 address, or an IPv6 /64, the smallest network that is assigned to anybody. */
export function networkOf(address: string): string {
  if (!address.includes(":")) return address;
  const [start = "", end] = (address.split("%")[0] ?? "").split("::");
  const first = groupsOf(start);
  if (end === undefined && first.length !== 8) return address;
  const last = end === undefined ? [] : groupsOf(end);
  const zeros = Array(Math.max(0, 8 - first.length - last.length)).fill("0");
  const groups = [...first, ...zeros, ...last].slice(0, NETWORK_GROUPS);
  if (!groups.every((group) => GROUP.test(group))) return address;
  return `${groups.map((group) => Number.parseInt(group, 16).toString(16)).join(":")}::/64`;
}

/** The groups of one side of `::`; an IPv4 address at the end stands for two. */
function groupsOf(text: string): string[] {
  if (text === "") return [];
  return text.split(":").flatMap((group) => (group.includes(".") ? ["0", "0"] : group));
}
