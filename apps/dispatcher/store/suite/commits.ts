import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { newCapture, newClaim, newEvent, newSubscription, type SuiteContext } from "./fixtures.ts";

/** `commit`: what is stored, in which state, and against which revision. */
export function testCommits(context: SuiteContext): void {
  test("commit() stores an event and its deliveries, running and waiting", async () => {
    const { store } = context;
    const event = newEvent({ flags: ["unreadable"] });
    const claim = newClaim();
    const [running, waiting] = [newId("dlv"), newId("dlv")];
    const before = store.now();
    const results = await store.commit(
      [
        {
          event,
          deliveries: [
            { id: running, subscription: "mail", claim, orderKey: null },
            { id: waiting, subscription: "crm", claim: null, orderKey: null },
          ],
          skipped: [],
        },
      ],
      { revision: 0 },
    );
    const common = {
      eventId: event.id,
      generation: 1,
      replayOf: null,
      attempt: 0,
      attemptBase: 0,
      interruptions: 0,
      suspect: false,
      reason: "",
      attempts: [],
      order: null,
      replay: null,
    };
    const deliveries = [
      { ...common, id: running, subscription: "mail", state: "running", nextAttemptAt: null },
      {
        ...common,
        id: waiting,
        subscription: "crm",
        state: "waiting",
        nextAttemptAt: expect.any(Number),
      },
    ];
    expect(results).toEqual([{ eventId: event.id, duplicate: false, deliveries }]);
    const detail = await store.getEvent(event.id);
    expect(detail?.deliveries).toEqual(results?.[0]?.deliveries);
    expect(detail?.event).toMatchObject({
      ...event,
      headers: expect.anything(),
      body: expect.anything(),
      bodySha256: expect.anything(),
    });
    const dueAt = detail?.deliveries[1]?.nextAttemptAt ?? 0;
    expect(dueAt).toBeGreaterThanOrEqual(before);
    expect(dueAt).toBeLessThanOrEqual(store.now());
  });

  test("commit() answers in the order of the captures", async () => {
    const events = Array.from({ length: 20 }, () => newEvent());
    const captures = events.map((event, n) =>
      newCapture(event, n % 2 ? ["mail"] : ["crm", "mail"]),
    );
    const results = await context.store.commit(captures, { revision: 0 });
    expect(results?.map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id));
    expect(results?.map(({ deliveries }) => deliveries.map(({ id }) => id))).toEqual(
      captures.map(({ deliveries }) => deliveries.map(({ id }) => id)),
    );
  });

  test("commit() of nothing gives nothing", async () => {
    expect(await context.store.commit([], { revision: 0 })).toEqual([]);
    expect(await context.store.commit([], { revision: 1 })).toBeNull();
  });

  test("commit() stores an event that nobody wants", async () => {
    const { store } = context;
    const event = newEvent();
    const results = await store.commit([newCapture(event, [])], { revision: 0 });
    expect(results).toEqual([{ eventId: event.id, duplicate: false, deliveries: [] }]);
    expect((await store.getEvent(event.id))?.deliveries).toEqual([]);
  });

  test.each([-1, 1, 3])(
    "commit() against a revision that is off by %i stores nothing",
    async (off) => {
      const { store } = context;
      await store.publishSubscriptions([newSubscription("mail")]);
      const { revision } = await store.publishSubscriptions([newSubscription("crm")]);
      const event = newEvent();
      expect(await store.commit([newCapture(event)], { revision: revision + off })).toBeNull();
      expect(await store.getEvent(event.id)).toBeNull();
      expect((await store.metrics({ windowMs: 600_000 })).received).toBe(0);
      expect(await store.commit([newCapture(event)], { revision })).toHaveLength(1);
    },
  );

  test("commit() does not ask whether a subscription is known or paused", async () => {
    const { store } = context;
    await store.publishSubscriptions([newSubscription("mail")]);
    const { revision } = await store.publishSubscriptions([]);
    const results = await store.commit([newCapture(newEvent(), ["mail", "unknown"])], { revision });
    expect(results?.[0]?.deliveries).toHaveLength(2);
  });

  test("commit() calls may overlap: each stores its own", async () => {
    const { store } = context;
    const captures = Array.from({ length: 30 }, () => newCapture(newEvent()));
    const results = await Promise.all(
      captures.map((capture) => store.commit([capture], { revision: 0 })),
    );
    for (const [n, capture] of captures.entries()) {
      expect(results[n]).toMatchObject([{ eventId: capture.event.id, duplicate: false }]);
      expect((await store.getEvent(capture.event.id))?.deliveries).toHaveLength(1);
    }
  });

  test("getEvent() gives null for an id that is not there", async () => {
    expect(await context.store.getEvent(newId("evt"))).toBeNull();
    expect(await context.store.getEvent("nonsense")).toBeNull();
    expect(await context.store.getEvent("")).toBeNull();
  });
}
