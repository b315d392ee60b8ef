import type { Room, TargetAttempt } from "../target.ts";
import type { Deadlines, Expiring } from "./deadlines.ts";
import type { StreamLedger } from "./stream_ledger.ts";
import { jobBytes, type StreamJob, type Subscriber } from "./subscriber.ts";

const NO_ROOM: Room = { deliveries: 0, bytes: 0 };
const NOT_STARTED: TargetAttempt = { result: { kind: "not_started" } };

/** Options for {@linkcode StreamQueue}. */
export interface StreamQueueOptions {
  ledger: StreamLedger;
  deadlines: Deadlines;
  /** Queues with parked deliveries: where one is parked this one is among them. */
  waiting: Set<StreamQueue>;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
}

interface Parked extends Expiring {
  job: StreamJob;
}

/**
 * The subscribers of one subscription, which compete for its deliveries. Deliveries are claimed by the bodies, so now
 * and then one has no place once its headers are counted, or is larger than what any single subscriber has left. It is
 * parked until it fits, for as long as an attempt may take; while it is, nothing more is claimed.
 */
export class StreamQueue {
  readonly #options: StreamQueueOptions;
  readonly #parked = new Set<Parked>();
  readonly subscribers = new Set<Subscriber>();

  constructor(options: StreamQueueOptions) {
    this.#options = options;
  }

  /** What may begin beside what is `running`, of which a part is owed by the subscribers. */
  room(running: Room): Room {
    if (this.#parked.size > 0) return NO_ROOM;
    let deliveries = -running.deliveries;
    let bytes = 0;
    let pendingBytes = running.bytes;
    for (const subscriber of this.subscribers) {
      const free = subscriber.freeDeliveries;
      deliveries += free + subscriber.owed;
      if (free > 0) bytes += subscriber.freeBytes;
      pendingBytes -= subscriber.owedBodyBytes;
    }
    bytes = Math.min(bytes, this.#options.ledger.left) - pendingBytes;
    return deliveries > 0 && bytes > 0 ? { deliveries, bytes } : NO_ROOM;
  }

  /** Gives a delivery to the subscriber that has most room. */
  take(job: StreamJob): void {
    const subscriber = this.#parked.size === 0 ? this.#pick(job) : null;
    if (subscriber) subscriber.give(job);
    else if (this.#isWanted()) this.#park(job);
    else job.resolve(NOT_STARTED);
  }

  /** Places what is parked, as far as there is room now. */
  place(): void {
    if (!this.#isWanted()) this.giveBack();
    for (const parked of this.#parked) {
      const subscriber = this.#pick(parked.job);
      if (!subscriber) return;
      this.#unpark(parked);
      subscriber.give(parked.job);
    }
  }

  /** Gives back what is parked. */
  giveBack(): void {
    for (const parked of this.#parked) {
      this.#unpark(parked);
      parked.job.resolve(NOT_STARTED);
    }
  }

  #isWanted(): boolean {
    for (const { state } of this.subscribers) if (state === "open") return true;
    return false;
  }

  #pick(job: StreamJob): Subscriber | null {
    const bytes = jobBytes(job);
    let best: Subscriber | null = null;
    for (const subscriber of this.subscribers) {
      if (!subscriber.fits(bytes)) continue;
      if (!best || subscriber.freeDeliveries > best.freeDeliveries) best = subscriber;
    }
    return best;
  }

  #park(job: StreamJob): void {
    const { deadlines, now } = this.#options;
    const parked: Parked = {
      job,
      slot: null,
      expire: () => {
        this.#unpark(parked);
        job.resolve(NOT_STARTED);
      },
    };
    this.#parked.add(parked);
    this.#options.waiting.add(this);
    deadlines.set(parked, now() + job.timeoutMs);
  }

  #unpark(parked: Parked): void {
    this.#parked.delete(parked);
    if (this.#parked.size === 0) this.#options.waiting.delete(this);
    this.#options.deadlines.delete(parked);
  }
}
