import { expect, test } from "@jest/globals";
import {
  SEARCHED_BODY_BYTES_MAX,
  type SearchRange,
  SLICE_COUNTED_MAX,
  SLICE_EVENTS_MAX,
} from "../contract/finding.ts";
import { commit, newCapture, newEvent, type SuiteContext, type TestEvent } from "./fixtures.ts";

/** `knownBy`, `readBodies`, `countEvents`. */
export function testFinding(context: SuiteContext): void {
  const now = Date.now();
  const all: SearchRange = { source: "academy", from: 0, to: now + 1_000_000, cursor: null };

  async function keep(events: readonly TestEvent[]): Promise<void> {
    await commit(
      context.store,
      events.map((event) => newCapture(event, [])),
    );
  }

  /** Follows the cursors to the end. */
  async function read(range: SearchRange, text: string | null = null) {
    const { store } = context;
    const found: { id: string; body: string }[] = [];
    const sum = { searched: 0, skipped: 0 };
    const wanted = text === null ? null : Buffer.from(text);
    let { cursor } = range;
    for (;;) {
      const slice = await store.readBodies({ ...range, cursor, text: wanted });
      const { events, lookedAt } = slice;
      expect(events.length).toBeLessThanOrEqual(SLICE_EVENTS_MAX);
      for (const { id, body } of events) found.push({ id, body: Buffer.from(body).toString() });
      sum.searched += lookedAt.searched;
      sum.skipped += lookedAt.skipped;
      const last = events.at(-1)?.lookedAt ?? lookedAt;
      expect(last.searched).toBeLessThanOrEqual(lookedAt.searched);
      cursor = slice.cursor;
      if (cursor === null) return { found, ...sum };
    }
  }

  async function count(range: SearchRange): Promise<number> {
    const { store } = context;
    let sum = 0;
    let { cursor } = range;
    for (;;) {
      const slice = await store.countEvents({ ...range, cursor });
      expect(slice.events).toBeLessThanOrEqual(SLICE_COUNTED_MAX);
      sum += slice.events;
      cursor = slice.cursor;
      if (cursor === null) return sum;
    }
  }

  test("knownBy() finds the events of a provider's id, with whatever body, of the named sources", async () => {
    const { store } = context;
    const of = (source: string, providerEventId: string, part: Partial<TestEvent> = {}) =>
      newEvent({ source, providerEventId, ...part } as never);
    const [first, second, byId, other, elsewhere, bare] = [
      of("academy", "a"),
      of("academy", "a"),
      { ...of("shop", "a"), dedupe: "id" as const },
      of("academy", "b"),
      of("hidden", "a"),
      of("academy", ""),
    ];
    await keep([first, second, byId, other, elsewhere, bare]);
    const sources = ["academy", "shop", "none"];
    const found = (providerEventId: string, limit = 10) =>
      store.knownBy({ sources, providerEventId, limit });
    expect(await found("a")).toEqual([first.id, second.id, byId.id].toSorted().toReversed());
    expect(await found("a", 1)).toHaveLength(1);
    expect(await found("b")).toEqual([other.id]);
    expect(await found("c")).toEqual([]);
    expect(await found("$ne\u0000é")).toEqual([]);
    expect(await store.knownBy({ sources: [], providerEventId: "a", limit: 10 })).toEqual([]);
  });

  test("readBodies() goes through the bodies of a source, a type and a time, newest first", async () => {
    const at = (ago: number, part: object = {}) =>
      newEvent({ receivedAt: now - ago, body: `${ago}`, ...part });
    // Longer ago than ids keep the order in which they are made, whatever their times are.
    await keep([
      at(400_000),
      at(300_000),
      at(260_000, { source: "shop", type: "b" }),
      at(250_000, { type: "b" }),
      at(200_000),
      at(100_000),
    ]);
    const bodies = async (range: Partial<SearchRange>) =>
      (await read({ ...all, ...range })).found.map(({ body }) => body);
    expect(await bodies({})).toEqual(["100000", "200000", "250000", "300000", "400000"]);
    expect(await bodies({ type: "b" })).toEqual(["250000"]);
    expect(await bodies({ type: "c" })).toEqual([]);
    expect(await bodies({ source: "shop" })).toEqual(["260000"]);
    expect(await bodies({ from: now - 300_000, to: now - 100_000 })).toEqual([
      "200000",
      "250000",
      "300000",
    ]);
    expect(await count(all)).toBe(5);
    expect(await count({ ...all, type: "b" })).toBe(1);
    expect(await count({ ...all, from: now - 300_000, to: now - 100_000 })).toBe(3);
    const [newest] = (await read(all)).found;
    expect(await bodies({ cursor: newest?.id ?? "" })).toEqual([
      "200000",
      "250000",
      "300000",
      "400000",
    ]);
    expect(await count({ ...all, cursor: newest?.id ?? "" })).toBe(4);
  });

  test("readBodies() reads a bounded slice, and leaves out what is too large", async () => {
    const { store } = context;
    await keep(Array.from({ length: SLICE_EVENTS_MAX + 9 }, () => newEvent()));
    await keep([newEvent({ body: "x".repeat(SEARCHED_BODY_BYTES_MAX) })]);
    const tooLarge = newEvent({ body: "y".repeat(SEARCHED_BODY_BYTES_MAX + 1) });
    await keep([tooLarge]);
    let slice = await store.readBodies({ ...all, text: null });
    // A slow machine may have no time for the next one.
    if (slice.cursor === tooLarge.id) {
      expect(slice.lookedAt).toEqual({ searched: 0, skipped: 1 });
      slice = await store.readBodies({ ...all, cursor: tooLarge.id, text: null });
    }
    // The body fills the slice.
    expect(slice.events.map(({ body }) => body.length)).toEqual([SEARCHED_BODY_BYTES_MAX]);
    expect(slice.events[0]?.lookedAt).toEqual(slice.lookedAt);
    expect(slice.cursor).toBe(slice.events[0]?.id);
    const { found, ...lookedAt } = await read(all);
    expect(found).toHaveLength(SLICE_EVENTS_MAX + 10);
    expect(lookedAt).toEqual({ searched: SLICE_EVENTS_MAX + 10, skipped: 1 });
    expect(await count(all)).toBe(SLICE_EVENTS_MAX + 11);
  });

  test("readBodies() may leave out what lacks a text, and counts it", async () => {
    const bodies = ["a needle", "hay", "NEEDLE", "\u0000needle\u00e9", "x".repeat(70)];
    await keep(bodies.map((body) => newEvent({ body })));
    const hidden = newEvent({ body: "sealed" });
    await keep([{ ...hidden, flags: ["protected"] }]);
    for (const [text, wanted] of [
      ["needle", ["a needle", "\u0000needle\u00e9"]],
      ["\u00e9", ["\u0000needle\u00e9"]],
      ["%", []],
    ] as const) {
      const { found, searched } = await read(all, text);
      const having = found.map(({ body }) => body).filter((body) => body.includes(text));
      expect(having.toSorted()).toEqual([...wanted].toSorted());
      // What is protected is stored in another form than it is shown in.
      expect(found.map(({ id }) => id)).toContain(hidden.id);
      expect(searched).toBe(bodies.length + 1);
    }
  });
}
