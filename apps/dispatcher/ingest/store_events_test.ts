import { makeEvent } from "@hookgate/testing";
import type { ReceivedEvent } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Capture } from "../store/contract/captures.ts";
import type { MatchAnySize } from "../subscriptions/match_subscriptions.ts";
import { recordingEntrance } from "../suite/recording_entrance.ts";
import { type Admission, storeEvents } from "./store_events.ts";

const WANTED = { wanted: [{ subscription: "one", orderKey: null }], skipped: [] };
const NOT = { wanted: [], skipped: [] };

/** Stores events with bodies of these lengths. Returns the turns between matching the first and committing, and what was committed. */
async function store(lengths: readonly number[], match: MatchAnySize) {
  const events = lengths.map((bytes) => makeEvent({ body: Buffer.alloc(bytes) }));
  let turns = 0;
  let done = false;
  const turn = () => {
    turns += 1;
    if (!done) setImmediate(turn);
  };
  setImmediate(turn);
  let committed: readonly Capture[] = [];
  await storeEvents(events, {
    entrance: recordingEntrance([]),
    matching: () => ({ revision: 1, match }),
    refreshMatching: async () => {},
    async commit(captures) {
      committed = captures;
      done = true;
      return captures;
    },
    storedOf: () => null,
  });
  return { turns, wanted: committed.map(({ deliveries }) => deliveries.length) };
}

const KIB = 1024;

test("storeEvents() matches small bodies in the turn in which it is called", async () => {
  const lengths = Array<number>(256).fill(2 * KIB);
  const { turns, wanted } = await store(lengths, () => WANTED);
  expect(turns).toBe(0);
  expect(wanted).toEqual(Array(256).fill(1));
});

test("storeEvents() matches at most 1 MiB in a turn", async () => {
  const lengths = Array<number>(16).fill(256 * KIB);
  const { turns, wanted } = await store(lengths, ({ body }) => (body.length > 0 ? WANTED : NOT));
  expect(turns).toBeGreaterThanOrEqual(3);
  expect(wanted).toEqual(Array(16).fill(1));
});

test("storeEvents() waits for what is matched elsewhere, and keeps the order", async () => {
  const match = ({ body }: { body: Uint8Array }) =>
    body.length > 1 ? Promise.resolve(WANTED) : NOT;
  for (const large of [2, 2_000 * KIB]) {
    const { wanted } = await store([1, large, 1, large], match);
    expect(wanted).toEqual([0, 1, 0, 1]);
  }
});

test("storeEvents() fails if matching does, and commits nothing", async () => {
  const failed = store([2], () => Promise.reject(new Error("the thread failed")));
  await expect(failed).rejects.toThrow("the thread failed");
});

test("storeEvents() starts an event with the flag that the store has added", async () => {
  const events = [makeEvent({ flags: [] }), makeEvent({ flags: ["may_repeat"] })];
  const started: ReceivedEvent[] = [];
  const admission: Admission = {
    reserve: () => null,
    start: (given) => void started.push(...given),
    [Symbol.dispose]() {},
  };
  await storeEvents(events, {
    entrance: { admit: () => admission },
    matching: () => ({ revision: 1, match: () => WANTED }),
    refreshMatching: async () => {},
    commit: async () => [{ deliveries: [] }, { deliveries: [], seenBefore: true }],
    storedOf: (results, index) => results[index] ?? null,
  });
  expect(started.map(({ flags }) => flags)).toEqual([[], ["seen_before", "may_repeat"]]);
});
