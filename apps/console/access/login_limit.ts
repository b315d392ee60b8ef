import { TokenBucket } from "@hookgate/async";

/** Tries of one address: five at once, then one in twelve seconds. */
const OF_ADDRESS = { burst: 5, perSecond: 1 / 12 };

/** Tries of all addresses, which many of them share. */
const OF_ALL = { burst: 30, perSecond: 1 };

/** Addresses that are remembered; the one that was seen first gives way. */
const ADDRESSES_MAX = 1_000;

/** Limits how often a password or a token can be guessed. */
export class LoginLimit {
  readonly #monotonic: () => number;
  readonly #all: TokenBucket;
  readonly #addresses = new Map<string, TokenBucket>();

  constructor({ monotonic }: { monotonic: () => number }) {
    this.#monotonic = monotonic;
    this.#all = new TokenBucket({ ...OF_ALL, monotonic });
  }

  /** Takes one try; returns 0, or the seconds to wait for one. */
  take(address: string): number {
    const own = this.#bucketOf(address);
    const waitMs = Math.max(own.waitMs, this.#all.waitMs);
    if (waitMs > 0) return waitMs / 1_000;
    own.spend(1);
    this.#all.spend(1);
    return 0;
  }

  #bucketOf(address: string): TokenBucket {
    const known = this.#addresses.get(address);
    if (known) return known;
    const [first] = this.#addresses.keys();
    if (this.#addresses.size >= ADDRESSES_MAX && first !== undefined) this.#addresses.delete(first);
    const bucket = new TokenBucket({ ...OF_ADDRESS, monotonic: this.#monotonic });
    this.#addresses.set(address, bucket);
    return bucket;
  }
}
