import { TokenBucket } from "@hookgate/async";
import { networkOf } from "@hookgate/types";
import { BoundedMap } from "./bounded_map.ts";

/** Most addresses counted, about 200 bytes each. Past it, those that have been quiet longest are forgotten. */
export const LIMITED_ADDRESSES_MAX = 50_000;

/**
 * Bytes that an address may send without proof. What is looked into takes up to 20 ns a byte, so this is up to a fiftieth of the
 * loop, after a reserve of hundreds of small requests: they are the evidence if a provider's secret is wrong.
 */
const BYTES = { perSecond: 1024 * 1024, burst: 2 * 1024 * 1024 };

/** What a request counts for besides its body, in bytes: about 250 a second may be refused. */
const REQUEST_BYTES = 4 * 1024;

/**
 * What each address may send that nobody has proven, from its first refused request on. An address may be a provider's own, or a
 * proxy's: past its share it is told to wait, and what it has proven is free.
 */
export class UnprovenShares {
  readonly #shares = new BoundedMap<string, TokenBucket>(LIMITED_ADDRESSES_MAX);
  /** Of each address, the last form that is looked into, or waits for those before it. */
  readonly #looking = new Map<string, Promise<void>>();
  readonly #monotonic: () => number;

  constructor({ monotonic }: { monotonic: () => number }) {
    this.#monotonic = monotonic;
  }

  /** Seconds until an address that has used up its share has some again; 0 if it has some left. */
  waitSeconds(address: string): number {
    // As long as nobody is refused, no request pays for more than this.
    if (this.#shares.size === 0) return 0;
    const network = networkOf(address);
    const share = this.#shares.get(network);
    if (share === undefined) return 0;
    const { waitMs } = share;
    if (share.left >= BYTES.burst) this.#shares.delete(network);
    return waitMs / 1_000;
  }

  /** Counts a request with so many bytes of body. More than is left may be spent: it comes back first. */
  spend(address: string, bodyBytes: number): void {
    const network = networkOf(address);
    let share = this.#shares.get(network);
    if (share === undefined) {
      share = new TokenBucket({ ...BYTES, monotonic: this.#monotonic });
      this.#shares.set(network, share);
    }
    share.spend(REQUEST_BYTES + bodyBytes);
  }

  /**
   * Looks into a form once those that came before it from its address have been judged, and what they cost is counted: otherwise
   * any number could be looked into before the first counts. Null if the share is used up by then.
   */
  async inTurn<Judged extends { ok: boolean }>(
    address: string,
    look: () => Judged | Promise<Judged>,
  ): Promise<Judged | null> {
    const network = networkOf(address);
    const before = this.#looking.get(network);
    const { promise, resolve } = Promise.withResolvers<void>();
    this.#looking.set(network, promise);
    const leave = () => {
      if (this.#looking.get(network) === promise) this.#looking.delete(network);
      resolve();
    };
    let judged: Judged | null = null;
    try {
      await before;
      if (this.waitSeconds(address) === 0) judged = await look();
    } finally {
      // What was refused is counted later in this turn.
      if (judged?.ok) leave();
      else setImmediate(leave);
    }
    return judged;
  }
}
