import { randomUUID } from "node:crypto";
import { expect, test } from "@jest/globals";
import {
  BODY_WINDOW_MS,
  claimDue,
  commit,
  commitRunning,
  deliveryNow,
  type EventPart,
  newCapture,
  newClaim,
  newEvent,
  type SuiteContext,
  settle,
} from "./fixtures.ts";

const DAY = BODY_WINDOW_MS;
const NOON = Date.UTC(2026, 0, 15, 12);

/** `commit`: what a duplicate does. */
export function testDedupe(context: SuiteContext): void {
  test("commit() adds seen_before to the flags of an event", async () => {
    const { store } = context;
    const event = newEvent({ providerEventId: "p1", body: "b", flags: ["unreadable"] });
    const results = await commit(store, [
      newCapture(newEvent({ providerEventId: "p1", body: "a" })),
      newCapture(event),
    ]);
    // Who has the event starts its attempts with the flag, too.
    expect(results.map(({ seenBefore }) => seenBefore)).toEqual([undefined, true]);
    const flags = (await store.getEvent(event.id))?.event.flags;
    expect(flags).toEqual(["unreadable", "seen_before"]);
  });

  test("commit() knows a duplicate of each body that a provider's id came with", async () => {
    const { store } = context;
    const [a, b] = ["a", "b"].map((body) => newEvent({ providerEventId: "p1", body }));
    if (!a || !b) throw new Error("Cannot happen");
    await commit(store, [newCapture(a), newCapture(b)]);
    const again = ["b", "a"].map((body) => newCapture(newEvent({ providerEventId: "p1", body })));
    expect(await commit(store, again)).toEqual([
      { eventId: b.id, duplicate: true, deliveries: [] },
      { eventId: a.id, duplicate: true, deliveries: [] },
    ]);
  });

  test("commit() measures the day of a digest from the event stored last", async () => {
    const { store } = context;
    const at = (receivedAt: number) => newEvent({ body: "a", receivedAt });
    const [first, second] = [at(NOON), at(NOON + DAY + 1)];
    await commit(store, [newCapture(first)]);
    await commit(store, [newCapture(second)]);
    expect(await commit(store, [newCapture(at(NOON + 2 * DAY))])).toMatchObject([
      { eventId: second.id, duplicate: true },
    ]);
    expect(await commit(store, [newCapture(at(NOON - DAY))])).toMatchObject([
      { eventId: first.id, duplicate: true },
    ]);
  });

  test.each(["a", "b"])(
    "commit() knows a signed id whatever its body is, and delivers what it stored: %s",
    async (body) => {
      const { store } = context;
      const part = { providerEventId: "p1", dedupe: "id" } as const;
      const claimed = await commitRunning(store, { event: newEvent({ ...part, body: "a" }) });
      const { id: eventId, receivedAt, headers } = claimed.event;
      const repeated = {
        ...part,
        body,
        receivedAt: receivedAt + 1_000,
        flags: ["type_not_signed"],
      } as const;
      const again = () => newCapture(newEvent(repeated), ["mail"], newClaim());
      expect(await commit(store, [again(), again()])).toEqual([
        { eventId, duplicate: true, deliveries: [] },
        { eventId, duplicate: true, deliveries: [] },
      ]);
      await settle(store, claimed, { state: "dead", reason: "out of attempts" });
      const [result] = await commit(store, [again()]);
      // The one who committed it has another request: it is claimed with the stored one.
      expect(result).toMatchObject({
        eventId,
        duplicate: true,
        deliveries: [{ state: "waiting" }],
      });
      const [replacement] = await claimDue(store);
      expect(replacement).toMatchObject({
        delivery: { id: result?.deliveries[0]?.id, generation: 2, replayOf: claimed.delivery.id },
        event: { id: eventId, receivedAt, headers, body: new TextEncoder().encode("a"), flags: [] },
      });
    },
  );

  test("commit() stores every event that nothing tells apart, flagged if its body came before", async () => {
    const { store } = context;
    const part = { body: "a", dedupe: "none", flags: ["may_repeat"] } as const;
    const events = Array.from({ length: 4 }, () => newEvent(part));
    const [first, ...others] = events;
    const captures = events.map((event) => newCapture(event));
    const results = [
      ...(await commit(store, captures.slice(0, 2))),
      ...(await commit(store, captures.slice(2))),
    ];
    expect(results).toMatchObject(
      events.map(({ id }) => ({ eventId: id, duplicate: false, deliveries: [{}] })),
    );
    const flagsOf = async (id = "") => (await store.getEvent(id))?.event.flags;
    expect(await flagsOf(first?.id)).toEqual(["may_repeat"]);
    for (const { id } of others) expect(await flagsOf(id)).toEqual(["seen_before", "may_repeat"]);
    // Sent twice by the edge, each is stored once.
    expect(await commit(store, captures)).toEqual(
      events.map(({ id }) => ({ eventId: id, duplicate: false, deliveries: [] })),
    );
    const twice = newCapture(newEvent(part));
    expect(await commit(store, [twice, twice])).toMatchObject([
      { eventId: twice.event.id, duplicate: false, deliveries: [{}] },
      { eventId: twice.event.id, duplicate: false, deliveries: [] },
    ]);
    expect((await store.metrics({ windowMs: 600_000 })).received).toBe(5);
  });

  test("commit() flags no event without a body as seen before: each has the same", async () => {
    const { store } = context;
    const events = Array.from({ length: 3 }, () => newEvent({ body: "", dedupe: "none" }));
    for (const event of events) await commit(store, [newCapture(event)]);
    const { events: stored } = await store.listEvents({ limit: 100 });
    expect(stored.map(({ event }) => event.flags)).toEqual([[], [], []]);
  });

  test("commit() at once stores every event that nothing tells apart", async () => {
    const { store } = context;
    const events = Array.from({ length: 16 }, () => newEvent({ body: "a", dedupe: "none" }));
    const results = await Promise.all(events.map((event) => commit(store, [newCapture(event)])));
    expect(results.flat().map(({ eventId }) => eventId)).toEqual(events.map(({ id }) => id));
    const { events: stored } = await store.listEvents({ limit: 100 });
    const flags = stored.map(({ event }) => event.flags.join());
    expect(flags.filter((flag) => flag === "")).toHaveLength(1);
    expect(flags.filter((flag) => flag === "seen_before")).toHaveLength(15);
  });

  test("commit() measures the time of a body by the window of the event that is committed", async () => {
    const { store } = context;
    const at = (receivedAt: number, bodyWindowMs: number) =>
      newCapture(newEvent({ body: "a", receivedAt, bodyWindowMs }));
    const [first, later] = [at(NOON, 1_000), at(NOON + 60_000, 1_000)];
    await commit(store, [first]);
    expect(await commit(store, [at(NOON + 60_000, 60_000)])).toMatchObject([
      { eventId: first.event.id, duplicate: true },
    ]);
    expect(await commit(store, [later])).toMatchObject([{ duplicate: false }]);
    expect(await commit(store, [at(NOON + 60_500, 3_600_000)])).toMatchObject([
      { eventId: later.event.id, duplicate: true },
    ]);
  });

  test("commit() knows what was stored by the other rule of ids, as a source changes", async () => {
    const { store } = context;
    const by = (dedupe: "id" | "id_and_body", providerEventId: string, body: string) =>
      newCapture(newEvent({ providerEventId, body, dedupe }));
    const [one, two, other] = [
      by("id", "p1", "a"),
      by("id_and_body", "p2", "a"),
      by("id_and_body", "p2", "b"),
    ];
    await commit(store, [one, two, other]);
    const again = [
      by("id_and_body", "p1", "a"),
      by("id", "p2", "c"),
      by("id_and_body", "p2", "b"),
      by("id_and_body", "p1", "b"),
    ];
    expect(await commit(store, again)).toMatchObject([
      { eventId: one.event.id, duplicate: true },
      { eventId: two.event.id, duplicate: true },
      { eventId: other.event.id, duplicate: true },
      { eventId: again[3]?.event.id, duplicate: false },
    ]);
  });

  test("commit() of 64 identical events at once stores one", async () => {
    const { store } = context;
    const claim = newClaim();
    const captures = Array.from({ length: 64 }, () =>
      newCapture(newEvent({ providerEventId: "p1", body: "a" }), ["mail"], claim),
    );
    const results = await Promise.all(
      captures.map((capture) => store.commit([capture], { revision: 0 })),
    );
    const answers = results.map((result) => result?.[0]);
    const stored = answers.filter((answer) => answer?.duplicate === false);
    expect(stored).toHaveLength(1);
    expect(new Set(answers.map((answer) => answer?.eventId)).size).toBe(1);
    expect(answers.flatMap((answer) => answer?.deliveries)).toHaveLength(1);
    const { events } = await store.listEvents({ limit: 100 });
    expect(events).toHaveLength(1);
    expect(events[0]?.deliveries).toHaveLength(1);
    expect((await store.metrics({ windowMs: 600_000 })).received).toBe(1);
  });

  test("commit() of 64 identical events in one call stores one", async () => {
    const { store } = context;
    const captures = Array.from({ length: 64 }, () => newCapture(newEvent({ body: "a" })));
    const results = await commit(store, captures);
    expect(results.filter(({ duplicate }) => !duplicate)).toHaveLength(1);
    expect(results[0]).toMatchObject({ duplicate: false, deliveries: [{}] });
    expect((await store.listEvents({ limit: 100 })).events).toHaveLength(1);
  });

  test.each([{ providerEventId: "p1" }, { providerEventId: "" }])(
    "commit() of an event under its own id, again, answers as it did at first: %j",
    async (part) => {
      const { store } = context;
      const event = newEvent(part);
      const claim = newClaim();
      const capture = newCapture(event, ["mail"], claim);
      await commit(store, [capture]);
      const again = newCapture(event, ["mail"], newClaim());
      const answer = { eventId: event.id, duplicate: false, deliveries: [] };
      expect(await commit(store, [capture])).toEqual([answer]);
      expect(await commit(store, [again, again])).toEqual([answer, answer]);
      expect((await store.getEvent(event.id))?.deliveries.map(({ id }) => id)).toEqual([
        capture.deliveries[0]?.id,
      ]);
      expect((await store.metrics({ windowMs: 600_000 })).received).toBe(1);
    },
  );

  test("commit() of an event under its own id makes no new deliveries, even if they are dead", async () => {
    const { store } = context;
    const claimed = await commitRunning(store);
    await settle(store, claimed, { state: "dead", reason: "out of attempts" });
    expect(await commit(store, [newCapture(claimed.event)])).toEqual([
      { eventId: claimed.event.id, duplicate: false, deliveries: [] },
    ]);
    expect((await deliveryNow(store, claimed.delivery)).state).toBe("dead");
  });

  test("commit() of an event twice in one call under its own id stores it once", async () => {
    const { store } = context;
    const event = newEvent();
    const results = await commit(store, [newCapture(event), newCapture(event)]);
    expect(results).toMatchObject([
      { eventId: event.id, duplicate: false, deliveries: [{}] },
      { eventId: event.id, duplicate: false, deliveries: [] },
    ]);
    expect((await store.getEvent(event.id))?.deliveries).toHaveLength(1);
  });

  test("commit() of a duplicate replaces dead deliveries by the next generation, others not", async () => {
    const { store } = context;
    const claim = newClaim();
    const event = newEvent({ providerEventId: "p1", body: "a" });
    const names = ["dead", "delivered", "running", "waiting"];
    const [first] = await commit(store, [newCapture(event, names, claim)]);
    const byName = new Map(first?.deliveries.map((delivery) => [delivery.subscription, delivery]));
    const settleIt = async (name: string, next: Parameters<typeof settle>[2]) => {
      const delivery = byName.get(name);
      if (delivery) await settle(store, { delivery, claim }, next);
    };
    await settleIt("dead", { state: "dead", reason: "out of attempts" });
    await settleIt("delivered", { state: "delivered" });
    await settleIt("waiting", { state: "waiting", nextAttemptAt: store.now() + 3_600_000 });

    const again = newEvent({ providerEventId: "p1", body: "a" });
    const capture = newCapture(again, [...names, "new since"], newClaim());
    const [second] = await commit(store, [capture]);
    const dead = byName.get("dead");
    expect(second).toEqual({
      eventId: event.id,
      duplicate: true,
      deliveries: [
        {
          ...dead,
          id: capture.deliveries[0]?.id,
          eventId: event.id,
          generation: 2,
          replayOf: dead?.id,
          state: "waiting",
          nextAttemptAt: expect.any(Number),
        },
      ],
    });
    expect(await store.getEvent(again.id)).toBeNull();
    const all = (await store.getEvent(event.id))?.deliveries ?? [];
    expect(all).toHaveLength(5);
    expect(all[4]).toEqual(second?.deliveries[0]);
    expect(all.find(({ id }) => id === dead?.id)).toMatchObject({ state: "dead", generation: 1 });

    const [replacement] = await claimDue(store, { slots: { dead: 1 } });
    if (!replacement) throw new Error("Cannot continue the test: nothing was replaced");
    expect(replacement.delivery.id).toBe(second?.deliveries[0]?.id);
    await settle(store, replacement, { state: "delivered" });
    expect(
      await commit(store, [newCapture(newEvent({ providerEventId: "p1", body: "a" }), names)]),
    ).toEqual([{ eventId: event.id, duplicate: true, deliveries: [] }]);
  });

  test("commit() of a duplicate whose event nobody wanted delivers it to who wants it now, once", async () => {
    const { store } = context;
    const part = { providerEventId: "p1", body: "a" };
    const event = newEvent(part);
    await commit(store, [newCapture(event, [])]);
    const names = ["mail", "crm"];
    const again = () => newCapture(newEvent(part), names, newClaim());
    const results = await Promise.all(
      [[again(), again()], [again()]].map((captures) => commit(store, captures)),
    );
    const made = results.flat().flatMap(({ deliveries }) => deliveries);
    expect(made.map(({ subscription }) => subscription).sort()).toEqual(["crm", "mail"]);
    for (const delivery of made) {
      const first = { eventId: event.id, generation: 1, replayOf: null, state: "waiting" };
      expect(delivery).toMatchObject(first);
    }
    expect((await store.getEvent(event.id))?.deliveries).toHaveLength(2);
    expect((await store.listEvents({ unhandled: true, limit: 10 })).events).toEqual([]);
    const claimed = await claimDue(store, { slots: { mail: 1, crm: 1 } });
    expect(claimed.map(({ event: { id } }) => id)).toEqual([event.id, event.id]);
  });

  test("commit() of a duplicate that nobody wants leaves its event unhandled", async () => {
    const { store } = context;
    const part = { providerEventId: "p1", body: "a" };
    const event = newEvent(part);
    await commit(store, [newCapture(event, [])]);
    await commit(store, [newCapture(newEvent(part), [])]);
    const { events } = await store.listEvents({ unhandled: true, limit: 10 });
    expect(events.map((one) => one.event.id)).toEqual([event.id]);
  });

  test("commit() counts generations up", async () => {
    const { store } = context;
    const part = { providerEventId: "p1", body: "a" };
    let claimed = await commitRunning(store, { event: newEvent(part) });
    for (const generation of [2, 3, 4]) {
      await settle(store, claimed, { state: "dead", reason: "out of attempts" });
      await commit(store, [newCapture(newEvent(part), ["mail"], newClaim())]);
      const [next] = await claimDue(store);
      const { eventId, id: replayOf } = claimed.delivery;
      expect(next?.delivery).toMatchObject({ eventId, generation, replayOf, state: "running" });
      if (next) claimed = next;
    }
  });

  test("commit() of several duplicates in one call replaces a dead delivery once", async () => {
    const { store } = context;
    const part = { providerEventId: "p1", body: "a" };
    const claimed = await commitRunning(store, { event: newEvent(part) });
    await settle(store, claimed, { state: "dead", reason: "out of attempts" });
    const results = await commit(store, [newCapture(newEvent(part)), newCapture(newEvent(part))]);
    expect(results.map(({ duplicate }) => duplicate)).toEqual([true, true]);
    expect(results.map(({ deliveries }) => deliveries.length)).toEqual([1, 0]);
  });

  test("commit() of duplicates at once replaces a dead delivery once", async () => {
    const { store } = context;
    const part = { providerEventId: "p1", body: "a" };
    const claimed = await commitRunning(store, { event: newEvent(part) });
    await settle(store, claimed, { state: "dead", reason: "out of attempts" });
    const results = await Promise.all(
      Array.from({ length: 16 }, () => commit(store, [newCapture(newEvent(part))])),
    );
    expect(results.flat().flatMap(({ deliveries }) => deliveries)).toHaveLength(1);
    expect((await store.getEvent(claimed.event.id))?.deliveries).toHaveLength(2);
  });
}

