import { networkOf } from "@hookgate/types";
import { QUARANTINE_BYTES_MAX, QUARANTINE_REQUESTS_MAX } from "./quarantine.ts";

/** Shares that a store compares to make room, those that hold the most first: of more that hold the same, any will do. */
export const SHARES_COMPARED_MAX = 16;

/** What a source, or one sender to it, keeps in quarantine. */
export interface Held {
  requests: number;
  bytes: number;
}

/** What one sender keeps of a source. */
export interface Share extends Held {
  /** The sender: see {@linkcode shareOf}. */
  share: string;
  /** Id of its oldest request. */
  oldest: string;
}

/** The sender that a refused request counts against: its address, or the IPv6 /64 of that. */
export function shareOf(address: string): string {
  return networkOf(address);
}

/** The bound that a source exceeds; null if it is within both. */
export function exceededBound({ requests, bytes }: Held): keyof Held | null {
  if (bytes > QUARANTINE_BYTES_MAX) return "bytes";
  return requests > QUARANTINE_REQUESTS_MAX ? "requests" : null;
}

/**
 * The share whose oldest request gives way: the one that holds the most of what is short, and of several the one with the
 * oldest request. So a flood from one address removes only what that address has sent.
 */
export function chooseShare(shares: readonly Share[], bound: keyof Held): Share | null {
  const [first, ...others] = shares;
  if (!first) return null;
  return others.reduce((chosen, one) => {
    if (one[bound] !== chosen[bound]) return one[bound] > chosen[bound] ? one : chosen;
    return one.oldest < chosen.oldest ? one : chosen;
  }, first);
}
