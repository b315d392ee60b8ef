import type { FindInBodiesRequest } from "@hookgate/rpc";
import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { SearchedEvent, SearchRange } from "../store/contract/finding.ts";
import { readSearch, searchBodies, writeToken } from "./search_bodies.ts";

const NOW = 1_800_000_000_000;
const SLICE = 3;

/** A store of events, newest first, that is read three at a time. */
function storeOf(bodies: readonly (string | null)[], headers = "") {
  const events = bodies.map((body, index): SearchedEvent => {
    const id = newId("evt", { now: NOW - index * 60_000 });
    const bytes = body === null ? null : Buffer.from(body);
    const facts = { id, source: "academy", type: "a", flags: [] };
    return { ...facts, headers: Buffer.from(headers), body: bytes };
  });
  const from = ({ cursor }: SearchRange) =>
    cursor === null ? 0 : events.findIndex(({ id }) => id === cursor) + 1;
  let slices = 0;
  const next = (end: number) => (end < events.length ? (events[end - 1]?.id ?? null) : null);
  return {
    ids: events.map(({ id }) => id),
    get slices() {
      return slices;
    },
    async readBodies(range: SearchRange) {
      slices += 1;
      const end = from(range) + SLICE;
      return { events: events.slice(from(range), end), cursor: next(end) };
    },
    async countEvents(range: SearchRange) {
      const end = from(range) + SLICE;
      return { events: events.slice(from(range), end).length, cursor: next(end) };
    },
  };
}

function request(part: Partial<FindInBodiesRequest> = {}): FindInBodiesRequest {
  return { source: "academy", type: "", where: null, text: "", limit: 0, pageToken: "", ...part };
}

const pauses: number[] = [];

/** A clock that only moves when it is asked. */
function options(store: ReturnType<typeof storeOf>, stepMs = 1, limit = 50) {
  let time = 0;
  const clock = () => {
    time += stepMs;
    return time;
  };
  const pause = async (ms: number) => void pauses.push(ms);
  return { store, limit, clock, pause };
}

const CUSTOMER = { pointer: "/data/customer", value: "cus_1" };

test.each<[string, Partial<FindInBodiesRequest>, string, boolean]>([
  ["a text", { text: "añb" }, '{"x":"añb"}', true],
  ["a text in other letters", { text: "ab" }, '{"x":"AB"}', false],
  ["a field", { where: CUSTOMER }, '{"data":{"customer":"cus_1"}}', true],
  ["a field with another value", { where: CUSTOMER }, '{"data":{"customer":"cus_12"}}', false],
  ["a field elsewhere", { where: CUSTOMER }, '{"customer":"cus_1"}', false],
  ["a number", { where: { pointer: "/n", value: "10" } }, '{"n":1e1}', true],
  ["a number that is a text", { where: { pointer: "/n", value: "10" } }, '{"n":"10"}', true],
  ["null", { where: { pointer: "/n", value: "null" } }, '{"n":null}', true],
  ["an escaped pointer", { where: { pointer: "/a~1b", value: "1" } }, '{"a/b":1}', true],
  ["a body that is not JSON", { where: CUSTOMER }, "no", false],
])("readSearch() finds %s", (_what, part, body, expected) => {
  const { matches } = readSearch(request(part), { now: NOW });
  const facts = { id: "", source: "", type: "", flags: [] };
  const event = { ...facts, headers: Buffer.from(""), body: Buffer.from(body) };
  expect(matches(event)).toBe(expected);
  expect(matches({ ...event, body: null })).toBe(false);
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

test("searchBodies() goes on where it stopped, once in all for each event", async () => {
  const store = storeOf(Array.from({ length: 11 }, (_, n) => (n % 2 ? "no" : "hit")));
  const found: string[] = [];
  let pageToken = "";
  let calls = 0;
  for (;;) {
    calls += 1;
    const search = readSearch(request({ text: "hit", pageToken }), { now: NOW });
    // Two seconds pass with each look at the clock, or the limit ends a part.
    const part = await searchBodies(search, options(store, calls % 2 ? 2_000 : 1, 2));
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

test("searchBodies() leaves the store four fifths of the time", async () => {
  pauses.length = 0;
  const store = storeOf(["a", "b", "c", "d"]);
  const search = readSearch(request({ text: "hit" }), { now: NOW });
  await searchBodies(search, options(store, 10));
  // A look at the clock takes 10 ms here, so a slice takes that.
  expect(pauses.length).toBeGreaterThan(2);
  for (const ms of pauses) expect(ms).toBeGreaterThanOrEqual(40);
});
