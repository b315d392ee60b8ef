import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import {
  claimDue,
  commit,
  commitRunning,
  deliveryNow,
  newCapture,
  newClaim,
  newEvent,
  newSubscription,
  type SuiteContext,
  settle,
  until,
} from "./fixtures.ts";

/** `claimDue`: what is claimed, in which order, within which bounds, by whom. */
export function testClaims(context: SuiteContext): void {
  /** Stores one delivery for each time, waiting and due then; returns their ids in the order given. */
  async function commitDueAt(times: readonly number[], subscription = "mail"): Promise<string[]> {
    const { store } = context;
    const claim = newClaim();
    const captures = times.map(() => newCapture(newEvent(), [subscription], claim));
    const results = await commit(store, captures);
    const deliveries = results.flatMap((result) => result.deliveries);
    for (const [n, delivery] of deliveries.entries()) {
      const next = { state: "waiting" as const, nextAttemptAt: times[n] ?? 0 };
      await settle(store, { delivery, claim }, next, { attempt: null });
    }
    return deliveries.map(({ id }) => id);
  }

  const idsOf = (claimed: readonly { delivery: { id: string } }[]) =>
    claimed.map(({ delivery }) => delivery.id);

  test("claimDue() returns the claimed delivery, its event and the claim", async () => {
    const { store } = context;
    const event = newEvent();
    const [result] = await commit(store, [newCapture(event)]);
    const claim = newClaim();
    const claimed = await claimDue(store, { claim });
    const stored = result?.deliveries[0];
    expect(claimed).toMatchObject([
      { delivery: { ...stored, state: "running", nextAttemptAt: null, attempt: 0 }, claim },
    ]);
    expect(claimed[0]?.event).toMatchObject({
      id: event.id,
      source: event.source,
      type: event.type,
    });
    if (stored) expect(await deliveryNow(store, stored)).toEqual(claimed[0]?.delivery);
  });

  test("claimDue() returns both deliveries of an event", async () => {
    const { store } = context;
    const event = newEvent({ body: "both" });
    await commit(store, [newCapture(event, ["mail", "crm"])]);
    const claimed = await claimDue(store, { slots: { mail: 1, crm: 1 } });
    expect(claimed.map(({ delivery }) => delivery.subscription).sort()).toEqual(["crm", "mail"]);
    for (const one of claimed) expect(Buffer.from(one.event.body).toString()).toBe("both");
  });

  test("claimDue() never claims before its time, and earliest first after it", async () => {
    const { store } = context;
    const now = store.now();
    const [third, first, , second] = await commitDueAt([
      now - 10,
      now - 30,
      now + 600_000,
      now - 20,
    ]);
    expect(idsOf(await claimDue(store))).toEqual([first, second, third]);
    expect(await claimDue(store)).toEqual([]);
  });

  test("claimDue() orders across subscriptions", async () => {
    const { store } = context;
    const now = store.now();
    const [a1, a2] = await commitDueAt([now - 40, now - 20], "a");
    const [b1, b2] = await commitDueAt([now - 30, now - 10], "b");
    const claimed = await claimDue(store, { slots: { a: 9, b: 9 }, limit: 3 });
    expect(idsOf(claimed)).toEqual([a1, b1, a2]);
    expect(idsOf(await claimDue(store, { slots: { a: 9, b: 9 } }))).toEqual([b2]);
  });

  test("claimDue() stops before a body that would exceed the bound, and claims it first the next time", async () => {
    const { store } = context;
    const now = store.now();
    const claim = newClaim();
    const sizes = [10, 5_000, 10];
    const captures = sizes.map((size, n) =>
      newCapture(newEvent({ body: new Uint8Array(size).fill(n) }), ["mail"], claim),
    );
    const deliveries = (await commit(store, captures)).flatMap((result) => result.deliveries);
    for (const [n, delivery] of deliveries.entries()) {
      const next = { state: "waiting" as const, nextAttemptAt: now - 100 + n };
      await settle(store, { delivery, claim }, next, { attempt: null });
    }
    const ids = deliveries.map(({ id }) => id);
    expect(idsOf(await claimDue(store, { bytesMax: 1_000 }))).toEqual([ids[0]]);
    expect(idsOf(await claimDue(store, { bytesMax: 1_000 }))).toEqual([ids[1]]);
    expect(idsOf(await claimDue(store, { bytesMax: 1_000 }))).toEqual([ids[2]]);
  });

  test("claimDue() claims nothing of a paused subscription until it is resumed", async () => {
    const { store } = context;
    await store.publishSubscriptions([newSubscription("mail"), newSubscription("crm")]);
    await commit(store, [newCapture(newEvent(), ["mail", "crm"])]);
    await store.publishSubscriptions([newSubscription("crm")]);
    const slots = { mail: 5, crm: 5 };
    const claimed = await claimDue(store, { slots });
    expect(claimed.map(({ delivery }) => delivery.subscription)).toEqual(["crm"]);
    await store.publishSubscriptions([newSubscription("crm"), newSubscription("mail")]);
    expect((await claimDue(store, { slots })).map(({ delivery }) => delivery.subscription)).toEqual(
      ["mail"],
    );
  });

  test("claimDue() at once by many claims nothing twice", async () => {
    const { store } = context;
    const captures = Array.from({ length: 60 }, () => newCapture(newEvent()));
    await commit(store, captures);
    const found: string[] = [];
    await until(async () => {
      const claims = Array.from({ length: 8 }, (_, n) =>
        claimDue(store, { claim: newClaim(`dispatcher-${n}`), slots: { mail: 5 } }),
      );
      const claimed = (await Promise.all(claims)).flat();
      found.push(...idsOf(claimed));
      return claimed.length === 0;
    });
    expect(found).toHaveLength(60);
    expect(new Set(found).size).toBe(60);
  });

  test("claimDue() leaves alone what was committed running", async () => {
    const { store } = context;
    await commit(store, [newCapture(newEvent(), ["mail"], newClaim())]);
    expect(await claimDue(store)).toEqual([]);
  });
}