/** What a second event does after a first one was stored. */
const PAIRS: [string, EventPart, EventPart, "duplicate" | "stored" | "seen_before"][] = [
  [
    "the same provider's id and body",
    { providerEventId: "p1", body: "a" },
    { providerEventId: "p1", body: "a" },
    "duplicate",
  ],
  [
    "the same provider's id and body, years later",
    { providerEventId: "p1", body: "a", receivedAt: NOON },
    { providerEventId: "p1", body: "a", receivedAt: NOON + 900 * DAY },
    "duplicate",
  ],
  [
    "the same provider's id, another body",
    { providerEventId: "p1", body: "a" },
    { providerEventId: "p1", body: "b" },
    "seen_before",
  ],
  [
    "another provider's id, the same body",
    { providerEventId: "p1", body: "a" },
    { providerEventId: "p2", body: "a" },
    "stored",
  ],
  [
    "provider's ids that differ in case",
    { providerEventId: "p1", body: "a" },
    { providerEventId: "P1", body: "a" },
    "stored",
  ],
  [
    "provider's ids that differ after a NUL",
    { providerEventId: "p\u0000a", body: "a" },
    { providerEventId: "p\u0000b", body: "a" },
    "stored",
  ],
  [
    "the same provider's id and body, another source",
    { source: "one", providerEventId: "p1", body: "a" },
    { source: "two", providerEventId: "p1", body: "a" },
    "stored",
  ],
  [
    "the same provider's id from another source, another body",
    { source: "one", providerEventId: "p1", body: "a" },
    { source: "two", providerEventId: "p1", body: "b" },
    "stored",
  ],
  [
    "source and provider's id that read the same together",
    { source: "one", providerEventId: "two", body: "a" },
    { source: "onet", providerEventId: "wo", body: "a" },
    "stored",
  ],
  ["the same body without an id", { body: "a" }, { body: "a" }, "duplicate"],
  [
    "the same body without an id, another type",
    { body: "a", type: "x" },
    { body: "a", type: "y" },
    "duplicate",
  ],
  [
    "the same body without an id, another source",
    { source: "one", body: "a" },
    { source: "two", body: "a" },
    "stored",
  ],
  ["another body without an id", { body: "a" }, { body: "b" }, "stored"],
  ["the empty body, twice", { body: "" }, { body: "" }, "duplicate"],
  [
    "the same signed id, another body",
    { providerEventId: "p1", body: "a", dedupe: "id" },
    { providerEventId: "p1", body: "b", dedupe: "id" },
    "duplicate",
  ],
  [
    "the same signed id, another source",
    { source: "one", providerEventId: "p1", body: "a", dedupe: "id" },
    { source: "two", providerEventId: "p1", body: "a", dedupe: "id" },
    "stored",
  ],
  [
    "the same body, told apart by nothing",
    { body: "a", dedupe: "none" },
    { body: "a", dedupe: "none" },
    "seen_before",
  ],
  [
    "another body, told apart by nothing",
    { body: "a", dedupe: "none" },
    { body: "b", dedupe: "none" },
    "stored",
  ],
  [
    "the same id and body, told apart by nothing",
    { providerEventId: "p1", body: "a", dedupe: "none" },
    { providerEventId: "p1", body: "a", dedupe: "none" },
    "seen_before",
  ],
  [
    "the same body, first with an id, then without",
    { providerEventId: "p1", body: "a" },
    { body: "a" },
    "stored",
  ],
  [
    "the same body, first without an id, then with",
    { body: "a" },
    { providerEventId: "p1", body: "a" },
    "stored",
  ],
  [
    "the same body without an id, a day later",
    { body: "a", receivedAt: NOON },
    { body: "a", receivedAt: NOON + DAY },
    "duplicate",
  ],
  [
    "the same body without an id, a day and 1 ms later",
    { body: "a", receivedAt: NOON },
    { body: "a", receivedAt: NOON + DAY + 1 },
    "stored",
  ],
  [
    "the same body without an id, a day earlier",
    { body: "a", receivedAt: NOON },
    { body: "a", receivedAt: NOON - DAY },
    "duplicate",
  ],
  [
    "the same body without an id, a day and 1 ms earlier",
    { body: "a", receivedAt: NOON },
    { body: "a", receivedAt: NOON - DAY - 1 },
    "stored",
  ],
];

