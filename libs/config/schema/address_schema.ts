import { z } from "zod";
import { canonicalHost, canonicalRange } from "./addresses.ts";

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
