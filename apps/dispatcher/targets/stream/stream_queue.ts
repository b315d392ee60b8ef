import type { Room, TargetAttempt } from "../target.ts";
import type { Deadlines, Expiring } from "./deadlines.ts";
import type { StreamLedger } from "./stream_ledger.ts";
import { jobBytes, type StreamJob, type Subscriber } from "./subscriber.ts";

const NO_ROOM: Room = { deliveries: 0, bytes: 0 };
const NOT_STARTED: TargetAttempt = { result: { kind: "not_started" } };

/** An event that was matched while the subscription wanted more, or before a token allowed less. */
const NOT_ALLOWED: TargetAttempt = {
  result: {
    kind: "failed",
    error: "the tokens of the connected subscribers do not allow this type or source",
    permanent: false,
  },
};

/** Options for {@linkcode StreamQueue}. */
export interface StreamQueueOptions {
  ledger: StreamLedger;
  deadlines: Deadlines;
  /** The queues that have parked deliveries; this one adds and removes itself. */
  waiting: Set<StreamQueue>;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
}

interface Parked extends Expiring {
  job: StreamJob;
}

/**
 * The subscribers of one subscription, which compete for its deliveries. Claims count bodies only, so a delivery may not
 * fit once its headers are counted, or may be larger than what any one subscriber has left. Then it is parked until it
 * fits, for at most the time of an attempt, and nothing more is claimed meanwhile.
 */
export class StreamQueue {
  readonly #options: StreamQueueOptions;
  readonly #parked = new Set<Parked>();
  readonly subscribers = new Set<Subscriber>();

  constructor(options: StreamQueueOptions) {
    this.#options = options;
  }

  /** What may start in addition to what is `running`, part of which the subscribers have not answered. */
  room(running: Room): Room {
    if (this.#parked.size > 0) return NO_ROOM;
    let deliveries = -running.deliveries;
    let bytes = 0;
    let pendingBytes = running.bytes;
    for (const subscriber of this.subscribers) {
      const free = subscriber.freeDeliveries;
      deliveries += free + subscriber.unanswered;
      if (free > 0) bytes += subscriber.freeBytes;
      pendingBytes -= subscriber.unansweredBodyBytes;
    }
    bytes = Math.min(bytes, this.#options.ledger.left) - pendingBytes;
    return deliveries > 0 && bytes > 0 ? { deliveries, bytes } : NO_ROOM;
  }

  /** Gives a delivery to the subscriber with the most room. One that none of them may receive fails. */
  add(job: StreamJob): void {
    const subscriber = this.#parked.size === 0 ? this.#pick(job) : null;
    if (subscriber) subscriber.give(job);
    else if (!this.#hasOpenSubscriber()) job.resolve(NOT_STARTED);
    else if (this.#isAllowed(job)) this.#park(job);
    else job.resolve(NOT_ALLOWED);
  }

  /** Gives parked deliveries to subscribers that have room now. */
  unparkFitting(): void {
    if (!this.#hasOpenSubscriber()) this.returnParked();
    for (const parked of this.#parked) {
      const subscriber = this.#pick(parked.job);
      if (!subscriber) return;
      this.#unpark(parked);
      subscriber.give(parked.job);
    }
  }

  /** Returns parked deliveries: they were not started. */
  returnParked(): void {
    for (const parked of this.#parked) {
      this.#unpark(parked);
      parked.job.resolve(NOT_STARTED);
    }
  }

  #hasOpenSubscriber(): boolean {
    for (const { state } of this.subscribers) if (state === "open") return true;
    return false;
  }

  #isAllowed({ claimed }: StreamJob): boolean {
    for (const { state, reach } of this.subscribers) {
      if (state === "open" && reach.admits(claimed.event)) return true;
    }
    return false;
  }

  #pick(job: StreamJob): Subscriber | null {
    const bytes = jobBytes(job);
    const { event } = job.claimed;
    let best: Subscriber | null = null;
    for (const subscriber of this.subscribers) {
      if (!subscriber.fits(bytes) || !subscriber.reach.admits(event)) continue;
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