/** `claimDue`: the tables of its bounds. */
export function testClaimBounds(context: SuiteContext): void {
  test.each<[Record<string, number>, number, number]>([
    [{ a: 2 }, 100, 2],
    [{ a: 2, b: 1 }, 100, 3],
    [{ a: 100, b: 100 }, 4, 4],
    [{ a: 100, b: 100 }, 100, 6],
    [{ a: 0, b: 0 }, 100, 0],
    [{ a: 1 }, 0, 0],
    [{ c: 5 }, 100, 0],
    [{}, 100, 0],
  ])(
    "claimDue() with slots %j and limit %i claims %i of three each",
    async (given, limit, count) => {
      const { store } = context;
      const own = randomUUID();
      const name = (letter: string) => `${own} ${letter}`;
      const captures = [1, 2, 3].map(() => newCapture(newEvent(), [name("a"), name("b")]));
      await commit(store, captures);
      const slots = Object.fromEntries(Object.entries(given).map(([key, n]) => [name(key), n]));
      const claimed = await claimDue(store, { slots, limit });
      expect(claimed).toHaveLength(count);
      for (const letter of ["a", "b"]) {
        const ofIt = claimed.filter(({ delivery }) => delivery.subscription === name(letter));
        expect(ofIt.length).toBeLessThanOrEqual(given[letter] ?? 0);
      }
    },
  );

  test.each([
    [1, 1],
    [1_000, 1],
    [1_999, 1],
    [2_000, 2],
    [2_999, 2],
    [3_000, 3],
    [9_000, 3],
  ])("claimDue() with %i bytes claims %i bodies of 1,000", async (bytesMax, count) => {
    const { store } = context;
    const own = randomUUID();
    const body = () => Buffer.from(randomUUID().repeat(28)).subarray(0, 1_000);
    const captures = [1, 2, 3].map(() => newCapture(newEvent({ body: body() }), [own]));
    await commit(store, captures);
    const slots = { [own]: 10 };
    expect(await claimDue(store, { slots, bytesMax })).toHaveLength(count);
    expect(await claimDue(store, { slots })).toHaveLength(3 - count);
  });

  test.each([
    [1, 1],
    [1_999, 1],
    [2_000, 2],
    [9_000, 3],
  ])(
    "claimDue() with %i bytes for a subscription claims %i bodies of 1,000, and all of another",
    async (bytes, count) => {
      const { store } = context;
      const [own, other] = [randomUUID(), randomUUID()];
      const body = () => Buffer.from(randomUUID().repeat(28)).subarray(0, 1_000);
      const captures = [1, 2, 3].map(() => newCapture(newEvent({ body: body() }), [own, other]));
      await commit(store, captures);
      const slots = { [own]: { deliveries: 10, replayed: 10, bytes }, [other]: 10 };
      const claimed = await claimDue(store, { slots });
      const names = claimed.map(({ delivery }) => delivery.subscription);
      expect(names.filter((name) => name === own)).toHaveLength(count);
      expect(names.filter((name) => name === other)).toHaveLength(3);
    },
  );

  test("claimDue() stops before the body that a subscription has no room for, and continues with others", async () => {
    const { store } = context;
    const [own, other] = [randomUUID(), randomUUID()];
    const now = store.now();
    const waits: [subscription: string, bytes: number][] = [
      [own, 400],
      [own, 1_000],
      [own, 100],
      [other, 1_000],
    ];
    for (const [n, [subscription, size]] of waits.entries()) {
      const event = newEvent({ body: Buffer.alloc(size, randomUUID()) });
      const claimed = await commitRunning(store, { event, subscription });
      await settle(store, claimed, { state: "waiting", nextAttemptAt: now - 9_000 + n });
    }
    const slots = { [own]: { deliveries: 9, replayed: 9, bytes: 600 }, [other]: 9 };
    const sizes = async () =>
      (await claimDue(store, { slots })).map(({ event }) => event.body.length);
    expect(await sizes()).toEqual([400, 1_000]);
    expect(await sizes()).toEqual([1_000]);
    expect(await sizes()).toEqual([100]);
  });
}
