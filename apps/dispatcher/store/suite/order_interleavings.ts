import { randomUUID } from "node:crypto";
import { type Delivery, type DeliveryState, newId, type ReceivedEvent } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { ClaimedDelivery } from "../contract/deliveries.ts";
import type { EventStore } from "../contract/event_store.ts";
import {
  claimDue,
  commit,
  newCapture,
  newClaim,
  newEvent,
  outcomeOf,
  type SuiteContext,
} from "./fixtures.ts";

/** One delivery, as the model has it. Its latest generation is what counts. */
interface Modelled {
  delivery: Delivery;
  event: ReceivedEvent;
  state: DeliveryState;
  claimed: ClaimedDelivery | null;
}

const KINDS = [
  "commit",
  "commit",
  "again",
  "claim",
  "settle",
  "settle",
  "cancel",
  "retry",
] as const;
const NEXT = ["delivered", "delivered", "waiting", "dead"] as const;
const SUBSCRIPTIONS = ["mail", "crm"] as const;

/** A few hundred calls, one after the other, on a machine that has other things to do. */
const TEST_MS = 60_000;

/** What happens, and to which delivery, key or subscription. */
const STEP = fc.record({ kind: fc.constantFrom(...KINDS), pick: fc.nat({ max: 4_095 }) });

/** The order of a key under any interleaving: a model knows which deliveries are due. */
export function testOrderInterleavings(context: SuiteContext): void {
  test(
    "a key's deliveries are due one after the other, under any interleaving",
    async () => {
      const steps = fc.array(STEP, { minLength: 60, maxLength: 60, size: "max" });
      await fc.assert(
        fc.asyncProperty(steps, async (taken) => {
          const model = new Model(context.store);
          for (const { kind, pick } of taken) await model[kind](pick);
          await model.check();
          await model.end();
        }),
        // Failures are not shrunk: that would take longer than a test may.
        { numRuns: 3, endOnFailure: true },
      );
    },
    TEST_MS,
  );
}

/** Applies commands to a store, and checks each answer against the model. */
class Model {
  readonly #store: EventStore;
  /** Those of each subscription and key in the order of their positions. */
  readonly #keys = new Map<string, Modelled[]>();
  /** Keeps its keys apart from those of other models of the store. */
  readonly #prefix = randomUUID();

  constructor(store: EventStore) {
    this.#store = store;
  }

  async commit(pick: number): Promise<void> {
    const subscription = SUBSCRIPTIONS[pick % 2] ?? "mail";
    const key = `${this.#prefix} ${Math.floor(pick / 2) % 2}`;
    const claim = Math.floor(pick / 4) % 2 ? newClaim() : null;
    const events = Array.from({ length: 1 + (Math.floor(pick / 8) % 2) }, () => newEvent());
    const results = await commit(
      this.#store,
      events.map((event) => newCapture(event, [subscription], claim, key)),
    );
    const line = this.#line(subscription, key);
    for (const [index, event] of events.entries()) {
      const [delivery] = results[index]?.deliveries ?? [];
      if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
      const isFree = line.every(hasLeft);
      const isRunning = isFree && claim !== null;
      line.push({
        delivery,
        event,
        state: isRunning ? "running" : "waiting",
        claimed: isRunning ? { delivery, event, claim } : null,
      });
      expect(delivery.order).toEqual({ key, position: line.length });
      expect(delivery.state).toBe(isRunning ? "running" : "waiting");
      expect(delivery.nextAttemptAt === null).toBe(!isFree || isRunning);
    }
  }

