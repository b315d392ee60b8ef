import type { Subscription } from "@hookgate/types";
import type { ClaimedDelivery, Slots } from "../store/contract/deliveries.ts";
import type { Room } from "../targets/target.ts";

/** The share of a subscription's slots that replayed deliveries may take; the rest stays free for live ones. */
const REPLAYED_SHARE = 0.75;

/**
 * What a lane expects to find in the store. `maybe`: worth a look. `backlog`: live deliveries are due there, so fresh
 * events must not overtake them.
 */
export type Expectation = "nothing" | "maybe" | "backlog";

const RANK: Readonly<Record<Expectation, number>> = { nothing: 0, maybe: 1, backlog: 2 };

/** One slot of a lane, taken until it is disposed of. Disposing again does nothing. */
export class Reservation implements Disposable {
  readonly lane: Lane;
  /** Size of the delivery's body. */
  readonly bytes: number;
  /** Whether it is for a delivery that a replay made. */
  readonly replayed: boolean;
  /** The delivery that runs in it; null while it is only reserved. */
  claimed: ClaimedDelivery | null = null;

  constructor(lane: Lane, bytes: number, replayed: boolean) {
    this.lane = lane;
    this.bytes = bytes;
    this.replayed = replayed;
  }

  /** Its attempt has ended, and the outcome is on its way to the store: another delivery may have the slot already. */
  lend(): void {
    this.lane.lend(this);
  }

  /** The outcome is not written: it holds its slot again until it is. */
  hold(): void {
    this.lane.hold(this);
  }

  [Symbol.dispose](): void {
    this.lane.release(this);
  }
}

/** The slots that a claim under way may fill. Disposed of without an answer, the lane expects what it did before. */
export interface LaneClaim extends Disposable {
  readonly slots: Slots;
  /**
   * The store has answered with these deliveries of the lane: each gets a reservation, and the remaining slots are free. `cut`: it
   * may have found more but for the bounds of the claim. @default {false}
   */
  answer(found: readonly ClaimedDelivery[], options?: { cut?: boolean }): Reservation[];
}

/**
 * A subscription that this dispatcher serves, and its slots. Taken are the living reservations and, while a claim is under
 * way, the slots that it may fill. As a {@linkcode Room} it is what is taken.
 *
 * A slot is lent while the outcome of its attempt is written, so that the next claim shares that commit: what is lent is taken
 * by another, at most once. So no more runs than there are slots, and what a crash makes run again is at most twice as many.
 */
export class Lane implements Room {
  subscription: Subscription;
  readonly #freed: (lane: Lane) => void;
  readonly #living = new Set<Reservation>();
  /** Those of the living whose slot is lent. */
  readonly #lent = new Set<Reservation>();
  /** All slots that there are, taken or not, when it was last asked. */
  #slots = 0;
  // Sums over the living, so that a fresh event does not have to add them up.
  #bytes = 0;
  #replayed = 0;
  #claim: { slots: Slots; expected: Expectation } | null = null;
  // Deliveries may be due from before.
  #expects: Expectation = "backlog";
  #served = true;

  /** `freed` is called after each slot that became free, or was lent. */
  constructor(subscription: Subscription, freed: (lane: Lane) => void) {
    this.subscription = subscription;
    this.#freed = freed;
  }

