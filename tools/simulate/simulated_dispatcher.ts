import type { CapturedEvent, Subscription } from "@hookgate/types";
import { DeliveryLoop } from "../../apps/dispatcher/delivery/delivery_loop.ts";
import { storeEvents } from "../../apps/dispatcher/ingest/store_events.ts";
import { Heartbeats } from "../../apps/dispatcher/recurring/heartbeats.ts";
import {
  type RecurringWorkOptions,
  recurringWork,
} from "../../apps/dispatcher/recurring/recurring_work.ts";
import { BoundedWork } from "../../apps/dispatcher/schedule/bounded_work.ts";
import type { CaptureResult } from "../../apps/dispatcher/store/contract/captures.ts";
import type { ClaimedDelivery } from "../../apps/dispatcher/store/contract/deliveries.ts";
import type {
  DeliveryTarget,
  SubscriptionOf,
  TargetAttempt,
  TargetResult,
} from "../../apps/dispatcher/targets/target.ts";
import type { Judge } from "./judge.ts";
import type { StoreCalls, StoreLink } from "./store_link.ts";
import type { VirtualTime } from "./virtual_time.ts";

/** Between two looks, in milliseconds: as the look-out does. */
const LOOK_EVERY_MS = 1_000;

/** How long one look is waited for, in milliseconds. */
const LOOK_MS_MAX = 2_000;

/** How long running attempts may take when a dispatcher stops, in milliseconds. */
const STOP_GRACE_MS = 3_000;

const quiet = () => {};
// biome-ignore lint/suspicious/noExplicitAny: a log that nobody reads
const log: any = { debug: quiet, info: quiet, warn: quiet, error: quiet };

/** The set of subscriptions, as the store has it. */
export interface SimulatedSet {
  revision: number;
  /** Those that are not paused. */
  served: readonly Subscription[];
}

/** Options for {@linkcode SimulatedDispatcher}. */
export interface SimulatedDispatcherOptions {
  id: string;
  time: VirtualTime;
  link: StoreLink;
  store: StoreCalls;
  judge: Judge;
  /** How the next attempt ends, and after how long. */
  nextResult: () => { result: TargetResult; ms: number };
  /** The set as it is now. */
  set: () => SimulatedSet;
  pause: (name: string) => Promise<void>;
  /** Follows the steps of the clock; only of an embedded store. */
  followClock: (() => Promise<void>) | null;
  subscriptionsOf: (event: CapturedEvent) => { subscription: string; orderKey: string | null }[];
  /** Breaks the loop. */
  sabotage?: (loop: DeliveryLoop) => void;
}

/** One life of a dispatcher: the real loop, settler, lanes and heartbeats, over a link that can fail. */
export class SimulatedDispatcher {
  readonly #options: SimulatedDispatcherOptions;
  readonly #loop: DeliveryLoop;
  readonly #heartbeats: Heartbeats;
  readonly #works: BoundedWork[];
  readonly #running = new Map<string, number>();
  #interrupts = new Set<(result: TargetResult) => void>();
  #closing = false;
  #set: SimulatedSet = { revision: -1, served: [] };

  constructor(options: SimulatedDispatcherOptions) {
    const { id: dispatcherId, time, store, followClock } = options;
    this.#options = options;
    const target = this.#target();
    this.#loop = new DeliveryLoop({
      store: store as never,
      targets: { handler: target, endpoint: target, stream: target },
      dispatcherId,
      log,
      monotonic: () => time.now,
      random: () => 0.5,
      wakeAt: (at) => {
        const second = Math.floor(at / 1_000) * 1_000;
        time.after(second - store.now(), () => options.link.receive(() => void this.#loop.tick()));
      },
      pause: async (name) => {
        await options.pause(name);
        this.#follow();
      },
    });
    options.sabotage?.(this.#loop);
    const monotonic = () => time.now;
    this.#heartbeats = new Heartbeats({ store, monotonic });
    const takeOver = recurringWork({
      store,
      dispatcherId,
      heartbeats: this.#heartbeats,
      loop: this.#loop,
      log,
    } as unknown as RecurringWorkOptions).find(({ name }) => name === "take over");
    const bounds = { everyMs: LOOK_EVERY_MS, msMax: LOOK_MS_MAX, log, monotonic };
    const works: Record<string, () => Promise<unknown>> = {
      heartbeat: () => this.#heartbeats.heartbeat(dispatcherId),
      tick: () => this.#loop.tick(),
      follow: async () => this.#follow(),
      ...(takeOver && { takeOver: takeOver.work }),
      ...(followClock && { followClock }),
    };
    this.#works = Object.entries(works).map(
      // A frozen process begins nothing.
      ([name, work]) => {
        const unlessFrozen = async () => (options.link.frozen ? undefined : work());
        return new BoundedWork({ name, work: unlessFrozen, ...bounds });
      },
    );
  }

