import { createHash } from "node:crypto";
import { randomOfSeed } from "@hookgate/testing";
import { type CapturedEvent, newId, type Subscription } from "@hookgate/types";
import type { DeliveryLoop } from "../../apps/dispatcher/delivery/delivery_loop.ts";
import { WallClock } from "../../apps/dispatcher/store/sqlite/wall_clock.ts";
import {
  newReplay,
  newSubscription,
  repeatOf,
  stepOf,
} from "../../apps/dispatcher/store/suite/fixtures.ts";
import { ModelStore } from "../../apps/dispatcher/store/suite/model/model_store.ts";
import { HEARTBEAT_STALE_MS } from "../../apps/dispatcher/subscriptions/activity.ts";
import type { TargetResult } from "../../apps/dispatcher/targets/target.ts";
import { Judge } from "./judge.ts";
import type { RESULTS, Schedule, Sending, Step } from "./schedule.ts";
import { SimulatedDispatcher } from "./simulated_dispatcher.ts";
import { callsOver, type Fault, StoreLink, type StoreLinkOptions } from "./store_link.ts";
import { VirtualTime } from "./virtual_time.ts";

/** When the simulation begins, in milliseconds since 1970. */
const BEGIN = 1_800_000_000_000;

/**
 * After the last fault everything has to end within this time, in milliseconds. The longest way there: a late answer, a
 * dispatcher that is still down, a take-over (heartbeats 8 s old, one's own steady for as long), the waits of a policy.
 */
const END_MS_MAX = 60_000;

/** How long a provider waits for an answer, and until it sends again, in milliseconds. */
const PATIENCE_MS = 5_000;
const SEND_AGAIN_MS = 500;

/** Events between two looks whether it is over. */
const LOOK_EVERY_EVENTS = 16;

const RETRY = { name: "quick", delaysMs: [100, 1_500, 3_000], jitter: 0 };

const SUBSCRIPTIONS: readonly Subscription[] = [
  newSubscription("plain", { concurrency: 2, retry: RETRY }),
  newSubscription("ordered", { concurrency: 3, retry: RETRY }),
];

const RESULT_OF: Readonly<Record<(typeof RESULTS)[number], TargetResult>> = {
  succeeded: { kind: "succeeded" },
  failed: { kind: "failed", error: "it threw", permanent: false },
  permanent: { kind: "failed", error: "it never will", permanent: true },
  limited: { kind: "limited", error: "429", waitMs: 1_200, response: { status: 429, body: "" } },
  gone: { kind: "gone", error: "410" },
  timed_out: { kind: "timed_out", error: "it took too long" },
  host_lost: { kind: "host_lost", error: "it exited", alone: false },
  interrupted: { kind: "interrupted" },
  not_started: { kind: "not_started" },
};

/** A defect to put in, so that it can be seen whether it is found. */
export interface Sabotage {
  store?: (model: ModelStore) => void;
  loop?: (loop: DeliveryLoop) => void;
}

/** What a schedule did. */
export interface Course {
  /** What broke a promise; empty if nothing did. */
  problems: readonly string[];
  /** How long it took, in milliseconds of its own time. */
  ms: number;
}

/** Options for {@linkcode runSchedule}. */
export interface RunScheduleOptions {
  /** @default {{}} */
  sabotage?: Sabotage | undefined;
  /** Takes what happens, a line for each. */
  trace?: ((line: string) => void) | undefined;
}

/** Runs a schedule from beginning to end. */
export async function runSchedule(
  schedule: Schedule,
  { sabotage = {}, trace }: RunScheduleOptions = {},
): Promise<Course> {
  const simulation = new Simulation(schedule, { sabotage, trace });
  using _ = simulation.time.install();
  return await simulation.run();
}

/** An event that was sent. */
interface Sent {
  names: string[];
  /** `gone`: its provider was not answered and sends no more. */
  provider: "waits" | "answered" | "gone";
}