/** `commit`: which of two captures are duplicates. */
export function testPairs(context: SuiteContext): void {
  for (const together of [false, true]) {
    const how = together ? "in one call" : "in two calls";
    test.each(PAIRS)(`commit() ${how}: %s`, async (_name, first, second, expected) => {
      const { store } = context;
      // Each row has sources of its own, so that rows do not disturb each other.
      const own = randomUUID();
      const [a, b] = [first, second].map((part) =>
        newEvent({ ...part, source: `${own}/${part.source ?? "academy"}` }),
      );
      if (!a || !b) throw new Error("Cannot happen");
      const captures = [newCapture(a), newCapture(b)];
      const results = together
        ? await commit(store, captures)
        : [
            ...(await commit(store, captures.slice(0, 1))),
            ...(await commit(store, captures.slice(1))),
          ];
      expect(results[0]).toMatchObject({ eventId: a.id, duplicate: false });
      if (expected === "duplicate") {
        expect(results[1]).toEqual({ eventId: a.id, duplicate: true, deliveries: [] });
        expect(await store.getEvent(b.id)).toBeNull();
        expect((await store.getEvent(a.id))?.deliveries).toHaveLength(1);
        return;
      }
      expect(results[1]).toMatchObject({ eventId: b.id, duplicate: false, deliveries: [{}] });
      const flags = (await store.getEvent(b.id))?.event.flags;
      expect(flags).toEqual(expected === "seen_before" ? ["seen_before"] : []);
      expect((await store.getEvent(a.id))?.event.flags).toEqual([]);
    });
  }
}
