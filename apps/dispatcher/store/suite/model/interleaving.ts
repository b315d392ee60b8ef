import { randomUUID } from "node:crypto";
import { type Delivery, type DeliveryState, newId, type Replay } from "@hookgate/types";
import { expect } from "@jest/globals";
import type { Capture } from "../../contract/captures.ts";
import type { Claim, Next, Outcome, Slots } from "../../contract/deliveries.ts";
import { endsTurn } from "../../contract/outcomes.ts";
import type { StoredSubscription } from "../../contract/subscriptions.ts";
import {
  newCapture,
  newClaim,
  newEvent,
  newReplay,
  newSubscription,
  outcomeOf,
  repeatOf,
  stepOf,
} from "../fixtures.ts";
import { Comparison, type Peer } from "./comparison.ts";

/** Heartbeats older than this are old, in milliseconds: long, because a real store's clock runs meanwhile. */
const STALE_MS = 1_800_000;

const WAITS_MS = [0, 1, 1_200_000, 5_400_000];
const CLOCK_STEPS_MS = [-3_600_000, -1_500, 3_600_000];
const ADVANCES_MS = [1, 1_000, 3_600_000];
const ENDLESS: Slots = { deliveries: 1_000, replayed: 1_000, bytes: 2 ** 30 };

/** Rounds in which everything that is left is delivered: one for each of a key at most. */
const DRAIN_ROUNDS_MAX = 200;

/** What can happen: each step happens on the store and on the model of it, and every answer is compared. */
export class Interleaving {
  /** Of the owner's clock, since it opened the store. */
  #clockSteps = 0;
  readonly #stores: Comparison;
  /** Keeps its names apart from those of other runs on the same store. */
  readonly #prefix = randomUUID();
  readonly #subscriptions = ["one", "two"].map((name) => `${this.#prefix}-${name}`);
  readonly #dispatchers = ["a", "b"].map((name) => `${this.#prefix}-${name}`);
  /** Every claim that was ever made, with the delivery it was made for. */
  readonly #claims: { delivery: Delivery; claim: Claim }[] = [];
  readonly #captures: Capture[] = [];
  readonly #replays: Replay[] = [];
  #picks: readonly number[] = [];
  #next = 0;

  constructor(peer: Peer) {
    this.#stores = new Comparison(peer);
  }

  /** The numbers of the next step. */
  choose(picks: readonly number[]): void {
    this.#picks = picks;
    this.#next = 0;
  }

