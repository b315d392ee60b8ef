import { expect, test } from "@jest/globals";
import {
  commit,
  commitRunning,
  newCapture,
  newClaim,
  newEvent,
  newSubscription,
  type SuiteContext,
  settle,
} from "./fixtures.ts";
import { backfillOf, makeReplayed } from "./replay_fixtures.ts";

/** `backlog`: what waits for one subscription. */
export function testBacklog(context: SuiteContext): void {
  test("backlog() counts what waits, held back or not, paused or not, and its bytes", async () => {
    const { store } = context;
    const empty = { deliveries: 0, bytes: 0, oldestDueAt: null };
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual(empty);
    await store.publishSubscriptions([newSubscription("mail"), newSubscription("crm")]);
    const later = store.now() + 60_000;
    const retried = await commitRunning(store, { event: newEvent({ body: "1" }) });
    await settle(store, retried, { state: "waiting", nextAttemptAt: later });
    for (const state of ["delivered", "dead"] as const) {
      const next = state === "dead" ? { state, reason: "" } : { state };
      await settle(store, await commitRunning(store), next);
    }
    const event = newEvent({ body: "12" });
    await commit(store, [newCapture(event, ["mail", "crm"], newClaim(), "a")]);
    await commit(store, [newCapture(newEvent({ body: "123" }), ["mail"], null, "a")]);
    const backlog = { deliveries: 2, bytes: 4, oldestDueAt: later };
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual(backlog);
    await store.pauseSubscription("mail", { by: "backlog", reason: "" });
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual(backlog);
    expect(await store.backlog("crm", { deliveriesMax: 10 })).toEqual(empty);
  });

  test("backlog() counts no more than it is asked for", async () => {
    const { store } = context;
    const captures = [1, 2, 3, 4].map((n) => newCapture(newEvent({ body: `123${n}` })));
    const results = await commit(store, captures);
    const [first] = results.flatMap(({ deliveries }) => deliveries);
    const counts = [
      [1, 1],
      [3, 3],
      [4, 4],
      [5, 4],
    ] as const;
    for (const [deliveriesMax, deliveries] of counts) {
      expect(await store.backlog("mail", { deliveriesMax })).toEqual({
        deliveries,
        bytes: deliveries * 4,
        oldestDueAt: first?.nextAttemptAt,
      });
    }
  });

  test("backlog() counts those of replays", async () => {
    const { store } = context;
    const event = newEvent({ body: "12345" });
    await commit(store, [newCapture(event, [])]);
    await makeReplayed(store, [backfillOf(event.id, "mail")]);
    expect(await store.backlog("mail", { deliveriesMax: 10 })).toEqual({
      deliveries: 1,
      bytes: 5,
      oldestDueAt: expect.any(Number),
    });
  });
}
