import { type Delivery, newId, type ReceivedEvent } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Claim, ClaimedDelivery, Next } from "../contract/deliveries.ts";
import {
  claimDue,
  commit,
  deliveryNow,
  newCapture,
  newClaim,
  newEvent,
  newReplay,
  outcomeOf,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

const DEAD: Next = { state: "dead", reason: "out of attempts" };

/** What a test expects of a delivery with an order key. */
interface OrderedPart {
  event?: ReceivedEvent;
  subscription?: string;
  key?: string;
  claim?: Claim | null;
}

/** The order of a key: who has which position, who is held back, and who is next. */
export function testOrder(context: SuiteContext): void {
  /** Commits one delivery with an order key; returns it as it is stored. */
  async function commitOrdered(part: OrderedPart = {}): Promise<Delivery> {
    const { event = newEvent(), subscription = "mail", key = "a", claim = null } = part;
    const [result] = await commit(context.store, [newCapture(event, [subscription], claim, key)]);
    const delivery = result?.deliveries[0];
    if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
    return delivery;
  }

  /** Commits as many of one key, in one call. */
  async function commitMany(count: number, claim: Claim | null = null): Promise<Delivery[]> {
    const captures = Array.from({ length: count }, () =>
      newCapture(newEvent(), ["mail"], claim, "a"),
    );
    return (await commit(context.store, captures)).flatMap(({ deliveries }) => deliveries);
  }

  /** Claims the only due delivery, which must be `expected`. */
  async function claimOnly({ id }: Pick<Delivery, "id">): Promise<ClaimedDelivery> {
    const claimed = await claimDue(context.store);
    expect(claimed.map(({ delivery }) => delivery.id)).toEqual([id]);
    const [only] = claimed;
    if (!only) throw new Error("Cannot continue the test: nothing was claimed");
    return only;
  }

  /** Claims and kills the one delivery that is due. */
  async function killOnly(delivery: Delivery): Promise<void> {
    await settle(context.store, await claimOnly(delivery), DEAD);
  }

  /** Commits the event of a delivery once more. */
  async function commitAgain({ eventId, subscription }: Delivery): Promise<readonly Delivery[]> {
    const { store } = context;
    const event = (await store.getEvent(eventId))?.event;
    if (!event) throw new Error("Cannot continue the test: the event is not there");
    const again = newCapture({ ...event, id: newId("evt") }, [subscription], newClaim(), "a");
    return (await commit(store, [again]))[0]?.deliveries ?? [];
  }

  /** Repeats a delivery by a new replay. */
  async function repeat({ id, eventId, subscription }: Delivery): Promise<readonly Delivery[]> {
    const { store } = context;
    const replay = newReplay();
    await store.createReplay(replay);
    const made = { id: newId("dlv"), eventId, subscription, replayOf: id, orderKey: "a" };
    const step = { from: null, to: eventId, seen: 1, deliveries: [made], done: true };
    const result = await store.stepReplay(replay.id, step);
    if (result.outcome !== "written")
      throw new Error(`Cannot continue the test: ${result.outcome}`);
    return result.deliveries;
  }

  const isHeld = { state: "waiting", nextAttemptAt: null };
  const isDue = { state: "waiting", nextAttemptAt: expect.any(Number) };
  const at = (position: number) => ({ order: { key: "a", position } });

  test("commit() assigns positions in the order of commit, and holds back all but the first", async () => {
    const { store } = context;
    const claim = newClaim();
    const many = await commitMany(3, claim);
    expect(many).toMatchObject([
      { state: "running", ...at(1) },
      { ...isHeld, ...at(2) },
      { ...isHeld, ...at(3) },
    ]);
    const later = await commitOrdered({ claim: newClaim() });
    expect(later).toMatchObject({ ...isHeld, ...at(4) });
    for (const one of [...many, later]) expect(await deliveryNow(store, one)).toEqual(one);
    const held = { ...later, claim };
    expect(
      await store.settle([outcomeOf({ delivery: held, claim }, { state: "delivered" })]),
    ).toEqual([false]);
  });

  test("commit() without a claim leaves the first of a key due", async () => {
    const [first, second] = await commitMany(2);
    expect(first).toMatchObject({ ...isDue, ...at(1) });
    expect(second).toMatchObject({ ...isHeld, ...at(2) });
  });

  test("commit() treats the empty key like any other", async () => {
    expect(await commitOrdered({ key: "" })).toMatchObject({
      ...isDue,
      order: { key: "", position: 1 },
    });
    expect(await commitOrdered({ key: "" })).toMatchObject({
      ...isHeld,
      order: { key: "", position: 2 },
    });
  });

  test("commit() keeps keys, subscriptions and deliveries without a key apart", async () => {
    const { store } = context;
    const event = newEvent();
    const claim = newClaim();
    const [result] = await commit(store, [newCapture(event, ["mail", "crm"], claim, "a")]);
    expect(result?.deliveries).toMatchObject([
      { subscription: "mail", state: "running", ...at(1) },
      { subscription: "crm", state: "running", ...at(1) },
    ]);
    expect(await commitOrdered({ key: "b", claim })).toMatchObject({ state: "running" });
    expect(await commitOrdered({ key: "A", claim })).toMatchObject({ state: "running" });
    const [unordered] = await commit(store, [newCapture(newEvent(), ["mail"], claim)]);
    expect(unordered?.deliveries).toMatchObject([{ state: "running", order: null }]);
    const [crm, mail] = [await commitOrdered({ subscription: "crm" }), await commitOrdered()];
    const [delivery] = result?.deliveries ?? [];
    if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
    await settle(store, { delivery, claim }, { state: "delivered" });
    expect(await deliveryNow(store, mail)).toMatchObject(isDue);
    expect(await deliveryNow(store, crm)).toMatchObject(isHeld);
  });

  test("commit() by many at once assigns each position once", async () => {
    const made = await Promise.all(Array.from({ length: 12 }, () => commitOrdered()));
    const positions = made.map(({ order }) => order?.position ?? 0).sort((a, b) => a - b);
    expect(positions).toEqual(Array.from({ length: 12 }, (_, n) => n + 1));
    expect(made.filter(({ nextAttemptAt }) => nextAttemptAt !== null)).toMatchObject([at(1)]);
  });

  test("a held back delivery is not due: not claimed, and in no due time", async () => {
    const { store } = context;
    await commitMany(3, newClaim());
    expect(await claimDue(store)).toEqual([]);
    expect(await store.nextDueAt(["mail"])).toBeNull();
    expect(await store.dueSeconds({ limit: 10 })).toEqual([]);
    expect(await store.queueState()).toMatchObject({ size: 3, oldestDueAt: null });
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toMatchObject({
      deliveries: 2,
      oldestDueAt: null,
    });
  });

  test("settle() makes the next one due once the one before is delivered", async () => {
    const { store } = context;
    const many = await commitMany(4);
    for (const one of many) {
      const before = store.now();
      await settle(store, await claimOnly(one), { state: "delivered" });
      const [next] = many.slice(many.indexOf(one) + 1);
      if (!next) break;
      const { nextAttemptAt } = await deliveryNow(store, next);
      expect(nextAttemptAt).toBeGreaterThanOrEqual(before);
      expect(nextAttemptAt).toBeLessThanOrEqual(store.now());
    }
    expect(await claimDue(store)).toEqual([]);
    expect(await commitOrdered()).toMatchObject({ ...isDue, ...at(5) });
  });

  test.each<[string, Next]>([
    ["waits for a retry", { state: "waiting", nextAttemptAt: 4_102_444_800_000 }],
    ["is dead", DEAD],
  ])("settle() holds back the rest while the first %s", async (_state, next) => {
    const { store } = context;
    const [first, second] = await commitMany(2);
    if (!first || !second) throw new Error("Cannot continue the test: nothing was stored");
    await settle(store, await claimOnly(first), next);
    expect(await claimDue(store)).toEqual([]);
    expect(await deliveryNow(store, second)).toEqual(second);
    expect(await commitOrdered({ claim: newClaim() })).toMatchObject({ ...isHeld, ...at(3) });
  });

  test("settle() of the heads of many keys makes each next one due, in one call", async () => {
    const { store } = context;
    const keys = Array.from({ length: 6 }, (_, n) => `key ${n}`);
    const claim = newClaim();
    const heads = await commit(
      store,
      keys.map((key) => newCapture(newEvent(), ["mail"], claim, key)),
    );
    await commit(
      store,
      keys.map((key) => newCapture(newEvent(), ["mail"], null, key)),
    );
    const outcomes = heads.flatMap(({ deliveries }) =>
      deliveries.map((delivery) => outcomeOf({ delivery, claim }, { state: "delivered" })),
    );
    await store.settle(outcomes);
    const claimed = await claimDue(store);
    expect(claimed.map(({ delivery }) => delivery.order?.key).sort()).toEqual(keys);
    expect(new Set(claimed.map(({ delivery }) => delivery.order?.position))).toEqual(new Set([2]));
  });

  test("cancelDelivery() of the first names the next, which is due then", async () => {
    const { store } = context;
    const [first, second, third] = await commitMany(3);
    if (!first || !second || !third)
      throw new Error("Cannot continue the test: nothing was stored");
    expect(await store.cancelDelivery(first.id, { reason: "a test event" })).toMatchObject({
      outcome: "cancelled",
      dueNow: second.id,
    });
    await killOnly(second);
    expect(await store.cancelDelivery(second.id, { reason: "" })).toMatchObject({
      outcome: "cancelled",
      dueNow: third.id,
    });
    await claimOnly(third);
  });

  test("cancelDelivery() of one that is held back makes nothing due, and it is skipped later", async () => {
    const { store } = context;
    const [first, second, third] = await commitMany(3);
    if (!first || !second || !third)
      throw new Error("Cannot continue the test: nothing was stored");
    expect(await store.cancelDelivery(second.id, { reason: "" })).toMatchObject({
      outcome: "cancelled",
      delivery: { state: "cancelled", ...at(2) },
      dueNow: null,
    });
    expect(await deliveryNow(store, third)).toEqual(third);
    await settle(store, await claimOnly(first), { state: "delivered" });
    await settle(store, await claimOnly(third), { state: "delivered" });
  });

  test("cancelDelivery() of the last of a key makes nothing due", async () => {
    const { store } = context;
    const { id } = await commitOrdered();
    expect(await store.cancelDelivery(id, { reason: "" })).toMatchObject({ dueNow: null });
    expect(await commitOrdered()).toMatchObject({ ...isDue, ...at(2) });
  });

  test("retryDelivery() of the dead first continues with it, then with the rest", async () => {
    const { store } = context;
    const [first, second] = await commitMany(2);
    if (!first || !second) throw new Error("Cannot continue the test: nothing was stored");
    await killOnly(first);
    expect(await store.retryDelivery(first.id)).toMatchObject({
      outcome: "due",
      delivery: { ...isDue, ...at(1) },
    });
    await settle(store, await claimOnly(first), { state: "delivered" });
    await claimOnly(second);
  });

  test("retryDelivery() refuses one that is held back", async () => {
    const { store } = context;
    const [, second] = await commitMany(2, newClaim());
    if (!second) throw new Error("Cannot continue the test: nothing was stored");
    expect(await store.retryDelivery(second.id)).toEqual({ outcome: "refused", delivery: second });
    expect(await deliveryNow(store, second)).toEqual(second);
    expect(await claimDue(store)).toEqual([]);
  });

  test.each<[string, (dead: Delivery) => Promise<readonly Delivery[]>]>([
    ["a duplicate", commitAgain],
    ["a replay", repeat],
  ])("a dead first passes its position to %s", async (_what, replace) => {
    const { store } = context;
    const [first, second] = await commitMany(2);
    if (!first || !second) throw new Error("Cannot continue the test: nothing was stored");
    await killOnly(first);
    const [made, ...others] = await replace(first);
    if (!made) throw new Error("Cannot continue the test: nothing was stored");
    expect(others).toEqual([]);
    expect(made).toMatchObject({ ...isDue, generation: 2, replayOf: first.id, ...at(1) });
    expect(await deliveryNow(store, second)).toEqual(second);

    // The one that was replaced has no say any more.
    const dead = await deliveryNow(store, first);
    expect(await store.retryDelivery(first.id)).toEqual({ outcome: "refused", delivery: dead });
    expect(await store.cancelDelivery(first.id, { reason: "" })).toMatchObject({ dueNow: null });
    expect(await deliveryNow(store, second)).toEqual(second);

    await settle(store, await claimOnly(made), { state: "delivered" });
    await claimOnly(second);
  });

  test("a replay of a delivered one gets the end of its key", async () => {
    const { store } = context;
    const [first, second] = await commitMany(2);
    if (!first || !second) throw new Error("Cannot continue the test: nothing was stored");
    await settle(store, await claimOnly(first), { state: "delivered" });
    const [made] = await repeat(first);
    if (!made) throw new Error("Cannot continue the test: nothing was stored");
    expect(made).toMatchObject({ ...isHeld, generation: 2, ...at(3) });
    await settle(store, await claimOnly(second), { state: "delivered" });
    await claimOnly(made);
  });

  test("takeOver() and reclaim() keep the order", async () => {
    const { store } = context;
    const [first, second] = await commitMany(2, newClaim("lost"));
    if (!first || !second) throw new Error("Cannot continue the test: nothing was stored");
    expect(await store.takeOver({ dispatcherId: "me", staleMs: 3_600_000 })).toBe(1);
    expect(await claimDue(store, { claim: newClaim("me") })).toMatchObject([
      { delivery: { id: first.id, interruptions: 1, ...at(1) } },
    ]);
    expect(await store.reclaim({ dispatcherId: "me", liveTokens: new Set() })).toBe(1);
    expect(await deliveryNow(store, second)).toEqual(second);
    await settle(store, await claimOnly(first), { state: "delivered" });
    await claimOnly(second);
  });
}
