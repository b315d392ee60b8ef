import type { Pause } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { StoredSubscription } from "../contract/subscriptions.ts";
import {
  claimDue,
  commit,
  commitRunning,
  newCapture,
  newEvent,
  newSubscription,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

type By = Pause["by"];

/** Subscriptions that somebody paused, and those that subscribers have opened. */
export function testPauses(context: SuiteContext): void {
  const [mail, crm] = [newSubscription("mail"), newSubscription("crm")];
  const stream = newSubscription("tail", { target: { kind: "stream" }, orderBy: "/data/id" });

  const pausedNow = async (name: string) => (await storedNow(name))?.paused;

  async function storedNow(name: string): Promise<StoredSubscription | undefined> {
    const { subscriptions } = await context.store.subscriptions();
    return subscriptions.find(({ definition }) => definition.name === name);
  }

  /** Publishes `mail` and `crm`, and pauses `mail`. */
  async function pauseMail(by: By = "operator"): Promise<Pause> {
    const { store } = context;
    await store.publishSubscriptions([mail, crm]);
    if (by === "configuration") await store.publishSubscriptions([crm]);
    else await store.pauseSubscription("mail", { by, reason: `by ${by}` });
    const pause = await pausedNow("mail");
    if (!pause) throw new Error("Cannot continue the test: it is not paused");
    return pause;
  }

  test.each(["operator", "endpoint", "backlog"] as const)(
    "pauseSubscription() by %s writes the next revision",
    async (by) => {
      const { store } = context;
      await store.publishSubscriptions([mail, crm]);
      const before = store.now();
      const result = await store.pauseSubscription("mail", { by, reason: "it is down \u00e9" });
      const pause = { by, reason: "it is down \u00e9", at: expect.any(Number) };
      const set = {
        revision: 2,
        subscriptions: [
          { definition: crm, origin: "configuration", paused: null },
          { definition: mail, origin: "configuration", paused: pause },
        ],
      };
      expect(result).toEqual({ outcome: "paused", pause, set });
      expect(result).toMatchObject({ set: await store.subscriptions() });
      const at = (await pausedNow("mail"))?.at;
      expect(at).toBeGreaterThanOrEqual(before);
      expect(at).toBeLessThanOrEqual(store.now());
    },
  );

  const KEPT: [By, By][] = [
    ["operator", "operator"],
    ["operator", "endpoint"],
    ["endpoint", "operator"],
    ["endpoint", "endpoint"],
    ["backlog", "operator"],
    ["backlog", "endpoint"],
    ["backlog", "backlog"],
    ["configuration", "operator"],
    ["configuration", "endpoint"],
    ["configuration", "backlog"],
  ];

  test.each(KEPT)("a pause by %s stays when one by %s is requested", async (by, next) => {
    const { store } = context;
    const pause = await pauseMail(by);
    const set = await store.subscriptions();
    expect(await store.pauseSubscription("mail", { by: next, reason: "later" })).toEqual({
      outcome: "already_paused",
      pause,
      set,
    });
    expect(await store.subscriptions()).toEqual(set);
  });

  test.each(["operator", "endpoint"] as const)(
    "a pause by backlog replaces one by %s, as the next revision",
    async (by) => {
      const { store } = context;
      await pauseMail(by);
      const pause = { by: "backlog", reason: "too many", at: expect.any(Number) };
      const { revision } = await store.subscriptions();
      const result = await store.pauseSubscription("mail", { by: "backlog", reason: "too many" });
      expect(result).toMatchObject({ outcome: "paused", pause, set: { revision: revision + 1 } });
      expect(result).toMatchObject({ set: await store.subscriptions() });
      expect(await pausedNow("mail")).toEqual(pause);
    },
  );

  test("pauseSubscription() by many at once pauses once", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail]);
    const results = await Promise.all(
      Array.from({ length: 6 }, () =>
        store.pauseSubscription("mail", { by: "endpoint", reason: "it answered 410" }),
      ),
    );
    expect(results.map(({ outcome }) => outcome).sort()).toEqual([
      ...Array(5).fill("already_paused"),
      "paused",
    ]);
    expect((await store.subscriptions()).revision).toBe(2);
  });

  test.each(["operator", "endpoint", "backlog"] as const)(
    "resumeSubscription() ends a pause by %s, as the next revision",
    async (by) => {
      const { store } = context;
      const pause = await pauseMail(by);
      const { revision } = await store.subscriptions();
      const result = await store.resumeSubscription("mail");
      expect(result).toMatchObject({ outcome: "resumed", pause, set: { revision: revision + 1 } });
      expect(result).toMatchObject({ set: await store.subscriptions() });
      expect(await pausedNow("mail")).toBeNull();
      expect(await store.resumeSubscription("mail")).toEqual({ outcome: "not_paused" });
    },
  );

  test("resumeSubscription() refuses one that the configuration does not name, and one that is not paused", async () => {
    const { store } = context;
    await pauseMail("configuration");
    const set = await store.subscriptions();
    expect(await store.resumeSubscription("mail")).toEqual({ outcome: "removed" });
    expect(await store.resumeSubscription("crm")).toEqual({ outcome: "not_paused" });
    expect(await store.subscriptions()).toEqual(set);
  });

  test("pauseSubscription() and resumeSubscription() report an unknown name as missing", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail]);
    const set = await store.subscriptions();
    for (const name of ["crm", "Mail", ""]) {
      expect(await store.pauseSubscription(name, { by: "operator", reason: "" })).toEqual({
        outcome: "missing",
      });
      expect(await store.resumeSubscription(name)).toEqual({ outcome: "missing" });
    }
    expect(await store.subscriptions()).toEqual(set);
  });

  test("captures matched before a pause must be matched again", async () => {
    const { store } = context;
    const { revision } = await store.publishSubscriptions([mail, crm]);
    await store.pauseSubscription("mail", { by: "backlog", reason: "" });
    expect(await store.commit([newCapture(newEvent())], { revision })).toBeNull();
    expect(await store.commit([newCapture(newEvent())], { revision: revision + 1 })).toHaveLength(
      1,
    );
    await store.resumeSubscription("mail");
    expect(await store.commit([newCapture(newEvent())], { revision: revision + 1 })).toBeNull();
  });

  test.each(["operator", "endpoint", "backlog"] as const)(
    "what waits for a subscription paused by %s is not claimed until it is resumed",
    async (by) => {
      const { store } = context;
      await pauseMail(by);
      await commit(store, [newCapture(newEvent(), ["mail", "crm"])]);
      const slots = { mail: 9, crm: 9 };
      const claimed = await claimDue(store, { slots });
      expect(claimed.map(({ delivery }) => delivery.subscription)).toEqual(["crm"]);
      expect(await store.nextDueAt(["mail", "crm"])).toBeNull();
      expect(await store.dueSeconds({ limit: 9 })).toEqual([]);
      expect((await store.queueState()).oldestDueAt).toBeNull();
      await store.resumeSubscription("mail");
      expect(await store.nextDueAt(["mail"])).toEqual(expect.any(Number));
      expect(await claimDue(store, { slots })).toMatchObject([
        { delivery: { subscription: "mail" } },
      ]);
    },
  );

  test("what runs for a subscription that is paused is settled as ever", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail]);
    const claimed = await commitRunning(store);
    await store.pauseSubscription("mail", { by: "endpoint", reason: "it answered 410" });
    await settle(store, claimed, { state: "delivered" });
  });

  test.each(["operator", "endpoint", "backlog"] as const)(
    "publishSubscriptions() keeps a pause by %s over a changed definition",
    async (by) => {
      const { store } = context;
      const pause = await pauseMail(by);
      const definition = { ...mail, timeoutMs: 1_234 };
      await store.publishSubscriptions([definition, crm]);
      expect(await storedNow("mail")).toEqual({
        definition,
        origin: "configuration",
        paused: pause,
      });
    },
  );

  test("publishSubscriptions() of the same set does not end a pause, and is no new revision", async () => {
    const { store } = context;
    await pauseMail();
    const set = await store.subscriptions();
    expect(await store.publishSubscriptions([mail, crm])).toEqual(set);
  });

  test("publishSubscriptions() keeps the time since when a missing one is missing", async () => {
    const { store } = context;
    const pause = await pauseMail("configuration");
    await store.publishSubscriptions([{ ...crm, timeoutMs: 1_234 }]);
    expect(await pausedNow("mail")).toEqual(pause);
  });

  test("openSubscription() adds to the set, as the next revision", async () => {
    const { store } = context;
    await store.publishSubscriptions([mail]);
    const usedAt = expect.any(Number);
    const subscription = { definition: stream, origin: "stream", paused: null, usedAt };
    const set = {
      revision: 2,
      subscriptions: [{ definition: mail, origin: "configuration", paused: null }, subscription],
    };
    expect(await store.openSubscription(stream)).toEqual({ created: true, subscription, set });
    expect(await store.subscriptions()).toEqual(set);
  });

  test("openSubscription() of a name that exists returns it unchanged", async () => {
    const { store } = context;
    await pauseMail();
    await store.openSubscription(stream);
    const set = await store.subscriptions();
    for (const name of ["mail", "crm", "tail"]) {
      const other = { ...stream, name, timeoutMs: 1_234 };
      const subscription = await storedNow(name);
      expect(await store.openSubscription(other)).toEqual({ created: false, subscription, set });
    }
    expect(await store.subscriptions()).toEqual(set);
  });

  test("openSubscription() by many at once makes one of each name", async () => {
    const { store } = context;
    const results = await Promise.all(
      Array.from({ length: 8 }, (_, n) => store.openSubscription({ ...stream, name: `s${n % 2}` })),
    );
    expect(results.filter(({ created }) => created)).toHaveLength(2);
    const { revision, subscriptions } = await store.subscriptions();
    expect(revision).toBe(2);
    expect(subscriptions.map(({ definition }) => definition.name)).toEqual(["s0", "s1"]);
  });

  test("publishSubscriptions() leaves subscriptions opened by subscribers unchanged", async () => {
    const { store } = context;
    await store.openSubscription(stream);
    await store.pauseSubscription("tail", { by: "operator", reason: "" });
    const subscription = await storedNow("tail");
    for (const definitions of [[mail], [mail, crm], []]) {
      const { subscriptions } = await store.publishSubscriptions(definitions);
      expect(subscriptions).toContainEqual(subscription);
    }
    await store.resumeSubscription("tail");
    await commit(store, [newCapture(newEvent(), ["tail"])]);
    expect(await claimDue(store, { slots: { tail: 9 } })).toHaveLength(1);
  });

  test("publishSubscriptions() makes one that a subscriber has opened the configuration's", async () => {
    const { store } = context;
    await store.openSubscription(stream);
    const { revision, subscriptions } = await store.publishSubscriptions([stream]);
    expect(revision).toBe(2);
    expect(subscriptions).toEqual([{ definition: stream, origin: "configuration", paused: null }]);
    const without = await store.publishSubscriptions([]);
    expect(without.subscriptions).toMatchObject([{ paused: { by: "configuration" } }]);
    expect(await store.openSubscription(stream)).toMatchObject({
      created: false,
      subscription: { origin: "configuration", paused: { by: "configuration" } },
    });
  });
}
