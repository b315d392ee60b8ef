import type { Delivery, ReceivedEvent } from "@hookgate/types";
import type { Claim } from "../store/contract/deliveries.ts";
import type { Reservation } from "./lane.ts";

/** What an {@linkcode Admission} needs of the loop. */
export interface AdmissionOptions {
  claim: Claim;
  /** Takes a slot; null if the delivery has to wait its turn in the store. */
  reserve: (subscription: string, bytes: number) => Reservation | null;
  /** Starts the delivery that was claimed for this slot; the slot is the loop's from then on. */
  start: (reservation: Reservation) => void;
  /** A delivery was stored waiting and due. */
  expectBacklog: (subscription: string) => void;
  /** Called when it is over. Not `answered`: what the store has done is unknown. */
  over: (claim: Claim, options: { answered: boolean }) => void;
}

/**
 * Lets the deliveries of one commit in: slots are reserved before it, under one claim, and those that were stored running
 * start after it. Disposing frees the slots that were not needed.
 */
export class Admission implements Disposable {
  readonly #options: AdmissionOptions;
  readonly #reserved = new Map<string, Reservation>();
  #answered = false;
  #over = false;

  constructor(options: AdmissionOptions) {
    this.#options = options;
  }

  /** The claim to store a new delivery with, so that it starts at once; null if it has to wait its turn in the store. */
  reserve(deliveryId: string, subscription: string, bytes: number): Claim | null {
    const reservation = this.#options.reserve(subscription, bytes);
    if (!reservation) return null;
    this.#reserved.set(deliveryId, reservation);
    return this.#options.claim;
  }

  /**
   * The store has answered: starts what was stored running, and has the rest claimed when it is due. `storedOf` returns
   * the deliveries that were stored for the event at an index.
   */
  start(events: readonly ReceivedEvent[], storedOf: (index: number) => readonly Delivery[]): void {
    this.#answered = true;
    const { claim, start, expectBacklog } = this.#options;
    events.forEach((event, index) => {
      for (const delivery of storedOf(index)) {
        if (delivery.state !== "running") {
          if (delivery.nextAttemptAt !== null) expectBacklog(delivery.subscription);
          continue;
        }
        const reservation = this.#reserved.get(delivery.id);
        if (!reservation) continue;
        reservation.claimed = { delivery, event, claim };
        start(reservation);
      }
    });
  }

  [Symbol.dispose](): void {
    if (this.#over) return;
    this.#over = true;
    const { claim, over } = this.#options;
    for (const reservation of this.#reserved.values()) {
      // One with a delivery is the loop's.
      if (reservation.claimed === null) reservation[Symbol.dispose]();
    }
    over(claim, { answered: this.#answered });
  }
}