  get id(): string {
    return this.#options.id;
  }

  get link(): StoreLink {
    return this.#options.link;
  }

  get store(): StoreCalls {
    return this.#options.store;
  }

  /** Slots that are taken. */
  get taken(): number {
    return this.#options
      .set()
      .served.reduce((sum, { name }) => sum + this.#loop.runningOf(name), 0);
  }

  /** Writes the first heartbeat, then serves. Tries again until it can. */
  async start(): Promise<void> {
    for (;;) {
      try {
        await this.#heartbeats.heartbeat(this.id);
        break;
      } catch {
        await new Promise<void>((resolve) => void this.#options.time.after(500, resolve));
      }
    }
    this.#follow();
    for (const work of this.#works) work.start();
  }

  /** Stores events, and starts their deliveries. */
  async ingest(events: readonly CapturedEvent[]): Promise<void> {
    const { store, subscriptionsOf } = this.#options;
    await storeEvents<CaptureResult[]>(events, {
      entrance: this.#loop,
      matching: () => ({
        revision: this.#set.revision,
        match: (event) => {
          // What is matched here is what `ingest` was given.
          const wanted = subscriptionsOf(event as CapturedEvent);
          return { wanted: wanted as never, skipped: [] };
        },
      }),
      refreshMatching: async () => this.#follow(),
      commit: (captures, options) => store.commit(captures, options),
      storedOf: (stored, index) => stored[index] ?? null,
    });
  }

  /** An operator or a replay has made something due. */
  look(name: string): void {
    this.#loop.expectBacklog(name);
  }

  /** kill -9. */
  kill(): void {
    this.link.cut();
    for (const work of this.#works) work.stop();
  }

  /** SIGTERM. */
  async stop(): Promise<void> {
    await this.#loop.stop({ graceMs: STOP_GRACE_MS });
    this.kill();
  }

  #follow(): void {
    const set = this.#options.set();
    if (set.revision === this.#set.revision) return;
    this.#set = set;
    this.#loop.serve(set.served);
  }

  #target(): DeliveryTarget {
    return {
      room: (subscription: SubscriptionOf<"handler">, { deliveries }) => ({
        deliveries: this.#closing ? 0 : slotsOf(subscription) - deliveries,
        bytes: 2 ** 20,
      }),
      attempt: (claimed, subscription) => this.#attempt(claimed, subscription),
      close: async () => {
        this.#closing = true;
        for (const end of this.#interrupts) end({ kind: "interrupted" });
      },
    };
  }

  #attempt(claimed: ClaimedDelivery, subscription: Subscription): Promise<TargetAttempt> {
    const { time, link, judge, nextResult } = this.#options;
    const { promise, resolve } = Promise.withResolvers<TargetAttempt>();
    judge.started(claimed);
    const running = (this.#running.get(subscription.name) ?? 0) + 1;
    this.#running.set(subscription.name, running);
    if (running > slotsOf(subscription)) {
      judge.problems.push(`${running} attempts run at once for ${subscription.name}`);
    }
    let isOver = false;
    const end = (result: TargetResult) => {
      if (isOver) return;
      isOver = true;
      this.#interrupts.delete(end);
      this.#running.set(subscription.name, (this.#running.get(subscription.name) ?? 0) - 1);
      judge.ended(claimed, result);
      resolve({ result, settled: () => judge.left(claimed) });
    };
    this.#interrupts.add(end);
    const { result, ms } = this.#closing ? { result: NOT_STARTED, ms: 0 } : nextResult();
    time.after(ms, () => link.receive(() => end(result)));
    return promise;
  }
}

/** Slots of a subscription. */
function slotsOf({ concurrency }: Subscription): number {
  return concurrency ?? 1;
}

const NOT_STARTED: TargetResult = { kind: "not_started" };
