import { type DeliveryState, EVENT_FLAGS, type ReceivedEvent } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { EventQuery, EventSummary } from "../contract/events.ts";
import {
  claimDue,
  commit,
  commitEnded,
  commitRunning,
  makeReplayed,
  newCapture,
  newClaim,
  newEvent,
  repeatOf,
  type SuiteContext,
  serve,
  settle,
} from "./fixtures.ts";

/** `listEvents`: pages, filters, and their order. */
export function testLists(context: SuiteContext): void {
  /** Follows the cursors to the end. */
  async function listAll(query: Omit<EventQuery, "cursor">): Promise<EventSummary[]> {
    const found: EventSummary[] = [];
    let cursor: string | null = null;
    do {
      const page = await context.store.listEvents(cursor === null ? query : { ...query, cursor });
      expect(page.events.length).toBeLessThanOrEqual(query.limit);
      found.push(...page.events);
      cursor = page.cursor;
    } while (cursor !== null);
    return found;
  }

  const idsOf = (summaries: readonly EventSummary[]) => summaries.map(({ event }) => event.id);
  const newestFirst = (events: readonly ReceivedEvent[]) =>
    events
      .map(({ id }) => id)
      .sort()
      .reverse();

  test("listEvents() of an empty store", async () => {
    expect(await context.store.listEvents({ limit: 50 })).toEqual({ events: [], cursor: null });
  });

  test("listEvents() shows an event without headers, body and attempts", async () => {
    const { store } = context;
    const event = newEvent({ providerEventId: "p1", flags: ["unreadable"], body: "12345" });
    const claim = newClaim();
    const [result] = await commit(store, [newCapture(event, ["mail", "crm"], claim)]);
    const [first, second] = result?.deliveries ?? [];
    if (!first || !second) throw new Error("Cannot continue the test: nothing was stored");
    await settle(
      store,
      { delivery: first, claim },
      { state: "waiting", nextAttemptAt: 4_102_444_800_000 },
    );
    const { events } = await store.listEvents({ limit: 50 });
    const { headers, body, bodySha256, ...rest } = event;
    expect(events).toHaveLength(1);
    expect(events[0]?.event).toEqual({ ...rest, bodySha256: expect.any(Uint8Array) });
    expect(Buffer.compare(events[0]?.event.bodySha256 ?? Buffer.of(), bodySha256)).toBe(0);
    expect(events[0]?.bodyBytes).toBe(body.length);
    expect(events[0]?.deliveries).toEqual([
      { ...first, state: "waiting", nextAttemptAt: 4_102_444_800_000, attempt: 1, attempts: [] },
      second,
    ]);
    expect(headers.length).toBeGreaterThan(0);
  });

  test("every read gives an event's flags in one order, in whichever they came", async () => {
    const { store } = context;
    const event = newEvent({ flags: EVENT_FLAGS.toReversed() });
    await commit(store, [newCapture(event)]);
    const { events } = await store.listEvents({ limit: 50 });
    const read = [
      events[0],
      await store.getEvent(event.id),
      ...(await claimDue(store, { claim: newClaim() })),
    ];
    for (const one of read) expect(one?.event.flags).toEqual(EVENT_FLAGS);
  });

  test("listEvents() orders by event id, not by arrival", async () => {
    const { store } = context;
    const events = Array.from({ length: 9 }, () => newEvent());
    for (const n of [4, 0, 8, 2, 6]) await commit(store, [newCapture(events[n] ?? newEvent(), [])]);
    await commit(
      store,
      [7, 1, 5, 3].map((n) => newCapture(events[n] ?? newEvent())),
    );
    expect(idsOf(await listAll({ limit: 100 }))).toEqual(newestFirst(events));
  });

  test("listEvents() in pages of any size shows all, once", async () => {
    const { store } = context;
    const events = Array.from({ length: 8 }, () => newEvent());
    const captures = events.map((event) => newCapture(event));
    await commit(store, captures);
    for (const limit of [1, 2, 3, 7, 8, 9]) {
      expect(idsOf(await listAll({ limit }))).toEqual(newestFirst(events));
    }
  });

  test("listEvents() continues where it was, though newer events came between the pages", async () => {
    const { store } = context;
    const events = Array.from({ length: 6 }, () => newEvent());
    await commit(
      store,
      events.map((event) => newCapture(event)),
    );
    const first = await store.listEvents({ limit: 3 });
    await commit(store, [newCapture(newEvent())]);
    const second = await store.listEvents({ limit: 3, cursor: first.cursor ?? "" });
    expect(idsOf([...first.events, ...second.events])).toEqual(newestFirst(events));
  });

  test("listEvents() refuses limits out of bounds, malformed cursors, state with unhandled", async () => {
    const { store } = context;
    for (const limit of [0, -1, 1.5, 1_001, Number.NaN]) {
      await expect(store.listEvents({ limit })).rejects.toThrow(RangeError);
    }
    await expect(store.listEvents({ limit: 1, cursor: "nonsense" })).rejects.toThrow(RangeError);
    await expect(store.listEvents({ limit: 1, state: "dead", unhandled: true })).rejects.toThrow(
      RangeError,
    );
  });

  test("listEvents() takes the largest limit", async () => {
    expect((await context.store.listEvents({ limit: 1_000 })).events).toEqual([]);
  });

  /** One event for each way to be: by source, type and the states of its deliveries. */
  async function commitOneOfEach(): Promise<Map<string, ReceivedEvent>> {
    const { store } = context;
    const byName = new Map<string, ReceivedEvent>();
    const add = (name: string, part: Parameters<typeof newEvent>[0] = {}) => {
      const event = newEvent(part);
      byName.set(name, event);
      return event;
    };
    const due = store.now() + 3_600_000;
    await commit(store, [newCapture(add("unhandled"), [])]);
    await commit(store, [newCapture(add("unhandled stripe", { source: "stripe/eu" }), [])]);
    await commit(store, [newCapture(add("waiting"))]);
    await commitRunning(store, { event: add("running", { type: "payment.failed" }) });
    const dead = await commitRunning(store, { event: add("dead", { source: "stripe/eu" }) });
    await settle(store, dead, { state: "dead", reason: "out of attempts" });
    const delivered = await commitRunning(store, {
      event: add("delivered", { source: "stripe/eu", type: "payment.failed" }),
    });
    await settle(store, delivered, { state: "delivered" });
    const later = await commitRunning(store, { event: add("later") });
    await settle(store, later, { state: "waiting", nextAttemptAt: due });
    const claim = newClaim();
    const mixed = add("mixed", { type: "payment.failed" });
    const [result] = await commit(store, [newCapture(mixed, ["a", "b", "c"], claim)]);
    const [a, b] = result?.deliveries ?? [];
    if (!a || !b) throw new Error("Cannot continue the test: nothing was stored");
    await settle(store, { delivery: a, claim }, { state: "delivered" });
    await settle(store, { delivery: b, claim }, { state: "dead", reason: "out of attempts" });
    await commit(store, [newCapture(add("both waiting"), ["a", "b"])]);
    return byName;
  }

  const FILTERS: [Omit<EventQuery, "limit">, string[]][] = [
    [{ state: "waiting" }, ["both waiting", "later", "waiting"]],
    [{ state: "running" }, ["mixed", "running"]],
    [{ state: "dead" }, ["mixed", "dead"]],
    [{ state: "delivered" }, ["mixed", "delivered"]],
    [{ state: "cancelled" }, []],
    [{ unhandled: true }, ["unhandled stripe", "unhandled"]],
    [{ unhandled: true, source: "stripe/eu" }, ["unhandled stripe"]],
    [{ unhandled: true, type: "payment.failed" }, []],
    [{ source: "stripe/eu" }, ["delivered", "dead", "unhandled stripe"]],
    [{ source: "stripe" }, []],
    [{ type: "payment.failed" }, ["mixed", "delivered", "running"]],
    [{ type: "payment.*" }, []],
    [{ type: "payment.failed", source: "stripe/eu" }, ["delivered"]],
    [{ state: "dead", source: "stripe/eu" }, ["dead"]],
    [{ state: "dead", type: "payment.failed" }, ["mixed"]],
    [{ state: "delivered", type: "payment.failed", source: "academy" }, ["mixed"]],
    [{ state: "waiting", source: "stripe/eu" }, []],
    [{ unhandled: false, source: "stripe/eu" }, ["delivered", "dead", "unhandled stripe"]],
  ];

  test("listEvents() with each filter shows what matches, newest first", async () => {
    const byName = await commitOneOfEach();
    for (const [filter, names] of FILTERS) {
      const expected = names.map((name) => byName.get(name)?.id);
      for (const limit of [1, 2, 50]) {
        const found = idsOf(await listAll({ ...filter, limit }));
        expect({ filter, limit, found }).toEqual({ filter, limit, found: expected });
      }
    }
  });

  test("listEvents() shows all deliveries of an event that one of them picked", async () => {
    await commitOneOfEach();
    const [mixed] = await listAll({ state: "dead", limit: 1 });
    expect(mixed?.deliveries.map(({ state }) => state)).toEqual(["delivered", "dead", "running"]);
  });

  test("listEvents() by a state forgets what was repeated since", async () => {
    const { store } = context;
    await serve(store);
    const dead = await commitEnded(store);
    const kept = await commitEnded(store);
    await makeReplayed(store, [repeatOf(dead)]);
    const found = async (state: DeliveryState) =>
      idsOf(await listAll({ state, subscription: dead.subscription, limit: 10 }));
    expect(await found("dead")).toEqual([kept.eventId]);
    expect(await found("waiting")).toEqual([dead.eventId]);
  });

  test("listEvents() finds the few among many, in bounded steps", async () => {
    const { store } = context;
    const rare = newEvent({ type: "rare", source: "seldom" });
    const many = () => Array.from({ length: 150 }, () => newCapture(newEvent(), []));
    await commit(store, many());
    await commitRunning(store, { event: rare, subscription: "few" });
    await commit(store, many());
    const filters: Omit<EventQuery, "limit">[] = [
      { type: "rare" },
      { source: "seldom" },
      { state: "running" },
      { subscription: "few" },
      { subscription: "few", state: "running", oldestFirst: true },
      { subscription: "few", source: "seldom" },
    ];
    for (const filter of filters) {
      expect(idsOf(await listAll({ ...filter, limit: 10 }))).toEqual([rare.id]);
    }
    expect(await listAll({ subscription: "few", source: "other", limit: 10 })).toEqual([]);
    expect(await listAll({ unhandled: true, limit: 70 })).toHaveLength(300);
  });
}
