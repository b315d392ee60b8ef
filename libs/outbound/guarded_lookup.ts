import { type LookupAddress, type LookupAllOptions, lookup as lookupHost } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./is_public_address.ts";
import { RefusedHostError } from "./refused_host_error.ts";

/** Options for {@linkcode guardedLookup}. */
export interface GuardedLookupOptions {
  /** Whether an address may be connected to, for a host of this name. @default {isPublicAddress} */
  allows?: (address: string, hostname: string) => boolean;
  /** Names to addresses, all of them. @default {dns.lookup} */
  lookup?: (
    hostname: string,
    options: LookupAllOptions,
    callback: (error: Error | null, addresses: LookupAddress[]) => void,
  ) => void;
}

/**
 * Makes the `lookup` of a connection, which refuses a name that leads to an address that is not allowed, be it one of
 * several: the address that is checked is the one that is connected to, whatever the name leads to a moment later. The
 * connection fails with a {@linkcode RefusedHostError}.
 *
 * A bare address in place of a name is connected to without any lookup: that is for the caller to check.
 */
export function guardedLookup(options: GuardedLookupOptions = {}): LookupFunction {
  const { allows = isPublicAddress, lookup = lookupHost } = options;
  return function lookUpGuarded(hostname, asked, callback) {
    lookup(hostname, { ...asked, all: true }, (error, addresses) => {
      const [first] = addresses ?? [];
      if (error !== null) callback(error, "");
      else if (first === undefined) {
        callback(new RefusedHostError(hostname, "it has no address"), "");
      } else if (!addresses.every(({ address }) => allows(address, hostname))) {
        callback(new RefusedHostError(hostname, "its address is not public"), "");
      } else if (asked.all === true) callback(null, addresses);
      else callback(null, first.address, first.family);
    });
  };
}
