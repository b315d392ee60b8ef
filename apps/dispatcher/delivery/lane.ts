import type { Subscription } from "@hookgate/types";
import type { ClaimedDelivery, Slots } from "../store/contract/deliveries.ts";
import type { Room } from "../targets/target.ts";

/** The share of a subscription's slots that deliveries of replays may take: the rest is always free for live ones. */
const REPLAYED_SHARE = 0.75;

/** A subscription that this dispatcher serves, and what of it runs. */
export class Lane {
  subscription: Subscription;
  /** False once it is not served any more: what runs goes on, nothing begins. */
  served = true;
  /** Live deliveries that are due wait in the store, so a fresh event must not overtake them. */
  backlog = true;
  /** Times a backlog was announced: a claim that began before the last one proves nothing about it. */
  announced = 0;
  /** Whether the next claim asks for this subscription even though no backlog is known. */
  look = true;
  readonly running: Room = { deliveries: 0, bytes: 0 };
  /** Of those that run, the ones that replays made. */
  #replayed = 0;

  constructor(subscription: Subscription) {
    this.subscription = subscription;
  }

  /** Whether a delivery with a body of so many bytes fits into the room. */
  fits(bytes: number, room: Room): boolean {
    return room.deliveries > 0 && (bytes <= room.bytes || this.running.deliveries === 0);
  }

  /** What a claim may ask for; null where nothing can begin. */
  slots(room: Room): Slots | null {
    if (!this.served || !(this.backlog || this.look) || room.deliveries <= 0) return null;
    const all = this.running.deliveries + room.deliveries;
    const share = Math.max(1, Math.floor(all * REPLAYED_SHARE)) - this.#replayed;
    // A mere look leaves half of the room to fresh events, which may come while it is under way.
    const deliveries = this.backlog ? room.deliveries : Math.ceil(room.deliveries / 2);
    const replayed = Math.max(0, Math.min(share, deliveries));
    return { deliveries, replayed, bytes: Math.max(0, room.bytes) };
  }

  /** Takes places, or gives them back with a negative number. */
  take(deliveries: number, bytes: number): void {
    this.running.deliveries += deliveries;
    this.running.bytes += bytes;
  }

  /** A claimed delivery begins; its place is taken. */
  begin({ delivery }: ClaimedDelivery): void {
    if (delivery.replay !== null) this.#replayed += 1;
  }

  /** It has ended: its place is free. */
  end({ delivery, event }: ClaimedDelivery): void {
    if (delivery.replay !== null) this.#replayed -= 1;
    this.take(-1, -event.body.length);
  }
}
