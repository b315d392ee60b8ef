import type { FindInBodiesRequest } from "@hookgate/rpc";
import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { SearchedEvent, SearchRange } from "../store/contract/finding.ts";
import {
  foundFields,
  type ReadFieldsElsewhere,
  readFieldsTask,
} from "../subscriptions/body_fields.ts";
import { readSearch, searchBodies, writeToken } from "./search_bodies.ts";

const NOW = 1_800_000_000_000;
const SLICE = 3;

/** How long a slice takes the store. */
const TOOK_MS = 2;

/** A store of events, newest first, that is read three at a time. */
function storeOf(bodies: readonly (string | null)[]) {
  const events = bodies.map((body, index) => {
    return { id: newId("evt", { now: NOW - index * 60_000 }), body };
  });
  const from = ({ cursor }: SearchRange) =>
    cursor === null ? 0 : events.findIndex(({ id }) => id === cursor) + 1;
  let slices = 0;
  const next = (end: number) => (end < events.length ? (events[end - 1]?.id ?? null) : null);
  return {
    ids: events.map(({ id }) => id),
    shared: false,
    get slices() {
      return slices;
    },
    async readBodies(range: SearchRange) {
      slices += 1;
      const end = from(range) + SLICE;
      const lookedAt = { searched: 0, skipped: 0 };
      const found = events.slice(from(range), end).flatMap(({ id, body }): SearchedEvent[] => {
        lookedAt[body === null ? "skipped" : "searched"] += 1;
        if (body === null) return [];
        const bytes = { headers: Buffer.of(), body: Buffer.from(body) };
        return [{ id, flags: [], ...bytes, lookedAt: { ...lookedAt } }];
      });
      return { events: found, lookedAt, cursor: next(end), tookMs: TOOK_MS };
    },
    async countEvents(range: SearchRange) {
      const end = from(range) + SLICE;
      const { length } = events.slice(from(range), end);
      return { events: length, cursor: next(end), tookMs: TOOK_MS };
    },
  };
}

function request(part: Partial<FindInBodiesRequest> = {}): FindInBodiesRequest {
  return { source: "academy", type: "", where: null, text: "", limit: 0, pageToken: "", ...part };
}

const pauses: number[] = [];

const refuse: ReadFieldsElsewhere = () => {
  throw new Error("Cannot read elsewhere: it is small, or a text");
};
const fieldsElsewhere: ReadFieldsElsewhere = async (event, tree) =>
  foundFields(readFieldsTask({ ...event, tree }));

/** A clock that only moves when it is asked. */
function options(store: ReturnType<typeof storeOf>, { stepMs = 1, limit = 50, busy = false } = {}) {
  let time = 0;
  const clock = () => {
    time += stepMs;
    return time;
  };
  const pause = async (ms: number) => void pauses.push(ms);
  return { store, limit, clock, pause, readElsewhere: fieldsElsewhere, isBusy: () => busy };
}

const CUSTOMER = { pointer: "/data/customer", value: "cus_1" };

test.each<[string, Partial<FindInBodiesRequest>, string, boolean]>([
  ["a text", { text: "añb" }, '{"x":"añb"}', true],
  ["a text in other letters", { text: "ab" }, '{"x":"AB"}', false],
  [
    "a text with escapes of Python",
    { text: "José 😀" },
    String.raw`{"x":"Jos\u00e9 \ud83d\ude00"}`,
    true,
  ],
  ["a text with escapes of .NET", { text: "José" }, String.raw`{"x":"Jos\u00E9"}`, true],
  [
    "a URL as PHP writes it",
    { text: "https://a.example/é" },
    String.raw`{"x":"https:\/\/a.example\/\u00e9"}`,
    true,
  ],
  ["a quoted text", { text: 'say "hi"' }, String.raw`{"x":"say \"hi\""}`, true],
  ["JSON as it is", { text: '"x":"é"' }, '{"x":"é"}', true],
  ["a text without letters", { text: "é" }, '{"x":"e"}', false],
  [
    "a number past 2^53",
    { where: { pointer: "/n", value: "9007199254740993" } },
    '{"n":9007199254740993}',
    true,
  ],
  [
    "the number beside it",
    { where: { pointer: "/n", value: "9007199254740992" } },
    '{"n":9007199254740993}',
    false,
  ],
  ["a field", { where: CUSTOMER }, '{"data":{"customer":"cus_1"}}', true],
  ["a field with another value", { where: CUSTOMER }, '{"data":{"customer":"cus_12"}}', false],
  ["a field elsewhere", { where: CUSTOMER }, '{"customer":"cus_1"}', false],
  ["a number", { where: { pointer: "/n", value: "10" } }, '{"n":1e1}', true],
  ["a number that is a text", { where: { pointer: "/n", value: "10" } }, '{"n":"10"}', true],
  ["null", { where: { pointer: "/n", value: "null" } }, '{"n":null}', true],
  ["an escaped pointer", { where: { pointer: "/a~1b", value: "1" } }, '{"a/b":1}', true],
  ["a body that is not JSON", { where: CUSTOMER }, "no", false],
])("readSearch() finds %s", async (_what, part, body, expected) => {
  const { matches, text } = readSearch(request(part), { now: NOW });
  const event = { headers: Buffer.of(), body: Buffer.from(body) };
  expect(matches(event, refuse)).toBe(expected);
  // In a large one, too, and not here.
  const large = { ...event, body: Buffer.concat([event.body, Buffer.alloc(200_000, " ")]) };
  expect(await matches(large, part.where ? fieldsElsewhere : refuse)).toBe(expected);
  // A store may leave out what has not got it.
  if (text !== null && expected) expect(event.body.includes(Buffer.from(text))).toBe(true);
});

