import { newId, type QuarantinedRequest } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import {
  claimDue,
  commit,
  commitRunning,
  eventOf,
  newCapture,
  newClaim,
  newEvent,
  newQuarantined,
  newSubscription,
  release,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

/** `release`: exactly once, and what it does to dedupe. */
export function testReleases(context: SuiteContext): void {
  async function keep(request: QuarantinedRequest = newQuarantined()): Promise<QuarantinedRequest> {
    await context.store.quarantine([request]);
    return request;
  }

  const releasedAs = async ({ id }: QuarantinedRequest) =>
    (await context.store.getQuarantined(id))?.releasedAs;

  const countEvents = async () => (await context.store.listEvents({ limit: 100 })).events.length;

  test("release() stores the event and its deliveries, and marks the request", async () => {
    const { store } = context;
    const request = await keep(newQuarantined({ body: "a" }));
    const event = eventOf(request);
    const [claim, running, waiting] = [newClaim(), newId("dlv"), newId("dlv")];
    const deliveries = [
      { id: running, subscription: "mail", claim, orderKey: null },
      { id: waiting, subscription: "crm", claim: null, orderKey: null },
    ];
    const result = await release(store, request, {
      ...newCapture(event),
      deliveries,
    });
    const common = {
      eventId: event.id,
      generation: 1,
      replayOf: null,
      attempt: 0,
      attemptBase: 0,
      interruptions: 0,
      suspect: false,
      failure: null,
      reason: "",
      attempts: [],
      order: null,
      replay: null,
    };
    expect(result).toEqual({
      outcome: "released",
      eventId: event.id,
      deliveries: [
        { ...common, id: running, subscription: "mail", state: "running", nextAttemptAt: null },
        {
          ...common,
          id: waiting,
          subscription: "crm",
          state: "waiting",
          nextAttemptAt: expect.any(Number),
        },
      ],
    });
    const detail = await store.getEvent(event.id);
    expect(detail?.event).toMatchObject({ id: event.id, flags: ["released"], source: "academy" });
    expect(Buffer.from(detail?.event.body ?? []).toString()).toBe("a");
    expect(detail?.deliveries).toEqual(result.outcome === "released" ? result.deliveries : []);
    expect(await releasedAs(request)).toBe(event.id);
    expect(await store.metrics({ windowMs: 600_000 })).toMatchObject({ received: 1 });
    expect(await claimDue(store, { slots: { crm: 5 } })).toMatchObject([
      { delivery: { id: waiting } },
    ]);
    const delivery = detail?.deliveries.find(({ id }) => id === running);
    if (delivery) await settle(store, { delivery, claim }, { state: "delivered" });
  });

  test("release() stores an event that nobody wants", async () => {
    const { store } = context;
    const request = await keep();
    const capture = newCapture(eventOf(request), []);
    expect(await release(store, request, capture)).toEqual({
      outcome: "released",
      eventId: capture.event.id,
      deliveries: [],
    });
    const { events } = await store.listEvents({ limit: 10, unhandled: true });
    expect(events.map(({ event }) => event.id)).toEqual([capture.event.id]);
  });

  test("release() again finds it released, with any capture", async () => {
    const { store } = context;
    const request = await keep();
    const capture = newCapture(eventOf(request));
    await release(store, request, capture);
    const answer = { outcome: "already_released", eventId: capture.event.id };
    // The same call, whose answer was lost; one of its own; one of another event.
    expect(await release(store, request, capture)).toEqual(answer);
    expect(await release(store, request)).toEqual(answer);
    expect(await release(store, request, newCapture(newEvent()))).toEqual(answer);
    expect(await countEvents()).toBe(1);
    expect((await store.getEvent(capture.event.id))?.deliveries).toHaveLength(1);
    expect((await store.metrics({ windowMs: 600_000 })).received).toBe(1);
  });

  test.each([
    ["the body's digest", ""],
    ["a provider's id", "p1"],
  ])(
    "release() by 16 at once dispatches exactly once, under %s",
    async (_name, providerEventId) => {
      const { store } = context;
      const request = await keep();
      const results = await Promise.all(
        Array.from({ length: 16 }, () => {
          const event = newEvent({ ...eventOf(request), providerEventId });
          return release(store, request, newCapture(event));
        }),
      );
      const outcomes = results.map(({ outcome }) => outcome).sort();
      expect(outcomes).toEqual([...Array(15).fill("already_released"), "released"]);
      const ids = results.map((result) => ("eventId" in result ? result.eventId : ""));
      expect(new Set(ids)).toEqual(new Set([await releasedAs(request)]));
      expect(await countEvents()).toBe(1);
      expect(await claimDue(store)).toHaveLength(1);
      expect((await store.metrics({ windowMs: 600_000 })).received).toBe(1);
    },
  );

  test("release() by 16 at once, of what is not the same, marks with what is stored", async () => {
    const { store } = context;
    const request = await keep();
    const captures = Array.from({ length: 16 }, () => newCapture(newEvent()));
    const results = await Promise.all(captures.map((one) => release(store, request, one)));
    const [released, ...others] = results.filter(({ outcome }) => outcome === "released");
    expect(others).toEqual([]);
    const eventId = released?.outcome === "released" ? released.eventId : "";
    expect(await releasedAs(request)).toBe(eventId);
    const { events } = await store.listEvents({ limit: 100 });
    expect(events.map(({ event }) => event.id)).toEqual([eventId]);
  });

  test("release() of 8 requests with one body at once dispatches one", async () => {
    const { store } = context;
    const requests = Array.from({ length: 8 }, () => newQuarantined({ body: "same" }));
    await store.quarantine(requests);
    const results = await Promise.all(requests.map((request) => release(store, request)));
    const outcomes = results.map(({ outcome }) => outcome).sort();
    expect(outcomes).toEqual([...Array(7).fill("already_stored"), "released"]);
    const marks = await Promise.all(requests.map(releasedAs));
    expect(new Set(marks).size).toBe(1);
    expect(results.map((result) => ("eventId" in result ? result.eventId : ""))).toEqual(marks);
    expect(await countEvents()).toBe(1);
    expect(await claimDue(store)).toHaveLength(1);
  });

  test("release() and commit() of one event at once store it once", async () => {
    const { store } = context;
    const requests = Array.from({ length: 6 }, (_, n) => newQuarantined({ body: `${n}` }));
    await store.quarantine(requests);
    const rounds = requests.map(async (request) => {
      const [released, committed] = await Promise.all([
        release(store, request),
        commit(store, [newCapture(newEvent({ body: request.body }))]),
      ]);
      return [released.outcome === "released", committed[0]?.duplicate === false];
    });
    for (const [released, committed] of await Promise.all(rounds)) {
      expect(released).toBe(!committed);
    }
    expect(await countEvents()).toBe(6);
    expect(await claimDue(store)).toHaveLength(6);
  });

  test.each([{ providerEventId: "p1" }, { providerEventId: "" }])(
    "release() of a stored event returns already_stored and dispatches nothing: %j",
    async (part) => {
      const { store } = context;
      const request = await keep(newQuarantined({ body: "a" }));
      const stored = newEvent({ ...part, body: "a" });
      // Never attempted by "crm", dead for "mail": neither is dispatched.
      const claimed = await commitRunning(store, { event: stored });
      await settle(store, claimed, { state: "dead", reason: "out of attempts" });
      const capture = newCapture(newEvent({ ...eventOf(request), ...part }), ["mail", "crm"]);
      expect(await release(store, request, capture)).toEqual({
        outcome: "already_stored",
        eventId: stored.id,
      });
      expect(await store.getEvent(capture.event.id)).toBeNull();
      expect((await store.getEvent(stored.id))?.deliveries).toMatchObject([
        { id: claimed.delivery.id, state: "dead" },
      ]);
      expect((await store.metrics({ windowMs: 600_000 })).received).toBe(1);
      expect(await releasedAs(request)).toBe(stored.id);
      expect(await release(store, request)).toEqual({
        outcome: "already_released",
        eventId: stored.id,
      });
    },
  );

  test("release() of an event that is stored under its own id returns already_stored", async () => {
    const { store } = context;
    const request = await keep();
    const capture = newCapture(eventOf(request));
    await commit(store, [capture]);
    const answer = { outcome: "already_stored", eventId: capture.event.id };
    expect(await release(store, request, capture)).toEqual(answer);
    expect((await store.getEvent(capture.event.id))?.deliveries).toHaveLength(1);
  });

  test("release() of an unknown id returns missing", async () => {
    const { store } = context;
    const pruned = await keep(newQuarantined({ receivedAt: 1_000 }));
    await store.pruneQuarantine({ receivedBefore: 1_001 });
    for (const id of [pruned.id, newId("qtn"), newId("evt"), "nonsense", ""]) {
      expect(await release(store, { ...pruned, id })).toEqual({ outcome: "missing" });
    }
    expect(await countEvents()).toBe(0);
  });

  test.each([-1, 1])(
    "release() against a revision that is off by %i stores and marks nothing",
    async (off) => {
      const { store } = context;
      const { revision } = await store.publishSubscriptions([newSubscription("mail")]);
      const stale = revision + off;
      const request = await keep(newQuarantined({ body: "a" }));
      const capture = newCapture(eventOf(request));
      expect(await store.release(request.id, { capture, revision: stale })).toBeNull();
      expect(await releasedAs(request)).toBeNull();
      expect(await countEvents()).toBe(0);
      expect((await store.metrics({ windowMs: 600_000 })).received).toBe(0);
      // A duplicate too is left unmarked.
      await commit(store, [newCapture(newEvent({ body: "a" }))]);
      expect(await store.release(request.id, { capture, revision: stale })).toBeNull();
      expect(await releasedAs(request)).toBeNull();
      expect(await release(store, request, capture)).toMatchObject({ outcome: "already_stored" });
      // What there is to say without storing is said.
      expect(await store.release(request.id, { capture, revision: stale })).toMatchObject({
        outcome: "already_released",
      });
      expect(await store.release(newId("qtn"), { capture, revision: stale })).toEqual({
        outcome: "missing",
      });
    },
  );

  test("a quarantined request takes no part in dedupe, a released one does", async () => {
    const { store } = context;
    const part = { providerEventId: "p1", body: "a" };
    const first = await keep(newQuarantined({ body: "a" }));
    const second = await keep(newQuarantined({ body: "b" }));
    const [stored] = await commit(store, [newCapture(newEvent({ body: "b" }))]);
    expect(stored?.duplicate).toBe(false);
    expect(await release(store, second)).toMatchObject({ outcome: "already_stored" });

    const event = newEvent({ ...eventOf(first), ...part });
    await release(store, first, newCapture(event));
    expect(await commit(store, [newCapture(newEvent(part))])).toEqual([
      { eventId: event.id, duplicate: true, deliveries: [] },
    ]);
    const other = newEvent({ providerEventId: "p1", body: "c" });
    await commit(store, [newCapture(other)]);
    expect((await store.getEvent(other.id))?.event.flags).toEqual(["seen_before"]);
  });

  test("release() flags a provider's id that came before over another body", async () => {
    const { store } = context;
    await commit(store, [newCapture(newEvent({ providerEventId: "p1", body: "a" }))]);
    const request = await keep(newQuarantined({ body: "b" }));
    const event = newEvent({ ...eventOf(request), providerEventId: "p1" });
    expect(await release(store, request, newCapture(event))).toMatchObject({
      outcome: "released",
      seenBefore: true,
    });
    const flags = (await store.getEvent(event.id))?.event.flags;
    expect([...(flags ?? [])].sort()).toEqual(["released", "seen_before"]);
  });

  test("release() of a dead event's duplicate leaves its replacement to commit()", async () => {
    const { store } = context;
    const request = await keep(newQuarantined({ body: "a" }));
    const claim = newClaim();
    const result = await release(store, request, newCapture(eventOf(request), ["mail"], claim));
    const delivery = result.outcome === "released" ? result.deliveries[0] : undefined;
    if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
    await settle(store, { delivery, claim }, { state: "dead", reason: "out of attempts" });
    const again = await keep(newQuarantined({ body: "a" }));
    expect(await release(store, again)).toMatchObject({ outcome: "already_stored" });
    const [committed] = await commit(store, [newCapture(newEvent({ body: "a" }))]);
    expect(committed).toMatchObject({ duplicate: true, deliveries: [{ generation: 2 }] });
  });
}
