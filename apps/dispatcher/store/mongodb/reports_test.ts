import { newId } from "@hookgate/types";
import { expect } from "@jest/globals";
import { claimDue, eventOf, newCapture, newQuarantined, release } from "../suite/fixtures.ts";
import { newUri, openStore, testOnMongo } from "../suite/mongodb_fixtures.ts";
import type { QuarantineSourceDocument } from "./collections.ts";
import type { MongoStore } from "./mongodb_store.ts";

/** Several dispatchers on one database, whose edges report at the same time. */
const TEST_MS = 30_000;

async function openTwo(): Promise<[MongoStore, MongoStore]> {
  const uri = newUri();
  return [await openStore("one", { uri }), await openStore("two", { uri })];
}

function held(store: MongoStore): Promise<QuarantineSourceDocument[]> {
  return store.db.collection<QuarantineSourceDocument>("quarantineSources").find().toArray();
}

testOnMongo(
  "two stores that keep refused requests at once count correctly what they hold and remove",
  async () => {
    const stores = await openTwo();
    const old = Array.from({ length: 10 }, () => newQuarantined({ body: "12345", receivedAt: 1 }));
    const headers = new Uint8Array();
    const calls = Array.from({ length: 20 }, (_, n) => {
      const own = newQuarantined({ body: "1234567", headers });
      // Each of the old ones is sent to both.
      const shared = old.slice(n >> 1, (n >> 1) + 1).map((one) => ({ ...one, headers }));
      return stores[n % 2 ? 1 : 0].quarantine([...shared, own]);
    });
    const added = await Promise.all(calls);
    expect(added.reduce((sum, count) => sum + count, 0)).toBe(30);
    expect(await held(stores[0])).toEqual([{ _id: "academy", requests: 30, bytes: 190 }]);
    const pruned = await Promise.all(
      stores.map((store) => store.pruneQuarantine({ receivedBefore: 2 })),
    );
    expect(pruned.reduce((sum, count) => sum + count, 0)).toBe(10);
    expect(await held(stores[0])).toEqual([{ _id: "academy", requests: 20, bytes: 140 }]);
    await stores[0].pruneQuarantine({ receivedBefore: Number.MAX_SAFE_INTEGER });
    expect(await held(stores[0])).toEqual([]);
  },
  TEST_MS,
);

testOnMongo(
  "two stores that release the same requests at once dispatch each once",
  async () => {
    const stores = await openTwo();
    const requests = Array.from({ length: 8 }, () => newQuarantined());
    await stores[0].quarantine(requests);
    const results = await Promise.all(
      requests.flatMap((request) =>
        stores.flatMap((store) => [release(store, request), release(store, request)]),
      ),
    );
    const outcomes = Map.groupBy(results, ({ outcome }) => outcome);
    expect(outcomes.get("released")).toHaveLength(8);
    expect(outcomes.get("already_released")).toHaveLength(24);
    expect((await stores[0].listEvents({ limit: 100 })).events).toHaveLength(8);
    expect(await claimDue(stores[1])).toHaveLength(8);
  },
  TEST_MS,
);

testOnMongo(
  "release() and pruneQuarantine() at once: a request removed first is not stored",
  async () => {
    const [one, two] = await openTwo();
    const requests = Array.from({ length: 8 }, () => newQuarantined({ receivedAt: 1 }));
    await one.quarantine(requests);
    const captures = requests.map((request) => newCapture(eventOf(request)));
    const [pruned, ...results] = await Promise.all([
      two.pruneQuarantine({ receivedBefore: 2 }),
      ...requests.map((request, n) => release(one, request, captures[n])),
    ]);
    expect(pruned).toBe(8);
    for (const [n, { outcome }] of results.entries()) {
      const stored = await one.getEvent(captures[n]?.event.id ?? newId("evt"));
      expect([outcome, stored !== null]).toEqual([outcome, outcome === "released"]);
      expect(["released", "missing"]).toContain(outcome);
    }
    expect(await held(one)).toEqual([]);
  },
  TEST_MS,
);

testOnMongo(
  "two stores that record uses of a secret at once lose none",
  async () => {
    const stores = await openTwo();
    const use = { source: "academy", secretId: "1", uses: 3, firstUsedAt: 5, lastUsedAt: 9 };
    await Promise.all(
      Array.from({ length: 24 }, (_, n) => stores[n % 2 ? 1 : 0].recordSecretUses([use])),
    );
    expect(await stores[1].secretUses()).toEqual([{ ...use, uses: 72 }]);
  },
  TEST_MS,
);

testOnMongo("two stores that enrol a secret at once keep one", async () => {
  const stores = await openTwo();
  const source = "asana";
  await stores[0].openEnrolment({ source, until: stores[0].now() + 60_000, word: "w" });
  const kept = await Promise.all(
    Array.from({ length: 8 }, (_, n) =>
      stores[n % 2 ? 1 : 0].enrol({ source, secret: `s${n}`, word: "w", address: "a" }),
    ),
  );
  expect(kept.filter(Boolean)).toHaveLength(1);
  expect(await stores[1].enrolments()).toEqual([
    {
      source,
      openUntil: null,
      secrets: [`s${kept.indexOf(true)}`],
      deliveries: [{ address: "a", at: expect.any(Number) }],
    },
  ]);
});
