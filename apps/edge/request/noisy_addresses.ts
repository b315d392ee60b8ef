import { TokenBucket } from "@hookgate/async";
import { networkOf } from "@hookgate/types";
import { BoundedMap } from "./bounded_map.ts";

/** Most addresses counted, about 200 bytes each. Past it, those that have been quiet longest are forgotten. */
export const LIMITED_ADDRESSES_MAX = 50_000;

/**
 * Milliseconds of work that unproven requests of an address over its limit may cause: a tenth of the loop, and a reserve.
 * It is enough for about a thousand small requests a second.
 */
const WORK_MS = { perSecond: 100, burst: 500 };

interface Noisy {
  /** Until then it is over its limit, on the monotonic clock. */
  until: number;
  work: TokenBucket;
}

/**
 * Addresses over their limit. One may be a provider's own, or a proxy's: what it sends is still verified, with a small share
 * of the loop.
 */
export class NoisyAddresses {
  readonly #noisy = new BoundedMap<string, Noisy>(LIMITED_ADDRESSES_MAX);
  readonly #monotonic: () => number;

  constructor({ monotonic }: { monotonic: () => number }) {
    this.#monotonic = monotonic;
  }

  /** Notes that an address is over its limit for this long. */
  add(address: string, { forMs }: { forMs: number }): void {
    const network = networkOf(address);
    const monotonic = this.#monotonic;
    const known = this.#noisy.get(network);
    const work = known?.work ?? new TokenBucket({ ...WORK_MS, monotonic });
    this.#noisy.set(network, { until: monotonic() + forMs, work });
  }

  /** The milliseconds of work that are left to an address; null if it is not over its limit. */
  workOf(address: string): TokenBucket | null {
    // As long as nobody attacks, no request pays for more than this.
    if (this.#noisy.size === 0) return null;
    const network = networkOf(address);
    const noisy = this.#noisy.get(network);
    if (noisy === undefined) return null;
    if (this.#monotonic() < noisy.until) return noisy.work;
    this.#noisy.delete(network);
    return null;
  }
}