  /** The provider sends one of the events again. */
  async again(pick: number): Promise<void> {
    const one = this.#pick(pick);
    if (!one) return;
    const { event, delivery, state } = one;
    const copy = { ...event, id: newId("evt") };
    const capture = newCapture(copy, [delivery.subscription], null, delivery.order?.key);
    const [result] = await commit(this.#store, [capture]);
    expect(result?.deliveries).toHaveLength(state === "dead" ? 1 : 0);
    const [made] = result?.deliveries ?? [];
    if (!made) return;
    expect(made).toMatchObject({ state: "waiting", order: delivery.order });
    expect(made.nextAttemptAt).not.toBeNull();
    one.delivery = made;
    one.state = "waiting";
  }

  async claim(): Promise<void> {
    const due = this.#all().filter((one) => this.#isDue(one));
    const claimed = await claimDue(this.#store, { slots: { mail: 100, crm: 100 } });
    expect(claimed.map(({ delivery }) => delivery.id).sort()).toEqual(
      due.map(({ delivery }) => delivery.id).sort(),
    );
    for (const one of due) {
      one.state = "running";
      one.claimed = claimed.find(({ delivery }) => delivery.id === one.delivery.id) ?? null;
    }
  }

  async settle(pick: number): Promise<void> {
    const one = this.#pick(pick, ({ state }) => state === "running");
    if (!one?.claimed) return;
    const state = NEXT[Math.floor(pick / 64) % NEXT.length] ?? "delivered";
    const next =
      state === "waiting"
        ? { state, nextAttemptAt: this.#store.now() }
        : state === "dead"
          ? { state, reason: "out of attempts" }
          : { state };
    expect(await this.#store.settle([outcomeOf(one.claimed, next)])).toEqual([true]);
    one.state = state;
    one.claimed = null;
  }

  async cancel(pick: number): Promise<void> {
    const one = this.#pick(pick);
    if (!one) return;
    const isHead = this.#isFirst(one);
    const result = await this.#store.cancelDelivery(one.delivery.id, { reason: "" });
    const can = one.state === "waiting" || one.state === "dead";
    expect(result.outcome).toBe(can ? "cancelled" : "refused");
    if (result.outcome !== "cancelled") return;
    one.state = "cancelled";
    const next = this.#lineOf(one).find((other) => !hasLeft(other));
    expect(result.dueNow).toBe(isHead && next ? next.delivery.id : null);
  }

  async retry(pick: number): Promise<void> {
    const one = this.#pick(pick);
    if (!one) return;
    const { outcome } = await this.#store.retryDelivery(one.delivery.id);
    const can = one.state === "dead" || this.#isDue(one);
    expect(outcome).toBe(can ? "due" : "refused");
    if (can) one.state = "waiting";
  }

  /** Holds each delivery of the store against the model. */
  async check(): Promise<void> {
    for (const one of this.#all()) {
      const found = await this.#store.getDelivery(one.delivery.id);
      expect(found?.delivery).toMatchObject({ state: one.state, order: one.delivery.order });
      expect(found?.delivery.nextAttemptAt !== null).toBe(this.#isDue(one));
    }
  }

  /** Delivers what is left, and finds that nothing was forgotten. */
  async end(): Promise<void> {
    for (const one of this.#all().filter(({ state }) => state === "dead")) {
      await this.#store.retryDelivery(one.delivery.id);
      one.state = "waiting";
    }
    while (this.#all().some((one) => !hasLeft(one))) {
      await this.claim();
      const running = this.#all().filter(({ state }) => state === "running");
      const outcomes = running.flatMap(({ claimed }) =>
        claimed ? [outcomeOf(claimed, { state: "delivered" })] : [],
      );
      expect(await this.#store.settle(outcomes)).toEqual(outcomes.map(() => true));
      for (const one of running) one.state = "delivered";
    }
    await this.check();
  }

  #line(subscription: string, key: string): Modelled[] {
    const id = JSON.stringify([subscription, key]);
    const line = this.#keys.get(id) ?? [];
    this.#keys.set(id, line);
    return line;
  }

  #lineOf({ delivery }: Modelled): Modelled[] {
    return this.#line(delivery.subscription, delivery.order?.key ?? "");
  }

  #all(): Modelled[] {
    return [...this.#keys.values()].flat();
  }

  #pick(pick: number, wanted: (one: Modelled) => boolean = () => true): Modelled | undefined {
    const all = this.#all().filter(wanted);
    return all[pick % all.length];
  }

  #isFirst(one: Modelled): boolean {
    return this.#lineOf(one).find((other) => !hasLeft(other)) === one;
  }

  #isDue(one: Modelled): boolean {
    return one.state === "waiting" && this.#isFirst(one);
  }
}

/** Whether it does not hold back its key. */
function hasLeft({ state }: Modelled): boolean {
  return state === "delivered" || state === "cancelled";
}
