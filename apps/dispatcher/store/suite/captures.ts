import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import {
  claimDue,
  commit,
  newCapture,
  newClaim,
  newEvent,
  newSubscription,
  type SuiteContext,
} from "./fixtures.ts";

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
          event: newCapture(event).event,
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
      failure: null,
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

  test("commit() of nothing returns nothing", async () => {
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

  test("getEvent() returns null for an unknown id", async () => {
    expect(await context.store.getEvent(newId("evt"))).toBeNull();
    expect(await context.store.getEvent("nonsense")).toBeNull();
    expect(await context.store.getEvent("")).toBeNull();
  });
}

const MIB = 1024 * 1024;

const BODIES: [string, Uint8Array][] = [
  ["empty", new Uint8Array()],
  ["invalid UTF-8", Uint8Array.of(0xc3, 0x28, 0xff, 0xfe, 0xed, 0xa0, 0x80)],
  ["NUL", Uint8Array.of(0x61, 0, 0x62, 0)],
  ["a BOM and CRLF", Uint8Array.of(0xef, 0xbb, 0xbf, 0x7b, 0x7d, 13, 10)],
  ["every byte", Uint8Array.from({ length: 256 }, (_, n) => n)],
  ["25 MB", Uint8Array.from({ length: 25 * MIB }, (_, n) => (n * 31 + (n >> 8) + (n >> 20)) & 255)],
  ["1 MiB", Uint8Array.from({ length: MIB }, (_, n) => (n * 31 + (n >> 8)) & 255)],
  // A view into a larger buffer, as a body that was cut out of a message is.
  ["a view", Uint8Array.from({ length: 64 }, (_, n) => n).subarray(7, 19)],
  ["a pooled Buffer", Buffer.from("pooled")],
];

/** Bytes are bytes: every read returns what was stored. */
export function testBytes(context: SuiteContext): void {
  test.each(BODIES)("commit() keeps a body to the byte: %s", async (_name, body) => {
    const { store } = context;
    const headers = Uint8Array.of(
      ...Buffer.from("x-name: caf\u00e9\r\nx-name: two\r\n", "latin1"),
      0xff,
    );
    const event = newEvent({ body, headers });
    const copy = Buffer.from(body);
    await commit(store, [newCapture(newEvent()), newCapture(event), newCapture(newEvent())]);
    // The caller's bytes stay the caller's.
    expect(Buffer.compare(event.body, copy)).toBe(0);

    const read = (await store.getEvent(event.id))?.event;
    const claimed = (await claimDue(store)).find((one) => one.event.id === event.id)?.event;
    for (const found of [read, claimed]) {
      expect(found?.body).toBeInstanceOf(Uint8Array);
      expect(Buffer.compare(found?.body ?? Buffer.from("none"), copy)).toBe(0);
      expect(Buffer.compare(found?.headers ?? Buffer.from("none"), headers)).toBe(0);
      expect(Buffer.compare(found?.bodySha256 ?? Buffer.from("none"), event.bodySha256)).toBe(0);
    }
  });

  test("commit() keeps the bytes of a buffer that the caller reuses once it has resolved", async () => {
    const { store } = context;
    const body = new TextEncoder().encode("before");
    const event = newEvent({ body });
    await commit(store, [newCapture(event)]);
    body.fill(0);
    const found = await store.getEvent(event.id);
    expect(Buffer.from(found?.event.body ?? []).toString()).toBe("before");
  });

  test.each([
    ["quotes", `'"\\;--`],
    ["beyond ASCII", "\u00e9\u4e2d\u{1f642}"],
    ["a NUL", "a\u0000b"],
    ["an operator of a query language", "$where"],
    ["a dotted path", "a.b.c"],
    ["the name of a property of every object", "__proto__"],
  ])("commit() keeps texts as they are: %s", async (_name, text) => {
    const { store } = context;
    const part = {
      source: text,
      type: text,
      providerType: text,
      providerEventId: text,
      secretId: text,
      address: text,
      addressChain: text,
    };
    const event = newEvent(part);
    await commit(store, [newCapture(event, [text])]);
    const found = await store.getEvent(event.id);
    expect(found?.event).toMatchObject(part);
    expect(found?.deliveries[0]?.subscription).toBe(text);
    expect(await claimDue(store, { slots: Object.fromEntries([[text, 1]]) })).toHaveLength(1);
    expect((await store.listEvents({ limit: 10, type: text, source: text })).events).toHaveLength(
      1,
    );
  });
}
