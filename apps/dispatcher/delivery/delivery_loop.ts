import type { Log } from "@hookgate/telemetry";
import type { Subscription } from "@hookgate/types";
import type { Claim, ClaimedDelivery, EventStore, Outcome } from "../store/event_store.ts";
import { attemptDelivery } from "./attempt_delivery.ts";
import { Settler } from "./settler.ts";
import type { DeliveryTarget } from "./target.ts";

/** Deliveries claimed in one call. */
const CLAIM_DELIVERIES_MAX = 512;

/** Bodies claimed in one call. */
const CLAIM_BYTES_MAX = 32 * 1024 * 1024;

/** A delivery due within this time is waited for here; a later one is Agenda's to announce. */
const OWN_TIMER_MS_MAX = 1_100;

/** Wait after a claim that failed, in milliseconds. */
const CLAIM_RETRY_MS = 250;

/** Options for {@linkcode DeliveryLoop}. */
export interface DeliveryLoopOptions {
  store: EventStore;
  target: DeliveryTarget;
  dispatcherId: string;
  log: Log;
  random: () => number;
  /** Asks for {@linkcode DeliveryLoop.wake} at the start of the second of `time`, in milliseconds since 1970. */
  wakeAt: (time: number) => void;
}

/** A subscription that this dispatcher serves, and how many attempts of it run. */
interface Lane {
  subscription: Subscription;
  running: number;
  /** Due deliveries wait in the store, so a fresh event must not overtake them. */
  backlog: boolean;
  /** Times a backlog was announced: a claim that began before the last one proves nothing about it. */
  announced: number;
  /** Whether the next claim asks for this subscription even though no backlog is known. */
  look: boolean;
}

/**
 * Runs deliveries: claims what is due, never more than a subscription has free slots, attempts it, writes the outcome,
 * and only then frees the slot. Fresh events come in already claimed, through {@linkcode DeliveryLoop.reserve}.
 */
export class DeliveryLoop {
  readonly #options: DeliveryLoopOptions;
  readonly #settler: Settler;
  readonly #lanes = new Map<string, Lane>();
  readonly #liveTokens = new Map<string, number>();
  readonly #running = new Set<Promise<void>>();
  #claims = 0;
  #claiming = false;
  #claimAgain = false;
  #lostClaim = false;
  #timer: NodeJS.Timeout | null = null;
  #timerAt = Number.POSITIVE_INFINITY;
  #stopped = false;

  constructor(options: DeliveryLoopOptions) {
    this.#options = options;
    this.#settler = new Settler(options);
  }

  /** Attempts running now. */
  get running(): number {
    return this.#running.size;
  }

