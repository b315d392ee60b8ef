import { type DeliveryState, newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { EventQuery, EventSummary } from "../contract/events.ts";
import { commit, newCapture, newClaim, newEvent, type SuiteContext, settle } from "./fixtures.ts";

/** When the first event of these tests is stored, in milliseconds since 1970. */
const BEGIN = Date.UTC(2026, 0, 1);

const MINUTE_MS = 60_000;

/** A query without limit, cursor and direction. */
type Filter = Omit<EventQuery, "limit" | "cursor" | "oldestFirst">;

const SOURCES = ["academy", "stripe/eu"];
const TYPES = ["course.enrolled", "payment.failed", "invoice.paid"];

/** Subscriptions and states that the deliveries of one event have. */
const DELIVERIES: [subscription: string, state: DeliveryState][][] = [
  [],
  [["mail", "delivered"]],
  [["mail", "dead"]],
  [["crm", "waiting"]],
  [
    ["mail", "delivered"],
    ["crm", "dead"],
  ],
  [
    ["mail", "running"],
    ["crm", "delivered"],
  ],
  [
    ["crm", "cancelled"],
    ["mail", "dead"],
  ],
];

const EVENTS = 42;

const at = (minute: number) => BEGIN + minute * MINUTE_MS;

const FILTERS: Filter[] = [
  {},
  { from: at(10) },
  { to: at(10) },
  { from: at(10), to: at(20) },
  { from: at(10), to: at(10) },
  { from: at(EVENTS) },
  { from: at(0), to: at(EVENTS) },
  { subscription: "mail" },
  { subscription: "crm" },
  { subscription: "nobody" },
  { subscription: "mail", state: "dead" },
  { subscription: "mail", state: "waiting" },
  { subscription: "mail", state: "delivered" },
  { subscription: "crm", state: "dead" },
  { subscription: "crm", state: "cancelled" },
  { subscription: "mail", unhandled: true },
  { unhandled: true, from: at(5), to: at(30) },
  { unhandled: true, source: "stripe/eu", from: at(5) },
  { source: "stripe/eu", from: at(7), to: at(31) },
  { type: "payment.failed", to: at(31) },
  { source: "academy", type: "invoice.paid", from: at(3) },
  { state: "delivered", from: at(12) },
  { state: "dead", source: "academy", to: at(25) },
  { subscription: "mail", source: "stripe/eu", type: "payment.failed" },
  { subscription: "crm", type: "course.enrolled", from: at(4), to: at(40) },
  { subscription: "mail", state: "dead", source: "academy", from: at(2), to: at(38) },
  { subscription: "mail", state: "delivered", type: "invoice.paid", from: at(2), to: at(38) },
];

/** `listEvents`: every way through the events of a time, a source, a type, a subscription and a state. */
export function testWalks(context: SuiteContext): void {
  /** What the store was given: for each event its minute, and what its deliveries are. */
  interface Stored {
    id: string;
    minute: number;
    source: string;
    type: string;
    deliveries: (typeof DELIVERIES)[number];
  }

  /** Stores an event for each minute, in batches in another order. */
  async function commitAll(): Promise<Stored[]> {
    const { store } = context;
    const claim = newClaim();
    const stored = Array.from({ length: EVENTS }, (_, minute) => ({
      id: newId("evt", { now: at(minute) }),
      minute,
      source: SOURCES[minute % SOURCES.length] ?? "",
      type: TYPES[minute % TYPES.length] ?? "",
      deliveries: DELIVERIES[Math.floor(minute / 2) % DELIVERIES.length] ?? [],
    }));
    for (const rest of [2, 0, 1]) {
      const batch = stored.filter(({ minute }) => minute % 3 === rest);
      const results = await commit(
        store,
        batch.map(({ id, source, type, minute, deliveries }) => {
          const event = newEvent({ id, source, type, receivedAt: at(minute) });
          const names = deliveries.map(([subscription]) => subscription);
          return newCapture(event, names, claim);
        }),
      );
      const made = results.flatMap(({ deliveries }) => deliveries);
      const states = batch.flatMap(({ deliveries }) => deliveries.map(([, state]) => state));
      for (const [n, delivery] of made.entries()) {
        await put({ delivery, claim }, states[n] ?? "running");
      }
    }
    return stored;
  }

  /** Puts a delivery that runs into a state. */
  async function put(claimed: Parameters<typeof settle>[1], state: DeliveryState): Promise<void> {
    const { store } = context;
    if (state === "running") return;
    if (state === "delivered") return settle(store, claimed, { state });
    if (state === "dead") return settle(store, claimed, { state, reason: "out of attempts" });
    await settle(store, claimed, { state: "waiting", nextAttemptAt: store.now() + MINUTE_MS });
    if (state === "cancelled") await store.cancelDelivery(claimed.delivery.id, { reason: "" });
  }

  /** Which of them match a filter: the same rule, written again. */
  function matches({ minute, source, type, deliveries }: Stored, filter: Filter): boolean {
    if (filter.from !== undefined && at(minute) < filter.from) return false;
    if (filter.to !== undefined && at(minute) >= filter.to) return false;
    if (filter.source !== undefined && source !== filter.source) return false;
    if (filter.type !== undefined && type !== filter.type) return false;
    if (filter.unhandled && deliveries.length > 0) return false;
    if (filter.subscription === undefined && filter.state === undefined) return true;
    return deliveries.some(
      ([subscription, state]) =>
        (filter.subscription ?? subscription) === subscription && (filter.state ?? state) === state,
    );
  }

  /** Follows the cursors to the end, of which each is an event's id. */
  async function listAll(query: EventQuery): Promise<EventSummary[]> {
    const found: EventSummary[] = [];
    for (let { cursor } = query; ; ) {
      const page = await context.store.listEvents({
        ...query,
        ...(cursor === undefined ? {} : { cursor }),
      });
      expect(page.events.length).toBeLessThanOrEqual(query.limit);
      found.push(...page.events);
      if (page.cursor === null) return found;
      expect(page.cursor).toMatch(/^evt_/);
      cursor = page.cursor;
    }
  }

  const idsOf = (events: readonly EventSummary[]) => events.map(({ event }) => event.id);

  test("listEvents() shows what matches exactly once, either way, in pages of any size", async () => {
    const stored = await commitAll();
    for (const filter of FILTERS) {
      const wanted = stored.filter((one) => matches(one, filter)).map(({ id }) => id);
      for (const oldestFirst of [true, false]) {
        const expected = oldestFirst ? wanted : wanted.toReversed();
        for (const limit of [3, 100]) {
          const found = idsOf(await listAll({ ...filter, oldestFirst, limit }));
          expect({ filter, oldestFirst, limit, found }).toEqual({
            filter,
            oldestFirst,
            limit,
            found: expected,
          });
        }
      }
    }
  });

  test("listEvents() continues after any event, whether it matches or not", async () => {
    const stored = await commitAll();
    const filters = FILTERS.filter((_, n) => n % 3 === 0 || n === 8 || n === 20);
    for (const filter of filters) {
      for (const minute of [0, 9, 10, 15, 20, 35, EVENTS - 1]) {
        const cursor = stored[minute]?.id ?? "";
        const wanted = stored.filter((one) => matches(one, filter));
        const after = wanted.filter((one) => one.minute > minute).map(({ id }) => id);
        const before = wanted.filter((one) => one.minute < minute).map(({ id }) => id);
        const up = idsOf(await listAll({ ...filter, cursor, oldestFirst: true, limit: 5 }));
        const down = idsOf(await listAll({ ...filter, cursor, limit: 5 }));
        expect({ filter, minute, up, down }).toEqual({
          filter,
          minute,
          up: after,
          down: before.toReversed(),
        });
      }
    }
  });

  test("listEvents() continues after the id of an unknown event", async () => {
    const stored = await commitAll();
    const all = stored.map(({ id }) => id);
    for (const oldestFirst of [true, false]) {
      const expected = oldestFirst ? all.slice(20) : all.slice(0, 20).toReversed();
      const cursor = `${stored[19]?.id.slice(0, 16)}7fffbfffffffffffffff`;
      expect(idsOf(await listAll({ cursor, oldestFirst, limit: 7 }))).toEqual(expected);
    }
  });

  test("listEvents() returns a cursor: the last event that it looked at", async () => {
    const stored = await commitAll();
    const { events, cursor } = await context.store.listEvents({ limit: 3 });
    expect(idsOf(events)).toEqual(
      stored
        .slice(-3)
        .map(({ id }) => id)
        .toReversed(),
    );
    expect(cursor).toBe(events.at(-1)?.event.id);
    const oldest = await context.store.listEvents({ limit: 3, oldestFirst: true });
    expect(oldest.cursor).toBe(stored[2]?.id);
  });

  test("listEvents() oldest first shows what came between the pages, once", async () => {
    const { store } = context;
    const events = Array.from({ length: 4 }, () => newEvent());
    await commit(
      store,
      events.map((event) => newCapture(event)),
    );
    const first = await store.listEvents({ limit: 3, oldestFirst: true });
    const late = newEvent();
    await commit(store, [newCapture(late)]);
    const rest = await listAll({ limit: 3, oldestFirst: true, cursor: first.cursor ?? "" });
    const all = [...events, late].map(({ id }) => id);
    expect(idsOf([...first.events, ...rest])).toEqual(all);
  });

  test("listEvents() of a subscription shows an event with several of its deliveries once", async () => {
    const { store } = context;
    const claim = newClaim();
    const event = newEvent();
    const [result] = await commit(store, [newCapture(event, ["mail"], claim)]);
    const delivery = result?.deliveries[0];
    if (!delivery) throw new Error("Cannot continue the test: nothing was stored");
    await settle(store, { delivery, claim }, { state: "dead", reason: "out of attempts" });
    await commit(store, [newCapture({ ...event, id: newId("evt") })]);
    const page = await store.listEvents({ limit: 1, subscription: "mail" });
    expect(page).toMatchObject({ events: [{ event: { id: event.id } }], cursor: null });
    expect(page.events[0]?.deliveries).toMatchObject([{ generation: 1 }, { generation: 2 }]);
    const waiting = await listAll({ limit: 1, subscription: "mail", state: "waiting" });
    expect(idsOf(waiting)).toEqual([event.id]);
  });
}
