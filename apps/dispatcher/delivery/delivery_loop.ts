import { deadline } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { Pause, Subscription, Target } from "@hookgate/types";
import type {
  Claim,
  ClaimedDelivery,
  Deliveries,
  Outcome,
  Slots,
} from "../store/contract/deliveries.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { DeliveryTarget, Room } from "../targets/target.ts";
import { attemptDelivery } from "./attempt_delivery.ts";
import { Lane } from "./lane.ts";
import { Settler } from "./settler.ts";

/** Deliveries claimed in one call. */
const CLAIM_DELIVERIES_MAX = 512;

/** Bodies claimed in one call. */
const CLAIM_BYTES_MAX = 32 * 1024 * 1024;

/** A delivery due within this time is waited for here; a later one is Agenda's to announce. */
const OWN_TIMER_MS_MAX = 1_100;

/** Wait after a claim that failed, in milliseconds. */
const CLAIM_RETRY_MS = 250;

/** Where deliveries go, by the kind of their subscription's target. */
export type Targets = Readonly<Record<Target["kind"], DeliveryTarget>>;

/** Options for {@linkcode DeliveryLoop}. */
export interface DeliveryLoopOptions {
  store: StoreTime & Deliveries;
  targets: Targets;
  dispatcherId: string;
  log: Log;
  random: () => number;
  /** Asks for {@linkcode DeliveryLoop.wake} at the start of the second of `time`, in milliseconds since 1970. */
  wakeAt: (time: number) => void;
  /** Pauses a subscription, for every dispatcher. */
  pause: (name: string, pause: Omit<Pause, "at">) => Promise<void>;
}

/** What a claim asks for, of one lane. */
interface Asked {
  lane: Lane;
  slots: Slots;
  announced: number;
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

  /** Attempts of one subscription that run now. */
  runningOf(name: string): number {
    return this.#lanes.get(name)?.running.deliveries ?? 0;
  }