test.each([
  ["no source", { source: "", text: "a" }],
  ["nothing to look for", {}],
  ["both kinds", { text: "a", where: CUSTOMER }],
  ["no pointer", { where: { pointer: "data", value: "" } }],
  ["a text that is too long", { text: "a".repeat(1_001) }],
  ["times the wrong way round", { text: "a", fromMs: 2, toMs: 1 }],
  ["a token of another call", { text: "a", pageToken: "evt_1" }],
])("readSearch() refuses %s", (_what, part) => {
  expect(() => readSearch(request(part), { now: NOW })).toThrow(
    expect.objectContaining({ code: "INVALID_ARGUMENT" }),
  );
});

test("searchBodies() says how much it has searched, and what was too large", async () => {
  const store = storeOf(["hit", "no", null, "hit", "no"]);
  const search = readSearch(request({ text: "hit" }), { now: NOW });
  const { ids, state, done } = await searchBodies(search, options(store));
  expect(ids).toEqual([store.ids[0], store.ids[3]]);
  expect(state).toMatchObject({ searched: 4, skipped: 1, total: 5, countedAll: true });
  expect(done).toBe(true);
});

test("searchBodies() has searched no more than there are, although some came after the count", async () => {
  const store = storeOf(["a", "b", "c", "d", null]);
  const counting = { ...store, countEvents: async () => ({ events: 3, cursor: null, tookMs: 0 }) };
  const search = readSearch(request({ text: "hit" }), { now: NOW });
  const { state } = await searchBodies(search, { ...options(store), store: counting });
  expect(state).toMatchObject({ searched: 4, skipped: 1, total: 5 });
});

test("searchBodies() goes on where it stopped, once in all for each event", async () => {
  const store = storeOf(Array.from({ length: 11 }, (_, n) => (n % 2 ? "no" : "hit")));
  const found: string[] = [];
  let pageToken = "";
  let calls = 0;
  for (;;) {
    calls += 1;
    const search = readSearch(request({ text: "hit", pageToken }), { now: NOW });
    // Two seconds pass with each look at the clock, or the limit ends a part.
    const stepMs = calls % 2 ? 2_000 : 1;
    const part = await searchBodies(search, options(store, { stepMs, limit: 2 }));
    found.push(...part.ids);
    if (part.done) {
      expect(part.state.searched).toBe(11);
      break;
    }
    pageToken = writeToken(search, part.state);
  }
  expect(found).toEqual(store.ids.filter((_, n) => n % 2 === 0));
  expect(calls).toBeGreaterThan(3);
});

test("searchBodies() answers before its caller gives up, however long a slice takes", async () => {
  pauses.length = 0;
  const search = readSearch(request({ text: "hit" }), { now: NOW });
  const inner = storeOf(["a", "b", "c", "d"]);
  const store: typeof inner = {
    ...inner,
    readBodies: async (range) => ({ ...(await inner.readBodies(range)), tookMs: 5_000 }),
  };
  await searchBodies(search, options(store, { stepMs: 1_000, busy: true }));
  expect(Math.max(...pauses)).toBe(2_000);
});

test.each([
  [true, false, 0.03],
  [true, true, 0.2],
  [false, false, 0.5],
])(
  "searchBodies() takes a part of the time: others busy %s, shared %s",
  async (busy, shared, share) => {
    pauses.length = 0;
    const store = { ...storeOf(["a", "b", "c", "d"]), shared };
    const search = readSearch(request({ text: "hit" }), { now: NOW });
    await searchBodies(search, options(store, { stepMs: 1, busy }));
    // Two slices are counted, and two are looked through, which takes as long as a look at the clock here.
    const work = [TOOK_MS, TOOK_MS, TOOK_MS + 1, TOOK_MS + 1];
    expect(pauses).toHaveLength(4);
    for (const [index, ms] of pauses.entries()) {
      expect((work[index] ?? 0) / ((work[index] ?? 0) + ms)).toBeCloseTo(share);
    }
  },
);