  /** Replaces the subscriptions that are served. What runs goes on; slots keep their count. */
  serve(subscriptions: readonly Subscription[]): void {
    const names = new Set(subscriptions.map(({ name }) => name));
    for (const name of this.#lanes.keys()) if (!names.has(name)) this.#lanes.delete(name);
    for (const subscription of subscriptions) {
      const lane = this.#lanes.get(subscription.name);
      if (lane) lane.subscription = subscription;
      else this.#lanes.set(subscription.name, newLane(subscription));
    }
    this.wake();
  }

  /** A new claim. Its token counts as live until `forget` or until what was claimed under it is settled. */
  newClaim(): Claim {
    this.#claims += 1;
    const token = `${this.#options.dispatcherId}:${this.#claims}`;
    this.#liveTokens.set(token, 1);
    return { dispatcherId: this.#options.dispatcherId, token };
  }

  /**
   * Ends the use of a claim by its maker. Where the store's answer was lost, deliveries may be running under it in the
   * store that nobody runs here: they are given back by the next {@linkcode DeliveryLoop.tick}.
   */
  forget(claim: Claim, { answered }: { answered: boolean }): void {
    if (!answered) this.#lostClaim = true;
    this.#releaseToken(claim.token);
  }

  /** Takes a slot for a fresh delivery; false where it has to wait its turn in the store. */
  reserve(name: string): boolean {
    const lane = this.#lanes.get(name);
    if (!lane || this.#stopped || lane.backlog) return false;
    if (lane.running >= lane.subscription.concurrency) return false;
    lane.running += 1;
    return true;
  }

  /** Gives back a reserved slot that was not needed. */
  release(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    lane.running -= 1;
    if (lane.backlog) this.wake();
  }

  /** Says that a delivery was stored waiting and due. */
  expectBacklog(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    lane.backlog = true;
    lane.announced += 1;
    if (lane.running < lane.subscription.concurrency) this.wake();
  }

  /** Runs a claimed delivery whose slot is taken. */
  run(claimed: ClaimedDelivery): void {
    const { token } = claimed.claim;
    this.#liveTokens.set(token, (this.#liveTokens.get(token) ?? 0) + 1);
    const run = this.#run(claimed).finally(() => {
      this.#running.delete(run);
      this.#releaseToken(token);
      this.release(claimed.delivery.subscription);
    });
    this.#running.add(run);
  }

  /** Claims what is due, now. Calls that come while a claim is under way share the next one. */
  wake(): void {
    if (this.#stopped) return;
    if (this.#claiming) {
      this.#claimAgain = true;
      return;
    }
    this.#claiming = true;
    // One turn later, so that slots freed together are filled together.
    setImmediate(() => void this.#claim());
  }

  /** The look-out of every second (promise 7): whatever was announced or not, what is overdue is found. */
  async tick(): Promise<void> {
    this.#lookEverywhere();
    if (!this.#lostClaim) return;
    this.#lostClaim = false;
    try {
      const { dispatcherId, store, log } = this.#options;
      const liveTokens = new Set(this.#liveTokens.keys());
      const deliveries = await store.reclaim({ dispatcherId, liveTokens });
      if (deliveries > 0) log.warn({ deliveries }, "claims given back after a lost answer");
    } catch {
      this.#lostClaim = true;
    }
  }

  /** Stops claiming, waits for what runs (the target bounds how long), writes the outcomes. */
  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    const ended = Promise.all(this.#running);
    await this.#options.target.close({ graceMs });
    const patience = new Promise((resolve) => setTimeout(resolve, graceMs).unref());
    await Promise.race([ended, patience]);
    this.#settler.close();
    await ended;
  }

  async #claim(): Promise<void> {
    this.#claimAgain = false;
    const slots = this.#freeSlots();
    if (slots.size === 0) {
      this.#claiming = false;
      return;
    }
    const announced = new Map<string, number>();
    for (const name of slots.keys()) announced.set(name, this.#lanes.get(name)?.announced ?? 0);
    const claim = this.newClaim();
    try {
      const { store } = this.#options;
      const limit = CLAIM_DELIVERIES_MAX;
      const claimed = await store.claimDue({ claim, slots, limit, bytesMax: CLAIM_BYTES_MAX });
      const found = countBySubscription(claimed);
      let total = 0;
      for (const [name, asked] of slots) {
        const got = found.get(name) ?? 0;
        total += got;
        const lane = this.#lanes.get(name);
        if (!lane) continue;
        lane.running += got;
        // Whatever was found, there may be more: the call has bounds of its own.
        lane.look = got > 0;
        if (lane.announced === announced.get(name)) lane.backlog = got === asked;
      }
      for (const one of claimed) this.run(one);
      this.forget(claim, { answered: true });
      if (total > 0) this.#claimAgain = true;
      else await this.#setTimer([...slots.keys()]);
    } catch (error) {
      this.forget(claim, { answered: false });
      this.#options.log.error({ err: error }, "nothing claimed");
      this.#wakeIn(CLAIM_RETRY_MS);
    } finally {
      this.#claiming = false;
    }
    if (this.#claimAgain) this.wake();
  }

  #lookEverywhere(): void {
    for (const lane of this.#lanes.values()) lane.look = true;
    this.wake();
  }

  #freeSlots(): Map<string, number> {
    const slots = new Map<string, number>();
    for (const [name, { subscription, running, backlog, look }] of this.#lanes) {
      const free = subscription.concurrency - running;
      if ((backlog || look) && free > 0) slots.set(name, free);
    }
    return slots;
  }

  async #run(claimed: ClaimedDelivery): Promise<void> {
    const { store, target, random, log } = this.#options;
    const { delivery } = claimed;
    const lane = this.#lanes.get(delivery.subscription);
    const now = () => store.now();
    const outcome: Outcome = lane
      ? await attemptDelivery(claimed, lane.subscription, { target, now, random, log })
      : giveBack(claimed, now());
    const written = await this.#settler.settle(outcome);
    if (!written) {
      log.warn({ delivery: delivery.id, event: delivery.eventId }, "outcome fenced off");
      return;
    }
    if (outcome.next.state !== "waiting") return;
    const waitMs = outcome.next.nextAttemptAt - store.now();
    if (waitMs <= OWN_TIMER_MS_MAX) this.#wakeAtTime(outcome.next.nextAttemptAt);
    else this.#options.wakeAt(outcome.next.nextAttemptAt);
  }

  async #setTimer(names: string[]): Promise<void> {
    const dueAt = await this.#options.store.nextDueAt(names);
    if (dueAt === null || dueAt - this.#options.store.now() > OWN_TIMER_MS_MAX) return;
    this.#wakeAtTime(dueAt);
  }

  /** Wakes at a time of the store's clock, for every lane: never early, because claiming asks the store again. */
  #wakeAtTime(time: number): void {
    if (time >= this.#timerAt || this.#stopped) return;
    if (this.#timer) clearTimeout(this.#timer);
    this.#timerAt = time;
    const waitMs = Math.max(0, Math.ceil(time - this.#options.store.now()));
    this.#timer = setTimeout(() => {
      this.#timerAt = Number.POSITIVE_INFINITY;
      this.#lookEverywhere();
    }, waitMs);
  }

  #wakeIn(delayMs: number): void {
    this.#wakeAtTime(this.#options.store.now() + delayMs);
  }

  #releaseToken(token: string): void {
    const uses = (this.#liveTokens.get(token) ?? 0) - 1;
    if (uses > 0) this.#liveTokens.set(token, uses);
    else this.#liveTokens.delete(token);
  }
}

function newLane(subscription: Subscription): Lane {
  return { subscription, running: 0, backlog: true, announced: 0, look: true };
}

function countBySubscription(claimed: readonly ClaimedDelivery[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { delivery } of claimed) {
    counts.set(delivery.subscription, (counts.get(delivery.subscription) ?? 0) + 1);
  }
  return counts;
}

/** The subscription went away between claim and attempt: as if it had not been claimed. */
function giveBack({ delivery, claim }: ClaimedDelivery, now: number): Outcome {
  return {
    deliveryId: delivery.id,
    claim,
    next: { state: "waiting", nextAttemptAt: now },
    attempt: null,
    interruptions: delivery.interruptions,
    suspect: delivery.suspect,
  };
}
