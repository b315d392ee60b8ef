import type { Slots } from "./deliveries.ts";

/** A delivery that could be claimed. */
export interface Claimable {
  subscription: string;
  /** Whether a replay made it. */
  replayed: boolean;
  bodyBytes: number;
}

/** Options for {@linkcode ClaimRoom}: those of `claimDue`. */
export interface ClaimRoomOptions {
  slots: ReadonlyMap<string, Slots>;
  limit: number;
  bytesMax: number;
}

interface Share extends Slots {
  /** Nothing of this subscription is claimed yet: the first body may have any size. */
  empty: boolean;
}

/** What a call of `claimDue` may still claim. */
export class ClaimRoom {
  readonly #shares: Map<string, Share>;
  readonly #full = new Set<string>();
  #limit: number;
  #bytes: number;
  #empty = true;

  constructor({ slots, limit, bytesMax }: ClaimRoomOptions) {
    this.#shares = new Map([...slots].map(([name, free]) => [name, { ...free, empty: true }]));
    this.#limit = limit;
    this.#bytes = bytesMax;
  }

  /** How many due deliveries of each subscription are worth reading: live ones and those of replays. */
  wanted(): { subscription: string; replayed: boolean; count: number }[] {
    const wanted = [...this.#shares].flatMap(([subscription, { deliveries, replayed }]) => [
      { subscription, replayed: false, count: Math.min(deliveries, this.#limit) },
      { subscription, replayed: true, count: Math.min(replayed, deliveries, this.#limit) },
    ]);
    return wanted.filter(({ count }) => count > 0);
  }

  /** Whether a delivery of this subscription may be claimed, as far as that is known without its size. */
  hasSlot(subscription: string, replayed: boolean): boolean {
    const share = this.#shares.get(subscription);
    if (!share || this.#limit === 0 || this.#full.has(subscription)) return false;
    return share.deliveries > 0 && (!replayed || share.replayed > 0);
  }

  /**
   * Offers due deliveries in turn. `claim`: there is room, and it is taken. `skip`: its subscription has none. `stop`:
   * there is none for any other either.
   */
  offer(delivery: Claimable): "claim" | "skip" | "stop" {
    const { subscription, replayed, bodyBytes } = delivery;
    if (this.#limit === 0) return "stop";
    const share = this.#shares.get(subscription);
    if (!share || !this.hasSlot(subscription, replayed)) return "skip";
    if (bodyBytes > share.bytes && !share.empty) {
      this.#full.add(subscription);
      return "skip";
    }
    if (bodyBytes > this.#bytes && !this.#empty) return "stop";
    this.take(delivery);
    return "claim";
  }

  /** Takes room for a delivery that was claimed. */
  take({ subscription, replayed, bodyBytes }: Claimable): void {
    this.#limit -= 1;
    this.#bytes -= bodyBytes;
    this.#empty = false;
    const share = this.#shares.get(subscription);
    if (!share) return;
    share.deliveries -= 1;
    share.replayed -= replayed ? 1 : 0;
    share.bytes -= bodyBytes;
    share.empty = false;
  }

  /** A copy, to choose from without taking room. */
  copy(): ClaimRoom {
    const copy = new ClaimRoom({ slots: new Map(), limit: this.#limit, bytesMax: this.#bytes });
    for (const [name, share] of this.#shares) copy.#shares.set(name, { ...share });
    copy.#empty = this.#empty;
    return copy;
  }
}