class Simulation {
  readonly time = new VirtualTime();
  readonly #schedule: Schedule;
  readonly #sabotage: Sabotage;
  readonly #trace: RunScheduleOptions["trace"];
  readonly #model = new ModelStore();
  readonly #judge: Judge;
  readonly #random: () => number;
  /** By their number; null while it is down. */
  readonly #dispatchers: (SimulatedDispatcher | null)[];
  readonly #faults: { call: string; how: Fault; who: number }[] = [];
  /** Of all lives: what a killed dispatcher has sent to a server still happens. */
  readonly #links: StoreLink[] = [];
  readonly #paused = new Set<string>();
  /** By the provider's id. */
  readonly #sent = new Map<string, Sent>();
  #results: Schedule["results"];
  #outageUntil = 0;
  #lives = 0;
  #isEnding = false;
  #revision = 1;
  /** How far the machine's clock was set, and how much of it the store has followed. */
  #offset = 0;
  #followed = 0;

  constructor(schedule: Schedule, { sabotage = {}, trace }: RunScheduleOptions) {
    this.#schedule = schedule;
    this.#sabotage = sabotage;
    this.#trace = trace;
    this.#random = randomOfSeed(schedule.seed);
    this.#results = [...schedule.results];
    this.#dispatchers = schedule.shared ? [null, null] : [null];
    this.#judge = new Judge({
      model: this.#model,
      subscriptions: SUBSCRIPTIONS,
      now: () => this.time.now,
      staleMs: HEARTBEAT_STALE_MS,
    });
    sabotage.store?.(this.#model);
  }

  async run(): Promise<Course> {
    for (const who of this.#dispatchers.keys()) this.#start(who);
    await this.time.run(10);
    for (const step of this.#schedule.steps) {
      this.#take(step);
      await this.time.run(step.kind === "wait" ? step.ms : 1);
      if (this.#judge.problems.length > 0) return this.#course();
    }
    await this.#end();
    return this.#course();
  }

  #course(): Course {
    return { problems: this.#judge.problems, ms: this.time.now };
  }

  /** No more faults: from now on everything has to end. */
  async #end(): Promise<void> {
    this.#isEnding = true;
    this.#faults.length = 0;
    this.#outageUntil = 0;
    this.#results = [];
    for (const dispatcher of this.#dispatchers) dispatcher?.link.thaw();
    for (const { name } of SUBSCRIPTIONS) this.#setPaused(name, false);
    let events = 0;
    await this.time.run(END_MS_MAX, () => {
      events += 1;
      return (
        events % LOOK_EVERY_EVENTS === 0 && (this.#isOver() || this.#judge.problems.length > 0)
      );
    });
    if (this.#judge.problems.length > 0 || this.#isOver()) return this.#checkSent();
    const left = this.#judge.unfinished().map(({ state }) => state);
    const unanswered = [...this.#sent.values()].filter(
      ({ provider }) => provider === "waits",
    ).length;
    const taken = this.#dispatchers.map((one) => one?.taken ?? 0);
    this.#judge.problems.push(
      `${END_MS_MAX} ms after the last fault ${left.length} deliveries have not ended (${left.join(", ")}), ` +
        `${unanswered} events are not answered, slots taken: ${taken.join(", ")}`,
    );
  }

  #isOver(): boolean {
    for (const { provider } of this.#sent.values()) if (provider === "waits") return false;
    if (this.#dispatchers.some((one) => one !== null && one.taken > 0)) return false;
    if (this.#links.some(({ givenUp }) => givenUp > 0)) return false;
    return this.#judge.unfinished().length === 0;
  }

  /** Every event that was answered has a delivery for each subscription that wants it. */
  #checkSent(): void {
    const deliveries = this.#model.deliveries();
    for (const [id, { names, provider }] of this.#sent) {
      const made = deliveries.filter((one) => this.#model.eventOf(one.id)?.providerEventId === id);
      const lost = names.filter((name) => !made.some(({ subscription }) => subscription === name));
      if (provider === "answered" && lost.length > 0) {
        this.#judge.problems.push(`event ${id} was answered, but ${lost.join(", ")} never had it`);
      }
    }
  }

  #note(line: string): void {
    this.#trace?.(`${this.time.now} ms ${line}`);
  }

  #take(step: Step): void {
    this.#note(JSON.stringify(step));
    switch (step.kind) {
      case "wait":
        break;
      case "send":
        this.#send(step);
        break;
      case "fault":
        this.#faults.push(step);
        break;
      case "outage":
        this.#outageUntil = this.time.now + step.ms;
        break;
      case "setClock":
        this.#offset += step.ms;
        break;
      case "kill":
        this.#kill(step.who, step.downMs);
        break;
      case "freeze":
        this.#freeze(step.who, step.ms);
        break;
      case "restart":
        this.#restart(step.who);
        break;
      case "pause":
      case "resume":
        this.#setPaused(step.name, step.kind === "pause");
        break;
      default:
        this.#operate(step);
    }
  }

  #send(sending: Sending): void {
    const captures = Array.from({ length: sending.events }, () => {
      const providerEventId = `e${this.#sent.size + 1}`;
      const names = sending.to === "both" ? ["plain", "ordered"] : [sending.to];
      this.#sent.set(providerEventId, { names, provider: "waits" });
      return { ...EVENT, providerEventId, type: sending.key };
    });
    this.#post(captures, sending);
  }

  /** Sends until it is answered, as most providers do. */
  #post(events: readonly CapturedEvent[], sending: Sending): void {
    let isOver = false;
    const is = (provider: Sent["provider"]) => {
      for (const { providerEventId } of events) {
        const sent = this.#sent.get(providerEventId);
        if (sent) sent.provider = provider;
      }
    };
    const again = (ms: number) => () => {
      if (isOver) return;
      isOver = true;
      if (!sending.again) return is("gone");
      this.time.after(ms, () => this.#post(events, { ...sending, who: sending.who + 1 }));
    };
    const answered = () => {
      isOver = true;
      is("answered");
    };
    this.time.after(PATIENCE_MS, again(0));
    const dispatcher = this.#living(sending.who);
    if (!dispatcher) {
      again(SEND_AGAIN_MS)();
      return;
    }
    const captured = events.map((event) => ({ ...event, id: newId("evt") }));
    dispatcher.link.receive(() => {
      dispatcher.ingest(captured).then(answered, again(SEND_AGAIN_MS));
    });
  }

  #operate({ kind, pick, who }: Step & { kind: "retry" | "cancel" | "repeat" }): void {
    const dispatcher = this.#living(who);
    const all = this.#model.deliveries();
    const one = all[pick % Math.max(1, all.length)];
    if (!dispatcher || !one) return;
    const { store, link } = dispatcher;
    const work = async () => {
      if (kind === "retry") await store.retryDelivery(one.id);
      else if (kind === "cancel") await store.cancelDelivery(one.id, { reason: "not wanted" });
      else {
        const replay = newReplay();
        await store.createReplay(replay);
        const repeat = { ...repeatOf(one), orderKey: one.order?.key ?? null };
        await store.stepReplay(replay.id, stepOf([repeat]));
      }
      dispatcher.look(one.subscription);
    };
    // What fails is the operator's to repeat.
    link.receive(() => void work().catch(() => {}));
  }

  #kill(who: number, downMs: number): void {
    const dispatcher = this.#living(who);
    if (!dispatcher) return;
    dispatcher.kill();
    const number = this.#dispatchers.indexOf(dispatcher);
    this.#dispatchers[number] = null;
    this.time.after(downMs, () => this.#start(number));
  }

  #freeze(who: number, ms: number): void {
    const link = this.#living(who)?.link;
    link?.freeze();
    this.time.after(ms, () => link?.thaw());
  }

  #restart(who: number): void {
    const dispatcher = this.#living(who);
    if (!dispatcher || dispatcher.link.frozen) return;
    const number = this.#dispatchers.indexOf(dispatcher);
    dispatcher.stop().then(() => {
      if (this.#dispatchers[number] !== dispatcher) return;
      this.#dispatchers[number] = null;
      this.time.after(100, () => this.#start(number));
    });
  }

  #living(who: number): SimulatedDispatcher | null {
    const living = this.#dispatchers.filter((one) => one !== null);
    return living[who % Math.max(1, living.length)] ?? null;
  }

  #setPaused(name: string, paused: boolean): void {
    if (paused === this.#paused.has(name)) return;
    if (paused) this.#paused.add(name);
    else this.#paused.delete(name);
    if (paused) this.#model.pause(name);
    else this.#model.resume(name);
    this.#revision += 1;
    this.#model.revision = this.#revision;
    if (paused && this.#isEnding) this.time.after(1_000, () => this.#setPaused(name, false));
  }

  #faultOf(call: string, who: number): Fault | undefined {
    const index = this.#faults.findIndex((fault) => fault.call === call && fault.who === who);
    const [fault] = index < 0 ? [] : this.#faults.splice(index, 1);
    if (!fault && this.time.now >= this.#outageUntil) return undefined;
    const how = fault?.how ?? (this.#random() < 0.5 ? "before" : "after");
    return how;
  }

  #start(who: number): void {
    this.#lives += 1;
    const life = this.#lives;
    const { shared } = this.#schedule;
    const monotonic = () => this.time.now;
    const clock = new WallClock({ wall: () => BEGIN + this.#offset + this.time.now, monotonic });
    const serverNow = () => BEGIN + this.time.now;
    const options: StoreLinkOptions = {
      time: this.time,
      model: this.#model,
      judge: this.#judge,
      now: shared ? serverNow : () => clock.now(),
      clockSteps: () => (shared ? 0 : clock.steps),
      follow: (steps) => {
        this.#followed += steps - this.#model.followed;
        this.#model.rebase(0, steps);
      },
      inTurn: !shared,
      latencyMs: () => Math.floor(this.#random() * 4),
      faultOf: (call) => this.#faultOf(call, who),
      note: (line) => this.#note(`d${life}: ${line}`),
    };
    if (!shared) this.#openEmbedded(clock.now());
    const link = new StoreLink(options);
    this.#links.push(link);
    const dispatcher = new SimulatedDispatcher({
      id: `d${life}`,
      time: this.time,
      link,
      store: callsOver(link, options),
      judge: this.#judge,
      nextResult: () => this.#nextResult(),
      set: () => ({
        revision: this.#revision,
        served: SUBSCRIPTIONS.filter(({ name }) => !this.#paused.has(name)),
      }),
      pause: (name) => link.call("pause", () => this.#setPaused(name, true)),
      followClock: shared ? null : async () => void clock.look(),
      subscriptionsOf: ({ providerEventId, type }) =>
        (this.#sent.get(providerEventId)?.names ?? []).map((name) => ({
          subscription: name,
          orderKey: name === "ordered" ? type : null,
        })),
      ...(this.#sabotage.loop && { sabotage: this.#sabotage.loop }),
    });
    this.#dispatchers[who] = dispatcher;
    void dispatcher.start();
  }

  #openEmbedded(now: number): void {
    const unseenMs = this.#offset - this.#followed;
    if (unseenMs > 0) this.#judge.stepped(unseenMs);
    this.#followed = this.#offset;
    this.#model.takeOverAll(now);
    this.#judge.gaveBack("takeOverAll");
  }

  #nextResult(): { result: TargetResult; ms: number } {
    const [next, ...rest] = this.#results;
    this.#results = rest;
    return { result: RESULT_OF[next?.result ?? "succeeded"], ms: next?.ms ?? 2 };
  }
}

const BODY = new Uint8Array(2);

/** Only its ids and its type matter. */
const EVENT: CapturedEvent = {
  id: "",
  source: "academy",
  provider: "generic",
  type: "k",
  providerType: "k",
  receivedAt: BEGIN,
  providerEventId: "",
  secretId: "1",
  address: "127.0.0.1",
  addressChain: "127.0.0.1",
  headers: new Uint8Array(),
  body: BODY,
  bodySha256: createHash("sha256").update(BODY).digest(),
  flags: [],
  dedupe: "id",
  bodyWindowMs: 0,
};
