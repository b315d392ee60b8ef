import { type LookupAddress, type LookupAllOptions, lookup as lookupHost } from "node:dns";
import type { LookupFunction } from "node:net";
import { isPublicAddress } from "./is_public_address.ts";

/** Thrown for a hostname without an address that may be connected to. */
export class RefusedHostError extends Error {
  override name = "RefusedHostError";
  /** Why, as the end of a sentence. */
  readonly state: string;

  constructor(hostname: string, state: string) {
    super(`Cannot connect to ${hostname}: ${state}`);
    this.state = state;
  }
}

/** Options for {@linkcode guardedLookup}. */
export interface GuardedLookupOptions {
  /** Whether this host may be reached at this address. @default {isPublicAddress} */
  allows?: (address: string, hostname: string) => boolean;
  /** Looks up all addresses of a name. @default {dns.lookup} */
  lookup?: (
    hostname: string,
    options: LookupAllOptions,
    callback: (error: Error | null, addresses: LookupAddress[]) => void,
  ) => void;
}

/**
 * Makes a connection's `lookup` that refuses a name if any of its addresses is not allowed. The connection uses the very
 * addresses that were checked, so a changed DNS answer cannot bypass the check. A refused connection fails with a
 * {@linkcode RefusedHostError}.
 *
 * A URL with a bare address is connected to without any lookup: the caller has to check it.
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
