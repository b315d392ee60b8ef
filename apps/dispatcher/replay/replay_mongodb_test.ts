import { makeEvent, waitFor } from "@hookgate/testing";
import { newId } from "@hookgate/types";
import { expect } from "@jest/globals";
import type { MongoStore } from "../store/mongodb/mongodb_store.ts";
import { newUri, openStore, testOnMongo } from "../store/suite/mongodb_fixtures.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { createBackfill } from "./create_backfill.ts";
import { ReplayRunner } from "./replay_runner.ts";
import { roundTrips } from "./suite/round_trips.ts";
import { storedSubscription } from "./suite/stored_subscription.ts";

const TEST_MS = 60_000;

roundTrips({
  open: () => openStore("one"),
  test: (name, body) => testOnMongo(name, body, TEST_MS),
});

testOnMongo(
  "two dispatchers run one backfill, and each event gets one delivery",
  async () => {
    const uri = newUri();
    const stores = [await openStore("one", { uri }), await openStore("two", { uri })] as const;
    const [store] = stores;
    const { revision } = await store.publishSubscriptions([storedSubscription("mail").definition]);
    const captures = Array.from({ length: 500 }, () => {
      return { event: makeEvent(), deliveries: [], skipped: [] };
    });
    await store.commit(captures, { revision });
    const claims: Promise<unknown>[] = [];
    const runners = stores.map((own) => runnerOf(own, claims));
    for (const runner of runners) runner.start();
    const { id } = await createBackfill("mail", { store, reason: "all of it", from: null });
    const done = await waitFor(
      async () => (await store.replays()).find((one) => one.id === id && one.state === "done"),
      { what: "the end of the backfill", timeoutMs: 30_000 },
    );
    await Promise.all(runners.map((runner) => runner.stop()));
    await Promise.all(claims);
    expect(done).toMatchObject({ seen: 500, made: 500 });
    const { events } = await store.listEvents({ limit: 1_000 });
    const counts = events.map(({ deliveries }) => deliveries.length);
    expect(counts).toEqual(Array(500).fill(1));
  },
  TEST_MS,
);

/** Of a dispatcher that attempts everything at once. */
function runnerOf(store: MongoStore, claims: Promise<unknown>[]): ReplayRunner {
  const slots = { deliveries: 500, replayed: 500, bytes: 1e9 };
  return new ReplayRunner({
    store,
    subscriptions: () => [storedSubscription("mail")],
    wake(name) {
      const claim = { dispatcherId: "one", token: newId("dlv") };
      const options = { claim, slots: new Map([[name, slots]]), limit: 500, bytesMax: 1e9 };
      claims.push(store.claimDue(options));
    },
    log: recordingLog().log,
  });
}