  /** Slots that are taken. */
  get deliveries(): number {
    const lent = Math.min(this.#lent.size, this.#slots);
    return this.#living.size - lent + (this.#claim?.slots.deliveries ?? 0);
  }

  /** The living reservations whose slot is not lent. */
  get running(): number {
    return this.#living.size - this.#lent.size;
  }

  /** Whether nothing lives, and no claim is under way. */
  get idle(): boolean {
    return this.#living.size === 0 && this.#claim === null;
  }

  /** Bodies of the living reservations. */
  get bytes(): number {
    return this.#bytes;
  }

  /** The living reservations. */
  get living(): ReadonlySet<Reservation> {
    return this.#living;
  }

  /** False once the subscription is not served any more: what runs ends, nothing begins. */
  get served(): boolean {
    return this.#served;
  }

  /** What was stored while it was not served has not been announced: it expects a backlog when it is served again. */
  set served(served: boolean) {
    if (served && !this.#served) this.#expects = "backlog";
    this.#served = served;
  }

  get expects(): Expectation {
    return this.#expects;
  }

  /** Expects at least this much. Only the answer to a claim that begins later lowers it again. */
  expect(what: Expectation): void {
    if (RANK[what] > RANK[this.#expects]) this.#expects = what;
  }

  /** Takes a slot for a fresh delivery; null if it has to wait its turn in the store. */
  reserve(bytes: number, room: Room): Reservation | null {
    if (!this.#served || this.#expects === "backlog" || this.#claim?.expected === "backlog") {
      return null;
    }
    this.#slots = this.deliveries + room.deliveries;
    const fits = bytes <= room.bytes || this.deliveries === 0;
    return room.deliveries > 0 && fits ? this.#reserve(bytes, false) : null;
  }

  /** Takes the slots that a claim may fill; null if there is nothing to claim or no room. */
  claim(room: Room): LaneClaim | null {
    const expected = this.#expects;
    if (!this.#served || this.#claim || expected === "nothing") return null;
    this.#slots = this.deliveries + room.deliveries;
    if (room.deliveries <= 0) return null;
    // A look leaves half of the room to fresh events that arrive while it is under way.
    const deliveries = expected === "backlog" ? room.deliveries : Math.ceil(room.deliveries / 2);
    const share = Math.max(1, Math.floor(this.#slots * REPLAYED_SHARE));
    const replayed = Math.max(0, Math.min(share - this.#replayed, deliveries));
    const slots = { deliveries, replayed, bytes: Math.max(0, room.bytes) };
    const claim = { slots, expected };
    this.#claim = claim;
    // What is announced from now on is news that the store's answer may not contain.
    this.#expects = "nothing";
    const isOver = () => this.#claim !== claim;
    return {
      slots,
      answer: (found, { cut = false } = {}) => {
        if (isOver()) throw new TypeError("Cannot answer a claim: it is over");
        this.#claim = null;
        this.expect(expectedAfter(found, { slots, cut }));
        return found.map((claimed) => this.#hold(claimed));
      },
      [Symbol.dispose]: () => {
        if (isOver()) return;
        this.#claim = null;
        this.expect(expected);
      },
    };
  }

  /** Lends the slot of a reservation, whose attempt has ended. */
  lend(reservation: Reservation): void {
    if (!this.#living.has(reservation)) return;
    this.#lent.add(reservation);
    this.#freed(this);
  }

  /** Takes it back. */
  hold(reservation: Reservation): void {
    this.#lent.delete(reservation);
  }

  /** Frees the slot of a reservation, once. */
  release(reservation: Reservation): void {
    if (!this.#living.delete(reservation)) return;
    this.#lent.delete(reservation);
    this.#bytes -= reservation.bytes;
    if (reservation.replayed) {
      this.#replayed -= 1;
      // Others of the replay may have waited for its share.
      this.expect("maybe");
    }
    this.#freed(this);
  }

  #hold(claimed: ClaimedDelivery): Reservation {
    const { delivery, event } = claimed;
    const reservation = this.#reserve(event.body.length, delivery.replay !== null);
    reservation.claimed = claimed;
    return reservation;
  }

  #reserve(bytes: number, replayed: boolean): Reservation {
    const reservation = new Reservation(this, bytes, replayed);
    this.#living.add(reservation);
    this.#bytes += bytes;
    if (replayed) this.#replayed += 1;
    return reservation;
  }
}

/** As many live ones as were claimed at most: more are due. Any at all: there may be more. */
function expectedAfter(
  found: readonly ClaimedDelivery[],
  { slots, cut }: { slots: Slots; cut: boolean },
): Expectation {
  if (found.length === 0) return "nothing";
  const live = found.filter(({ delivery }) => delivery.replay === null).length;
  return live >= slots.deliveries || (cut && live > 0) ? "backlog" : "maybe";
}