  /** Replaces the subscriptions that are served. What runs goes on; slots keep their count. */
  serve(subscriptions: readonly Subscription[]): void {
    for (const lane of this.#lanes.values()) lane.served = false;
    for (const subscription of subscriptions) {
      const lane = this.#lanes.get(subscription.name) ?? new Lane(subscription);
      lane.subscription = subscription;
      lane.served = true;
      this.#lanes.set(subscription.name, lane);
    }
    for (const [name, lane] of this.#lanes) this.#forgetIdle(name, lane);
    this.#lookEverywhere();
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

  /** Takes a slot for a fresh delivery with a body of so many bytes; false where it has to wait its turn in the store. */
  reserve(name: string, bytes: number): boolean {
    const lane = this.#lanes.get(name);
    if (!lane?.served || this.#stopped || lane.backlog) return false;
    if (!lane.fits(bytes, this.#roomOf(lane))) return false;
    lane.take(1, bytes);
    return true;
  }

  /** Gives back a reserved slot that was not needed. */
  release(name: string, bytes: number): void {
    const lane = this.#lanes.get(name);
    if (!lane) return;
    lane.take(-1, -bytes);
    this.#freed(name, lane);
  }

  /** Says that a delivery was stored waiting and due. */
  expectBacklog(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane?.served) return;
    lane.backlog = true;
    lane.announced += 1;
    this.wake();
  }

  /** Says that there may be room or work now that nothing else announced. */
  look(name: string): void {
    const lane = this.#lanes.get(name);
    if (!lane?.served) return;
    lane.look = true;
    this.wake();
  }

  /** Looks for what other dispatchers have stored for the subscriptions of this kind. */
  lookForKind(kind: Target["kind"]): void {
    for (const lane of this.#lanes.values()) {
      if (lane.subscription.target.kind === kind) lane.look = true;
    }
    this.wake();
  }

  /** Runs a claimed delivery whose slot is taken. */
  run(claimed: ClaimedDelivery): void {
    const { token } = claimed.claim;
    const name = claimed.delivery.subscription;
    const lane = this.#lanes.get(name);
    lane?.begin(claimed);
    this.#liveTokens.set(token, (this.#liveTokens.get(token) ?? 0) + 1);
    const run = this.#run(claimed, lane ?? null).finally(() => {
      this.#running.delete(run);
      this.#releaseToken(token);
      if (!lane) return;
      lane.end(claimed);
      this.#freed(name, lane);
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

  /** Stops claiming, waits for what runs (the targets bound how long), writes the outcomes. */
  async stop({ graceMs }: { graceMs: number }): Promise<void> {
    this.#stopped = true;
    if (this.#timer) clearTimeout(this.#timer);
    const ended = Promise.all(this.#running);
    const targets = Object.values(this.#options.targets);
    await Promise.all(targets.map((target) => target.close({ graceMs })));
    await deadline(ended, { ms: graceMs, late: () => {} });
    this.#settler.close();
    await ended;
  }

  async #claim(): Promise<void> {
    this.#claimAgain = false;
    const asked = this.#ask();
    if (asked.size === 0) {
      this.#claiming = false;
      return;
    }
    const claim = this.newClaim();
    try {
      const { store } = this.#options;
      const slots = new Map([...asked].map(([name, one]) => [name, one.slots]));
      const limit = CLAIM_DELIVERIES_MAX;
      const claimed = await store.claimDue({ claim, slots, limit, bytesMax: CLAIM_BYTES_MAX });
      this.#found(asked, claimed);
      for (const one of claimed) this.run(one);
      this.forget(claim, { answered: true });
      if (claimed.length > 0) this.#claimAgain = true;
      else await this.#setTimer(asked);
    } catch (error) {
      for (const { lane, slots } of asked.values()) lane.take(-slots.deliveries, 0);
      this.forget(claim, { answered: false });
      this.#options.log.error({ err: error }, "nothing claimed");
      this.#wakeIn(CLAIM_RETRY_MS);
    } finally {
      this.#claiming = false;
    }
    if (this.#claimAgain) this.wake();
  }

  /** What a claim asks for. Its places are taken at once, so that no fresh event takes them meanwhile. */
  #ask(): Map<string, Asked> {
    const asked = new Map<string, Asked>();
    for (const [name, lane] of this.#lanes) {
      const slots = lane.slots(this.#roomOf(lane));
      if (!slots) continue;
      lane.take(slots.deliveries, 0);
      asked.set(name, { lane, slots, announced: lane.announced });
    }
    return asked;
  }

  /** Gives back the places that were not needed, and learns what waits. */
  #found(asked: ReadonlyMap<string, Asked>, claimed: readonly ClaimedDelivery[]): void {
    const live = new Map<string, number>();
    const replayed = new Map<string, number>();
    for (const { delivery, event } of claimed) {
      const counts = delivery.replay === null ? live : replayed;
      counts.set(delivery.subscription, (counts.get(delivery.subscription) ?? 0) + 1);
      asked.get(delivery.subscription)?.lane.take(1, event.body.length);
    }
    for (const [name, { lane, slots, announced }] of asked) {
      lane.take(-slots.deliveries, 0);
      const gotLive = live.get(name) ?? 0;
      const gotReplayed = replayed.get(name) ?? 0;
      // Whatever was found, there may be more: the call has bounds of its own.
      lane.look = gotLive + gotReplayed > 0 || slots.replayed === 0;
      if (lane.announced === announced) lane.backlog = gotLive === slots.deliveries;
    }
  }

  #lookEverywhere(): void {
    for (const lane of this.#lanes.values()) lane.look = true;
    this.wake();
  }

  #roomOf({ subscription, running }: Lane): Room {
    return this.#options.targets[subscription.target.kind].room(subscription, running);
  }

  #freed(name: string, lane: Lane): void {
    if (!lane.served) this.#forgetIdle(name, lane);
    else if (lane.backlog || lane.look) this.wake();
  }

  #forgetIdle(name: string, lane: Lane): void {
    if (!lane.served && lane.running.deliveries === 0) this.#lanes.delete(name);
  }

  async #run(claimed: ClaimedDelivery, lane: Lane | null): Promise<void> {
    const { store, targets, random, log, pause } = this.#options;
    const { delivery } = claimed;
    const now = () => store.now();
    if (!lane?.served) {
      await this.#settler.settle(giveBack(claimed, now()));
      return;
    }
    const { subscription } = lane;
    const target = targets[subscription.target.kind];
    const options = { target, now, random, log };
    const { result, outcome } = await attemptDelivery(claimed, subscription, options);
    if (result.kind === "gone") {
      await pause(subscription.name, { by: "endpoint", reason: result.error }).catch((cause) => {
        log.error({ err: cause, subscription: subscription.name }, "not paused");
      });
    }
    const written = await this.#settler.settle(outcome);
    target.settled?.(claimed);
    if (!written) {
      log.warn({ delivery: delivery.id, event: delivery.eventId }, "outcome fenced off");
      return;
    }
    if (delivery.order !== null) lane.look = true;
    if (outcome.next.state !== "waiting") return;
    const waitMs = outcome.next.nextAttemptAt - store.now();
    if (waitMs <= OWN_TIMER_MS_MAX) this.#wakeAtTime(outcome.next.nextAttemptAt);
    else this.#options.wakeAt(outcome.next.nextAttemptAt);
  }

  async #setTimer(asked: ReadonlyMap<string, Asked>): Promise<void> {
    // Where replays have taken their share, what is due may be theirs: it is claimed when one of them ends.
    const names = [...asked].flatMap(([name, { slots }]) => (slots.replayed > 0 ? name : []));
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
