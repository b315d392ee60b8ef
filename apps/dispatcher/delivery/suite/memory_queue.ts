import { newId } from "@hookgate/types";
import type { ClaimedDelivery, EventStore, Outcome } from "../../store/event_store.ts";
import { sampleClaimed } from "./sample_claimed.ts";

/** What the loop needs of a store, in memory: deliveries of small events, and what became of them. */
export class MemoryQueue implements Pick<EventStore, "now" | "claimDue" | "settle" | "nextDueAt"> {
  readonly #waiting: { claimed: ClaimedDelivery; dueAt: number }[] = [];
  readonly #running = new Map<string, ClaimedDelivery>();
  /** Ids of deliveries that have ended `delivered`, in order. */
  readonly delivered: string[] = [];
  readonly dead: string[] = [];
  /** Claims that found something. */
  claims = 0;
  /** Told of each delivery whose outcome is written. */
  onSettled: (claimed: ClaimedDelivery) => void = () => {};

  now(): number {
    return Date.now();
  }

  /** Stores an event for these subscriptions; their deliveries are due. */
  add(subscriptions: readonly string[], body: Uint8Array): void {
    const { event } = sampleClaimed({ event: { body } });
    for (const subscription of subscriptions) {
      const delivery = { subscription, eventId: event.id, id: newId("dlv") };
      this.#waiting.push({ claimed: { ...sampleClaimed({ delivery }), event }, dueAt: 0 });
    }
  }

  async claimDue({
    claim,
    slots,
    limit,
  }: Parameters<EventStore["claimDue"]>[0]): Promise<ClaimedDelivery[]> {
    const left = new Map([...slots].map(([name, room]) => [name, { ...room, first: true }]));
    const found: ClaimedDelivery[] = [];
    for (const waiting of [...this.#waiting]) {
      const { claimed, dueAt } = waiting;
      const room = left.get(claimed.delivery.subscription);
      if (found.length === limit || !room?.deliveries || dueAt > this.now()) continue;
      const bytes = claimed.event.body.length;
      if (bytes > room.bytes && !room.first) {
        room.deliveries = 0;
        continue;
      }
      room.deliveries -= 1;
      room.bytes -= bytes;
      room.first = false;
      this.#waiting.splice(this.#waiting.indexOf(waiting), 1);
      const one = { ...claimed, claim };
      this.#running.set(claimed.delivery.id, one);
      found.push(one);
    }
    if (found.length > 0) this.claims += 1;
    return found;
  }

  async settle(outcomes: readonly Outcome[]): Promise<boolean[]> {
    return outcomes.map((outcome) => this.#write(outcome));
  }

  async nextDueAt(): Promise<number | null> {
    const dueAt = Math.min(...this.#waiting.map((waiting) => waiting.dueAt));
    return Number.isFinite(dueAt) ? dueAt : null;
  }

  #write({ deliveryId, next, attempt, interruptions }: Outcome): boolean {
    const claimed = this.#running.get(deliveryId);
    if (!claimed) return false;
    this.#running.delete(deliveryId);
    if (next.state === "delivered") this.delivered.push(deliveryId);
    else if (next.state === "dead") this.dead.push(deliveryId);
    else {
      const delivery = { ...claimed.delivery, interruptions };
      if (attempt) delivery.attempt = attempt.number;
      this.#waiting.push({ claimed: { ...claimed, delivery }, dueAt: next.nextAttemptAt });
    }
    // Later, as the loop learns of it.
    setImmediate(() => this.onSettled(claimed));
    return true;
  }
}