  async begin(): Promise<void> {
    const definitions = this.#subscriptions.map((name) => newSubscription(name));
    await this.#adopt(
      this.#stores.peer.call("publishSubscriptions", this.#stores.peer.now(), [definitions]),
    );
  }

  async commit(): Promise<void> {
    const claim = this.#pick([null, this.#newClaim()]) ?? null;
    const keys = [null, "k", "l"];
    const captures = Array.from({ length: 1 + this.#nat(3) }, () => {
      const event = newEvent({ providerEventId: randomUUID(), body: "x".repeat(this.#nat(40)) });
      const names = this.#subscriptions.slice(this.#nat(2));
      return asKnownById(newCapture(event, names, claim, this.#pick(keys)));
    });
    const revision = this.#stores.model.revision - (this.#nat(10) === 0 ? 1 : 0);
    const results = await this.#stores.both("commit", captures, { revision });
    if (results === null) return;
    this.#captures.push(...captures);
    for (const { deliveries } of results) this.#remember(deliveries, claim);
  }

  /** An event comes again: under its own id, or as the provider's redelivery, perhaps with another body. */
  async again(): Promise<void> {
    const first = this.#pick(this.#captures);
    if (!first) return;
    const names = first.deliveries.map(({ subscription }) => subscription);
    const { id, body } = first.event;
    const changes = this.#pick([{ id }, { id: newId("evt") }, { id: newId("evt"), body: "other" }]);
    const event = newEvent({ ...first.event, body, ...changes });
    const claim = this.#pick([null, this.#newClaim()]) ?? null;
    const key = first.deliveries[0]?.orderKey ?? null;
    const capture = asKnownById(newCapture(event, names, claim, key));
    const { revision } = this.#stores.model;
    const results = await this.#stores.both("commit", [capture], { revision });
    for (const { deliveries } of results ?? []) this.#remember(deliveries, claim);
  }

  async claim(): Promise<void> {
    // Which ones a bound leaves out depends on times to the millisecond.
    if (!this.#stores.peer.exact) return this.#claimAll();
    const names = this.#subscriptions.slice(this.#nat(2));
    const slots = new Map(names.map((name) => [name, this.#slots()]));
    await this.#claim(slots, { limit: 1 + this.#nat(5), bytesMax: this.#nat(200) });
  }

  async settle(): Promise<void> {
    const held = this.#claims.filter(({ delivery, claim }) => this.#stands(delivery, claim));
    const outcomes = Array.from({ length: 1 + this.#nat(3) }, () =>
      this.#outcome(this.#pick(held)),
    );
    await this.#settle(outcomes.flatMap((outcome) => outcome ?? []));
  }

  /** An outcome under a claim that no longer stands; of a delivery that runs again, if there is one. */
  async settleLate(): Promise<void> {
    const late = this.#claims.filter(({ delivery, claim }) => !this.#stands(delivery, claim));
    const again = late.filter(({ delivery }) => this.#stores.model.holderOf(delivery.id) !== null);
    const outcome = this.#outcome(this.#pick(again.length > 0 ? again : late));
    if (outcome) await this.#settle([outcome]);
  }

  async advance(): Promise<void> {
    await this.#stores.peer.advance(this.#pick(ADVANCES_MS) ?? 0);
  }

  /** The clock is set while the store is open. */
  async setClock(): Promise<void> {
    if (!this.#stores.peer.exact) return;
    const stepMs = this.#pick(CLOCK_STEPS_MS) ?? 0;
    await this.#stores.peer.advance(stepMs);
    this.#clockSteps += stepMs;
    await this.#stores.both("rebase", this.#clockSteps);
  }

  /** The embedded store is closed and opened again; perhaps the clock is set meanwhile. */
  async reopen(): Promise<void> {
    if (!this.#stores.peer.exact) return;
    await this.#stores.peer.advance(this.#pick([0, ...CLOCK_STEPS_MS]) ?? 0);
    this.#clockSteps = 0;
    await this.#stores.both("takeOverAll");
  }

  async cancel(): Promise<void> {
    const one = this.#pickDelivery(["waiting", "dead"]);
    if (one) await this.#stores.both("cancelDelivery", one.id, { reason: "not wanted" });
  }

  async retry(): Promise<void> {
    const one = this.#pickDelivery(["waiting", "dead"]);
    if (one) await this.#stores.both("retryDelivery", one.id);
  }

  async heartbeat(): Promise<void> {
    await this.#stores.both("heartbeat", this.#pick(this.#dispatchers) ?? "");
  }

  async takeOver(): Promise<void> {
    const dispatcherId = this.#pick(this.#dispatchers) ?? "";
    await this.#stores.both("takeOver", { dispatcherId, staleMs: STALE_MS });
  }

  async reclaim(): Promise<void> {
    const tokens = this.#claims.map(({ claim }) => claim.token);
    const liveTokens = new Set(tokens.filter(() => this.#nat(2) === 0));
    await this.#stores.both("reclaim", {
      dispatcherId: this.#pick(this.#dispatchers) ?? "",
      liveTokens,
    });
  }

  /** A step of a replay, sometimes of one that has ended, or one that another dispatcher has taken. */
  async repeat(): Promise<void> {
    const replay = (await this.#makeReplay()) ?? this.#pick(this.#replays);
    const ended = [this.#pickDelivery(["dead"]), this.#pickDelivery(["delivered", "cancelled"])];
    const repeated = ended.flatMap((one) => one ?? []);
    if (!replay) return;
    const deliveries = repeated.map((one) => ({
      ...repeatOf(one),
      orderKey: one.order?.key ?? null,
    }));
    const from = this.#nat(8) === 0 ? newId("evt") : replay.cursor;
    const result = await this.#stores.both("stepReplay", replay.id, stepOf(deliveries, { from }));
    if (result.outcome === "written") this.#update(result.replay);
    await this.#stores.both("replayBacklog", replay.id, { limit: 2 });
  }

  async endReplay(): Promise<void> {
    const replay = this.#pick(this.#replays);
    const state = this.#pick(["cancelled", "paused", "running"] as const);
    if (!replay || !state) return;
    const changed = await this.#stores.both("setReplayState", replay.id, state);
    if (changed) this.#update(changed);
  }

  async pause(): Promise<void> {
    const name = this.#pick(this.#subscriptions) ?? "";
    const why = { by: "operator", reason: "" };
    await this.#adopt(
      this.#stores.peer.call("pauseSubscription", this.#stores.peer.now(), [name, why]),
    );
    this.#stores.model.pause(name);
    await this.#look();
  }

  async resume(): Promise<void> {
    for (const name of this.#subscriptions) {
      await this.#adopt(
        this.#stores.peer.call("resumeSubscription", this.#stores.peer.now(), [name]),
      );
      this.#stores.model.resume(name);
    }
    await this.#look();
  }

  /** Compares every delivery. */
  async check(): Promise<void> {
    const now = this.#stores.peer.now();
    for (const expected of this.#stores.model.deliveries()) {
      const found = (await this.#stores.peer.call("getDelivery", now, [expected.id])) as {
        delivery: Delivery;
      };
      this.#stores.compare(found.delivery, expected, "getDelivery");
    }
    await this.#look();
  }

  /** Delivers what is left, and finds that nothing was forgotten. */
  async drain(): Promise<void> {
    await this.resume();
    for (let round = 0; this.#left().length > 0; round += 1) {
      expect(round).toBeLessThan(DRAIN_ROUNDS_MAX);
      for (const { id, state } of this.#left()) {
        if (state !== "running") await this.#stores.both("retryDelivery", id);
      }
      await this.#claimAll();
      const held = this.#claims.filter(({ delivery, claim }) => this.#stands(delivery, claim));
      await this.#settle(held.map((one) => outcomeOf(one, { state: "delivered" })));
    }
    await this.check();
  }

  #claimAll(): Promise<void> {
    const slots = new Map(this.#subscriptions.map((name) => [name, ENDLESS]));
    return this.#claim(slots, { limit: 1_000, bytesMax: 2 ** 30 });
  }

  async #claim(
    slots: ReadonlyMap<string, Slots>,
    bounds: { limit: number; bytesMax: number },
  ): Promise<void> {
    const claim = this.#newClaim();
    const claimed = await this.#stores.both("claimDue", { claim, slots, ...bounds });
    for (const { delivery } of claimed) this.#claims.push({ delivery, claim });
  }

  /** What has not ended, and can be retried. */
  #left(): Delivery[] {
    const all = this.#stores.model.deliveries();
    const isReplaced = ({ id }: Delivery) => all.some(({ replayOf }) => replayOf === id);
    return all.filter(
      (one) =>
        one.state === "waiting" ||
        one.state === "running" ||
        (one.state === "dead" && !isReplaced(one)),
    );
  }

  /** What is due, and when. */
  async #look(): Promise<void> {
    await this.#stores.both("nextDueAt", this.#subscriptions);
    if (this.#stores.peer.exact) await this.#stores.both("dueSeconds", { limit: 3 });
    for (const name of this.#subscriptions)
      await this.#stores.both("backlog", name, { deliveriesMax: 1_000 });
  }

  async #settle(outcomes: readonly Outcome[]): Promise<void> {
    const plain = outcomes.filter((one) => !endsTurn(one));
    const ending = outcomes.filter((one) => endsTurn(one));
    if (plain.length > 0) await this.#stores.both("settle", plain);
    if (ending.length > 0) await this.#stores.both("settle", ending);
  }

  #outcome(held: { delivery: Delivery; claim: Claim } | undefined): Outcome | null {
    if (!held) return null;
    const delivery = this.#stores.model.deliveries().find(({ id }) => id === held.delivery.id);
    const nextAttemptAt = this.#stores.peer.now() + (this.#pick(WAITS_MS) ?? 0);
    const nexts: Next[] = [
      { state: "delivered" },
      { state: "delivered" },
      { state: "waiting", nextAttemptAt },
      { state: "dead", reason: "out of retries" },
    ];
    const next = this.#pick(nexts);
    if (!delivery || !next) return null;
    const interruptions = this.#nat(3);
    const part = { interruptions, suspect: this.#nat(4) === 0 };
    const charged = outcomeOf({ delivery, claim: held.claim }, next, part);
    return next.state === "waiting" && interruptions > 0 ? { ...charged, attempt: null } : charged;
  }

  async #makeReplay(): Promise<Replay | undefined> {
    if (this.#nat(2) === 0) return undefined;
    const replay = newReplay();
    await this.#stores.both("createReplay", replay);
    this.#replays.push(replay);
    return replay;
  }

  #update(replay: Replay): void {
    const index = this.#replays.findIndex(({ id }) => id === replay.id);
    this.#replays[index] = replay;
  }

  async #adopt(answer: unknown): Promise<void> {
    await answer;
    const set = (await this.#stores.peer.call("subscriptions", this.#stores.peer.now(), [])) as {
      revision: number;
      subscriptions: readonly StoredSubscription[];
    };
    this.#stores.model.revision = set.revision;
  }

  #remember(deliveries: readonly Delivery[], claim: Claim | null): void {
    if (claim === null) return;
    for (const delivery of deliveries) this.#claims.push({ delivery, claim });
  }

  #stands({ id }: Delivery, claim: Claim): boolean {
    return this.#stores.model.holderOf(id)?.token === claim.token;
  }

  #slots(): Slots {
    const deliveries = 1 + this.#nat(3);
    return { deliveries, replayed: this.#nat(deliveries + 1), bytes: this.#nat(100) };
  }

  #newClaim(): Claim {
    return newClaim(this.#pick(this.#dispatchers));
  }

  #pickDelivery(states: readonly DeliveryState[]): Delivery | undefined {
    // Sometimes any, so that refusals are compared too.
    const all = this.#stores.model.deliveries();
    const wanted = all.filter(({ state }) => states.includes(state));
    return this.#pick(this.#nat(4) === 0 ? all : wanted);
  }

  #nat(below: number): number {
    const number = this.#picks[this.#next % Math.max(1, this.#picks.length)] ?? 0;
    this.#next += 1;
    return number % below;
  }

  #pick<T>(list: readonly T[]): T | undefined {
    return list[this.#nat(Math.max(1, list.length))];
  }
}

function asKnownById(capture: Capture): Capture {
  return { ...capture, event: { ...capture.event, dedupe: "id" } };
}
