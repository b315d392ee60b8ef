import { isIP } from "node:net";
import ipaddr from "ipaddr.js";
import { z } from "zod";

const HOST_NAME =
  /^(?!.{254})[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?(?:\.[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?)*$/;

/**
 * A host that endpoints may reach though it is private: its exact name in lower case, or an address, without brackets, in
 * its one canonical form; IPv4 that is mapped into IPv6 becomes IPv4.
 */
export const privateHostSchema = z.unknown().transform((value, context): string => {
  const host = typeof value === "string" ? canonicalHost(value) : null;
  if (host !== null) return host;
  const message =
    "must be the exact name of a host, or an address, without a port, such as crm.internal or 10.0.0.7";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** Whether a host says by itself that it is not public: an address, or this machine's name. */
export function isPlainlyPrivate(host: string): boolean {
  if (isIP(host) !== 0) return ipaddr.process(host).range() !== "unicast";
  return host === "localhost" || host.endsWith(".localhost");
}

function canonicalHost(text: string): string | null {
  if (isIP(text) !== 0) return text.includes("%") ? null : ipaddr.process(text).toString();
  const name = text.toLowerCase();
  // A URL reads numbers as an address, such as 2130706433 and 0x7f.1, and refuses some names.
  const url = `http://${name}/`;
  return HOST_NAME.test(name) && URL.canParse(url) && new URL(url).hostname === name ? name : null;
}
