import { createLog } from "@hookgate/telemetry";
import { fakeClock, makeEvent } from "@hookgate/testing";
import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import type { PruneBucketsOptions } from "../store/contract/metrics.ts";
import { noJumps } from "../suite/no_jumps.ts";
import { recordingLog } from "../suite/recording_log.ts";
import {
  type PruneEventsOptions,
  pruneBuckets,
  pruneDataKeys,
  pruneEvents,
  pruneFailures,
  pruneKeys,
  pruneLogs,
  pruneQuarantine,
} from "./retention.ts";

const NOW = 1_763_950_000_000;
const DAY_MS = 86_400_000;

type Asked = Parameters<PruneEventsOptions["store"]["pruneEvents"]>[0];

/** Pruning of a store that has so many steps' worth of old events, each of which takes `stepMs`. */
function makePruning({
  steps,
  stepMs = 10,
  passed = noJumps({ now: () => NOW }),
}: {
  steps: number;
  stepMs?: number;
  passed?: PruneEventsOptions["passed"];
}) {
  const clock = fakeClock({ now: 0 });
  const asked: Asked[] = [];
  const pauses: number[] = [];
  const retention = { deliveredMs: 30 * DAY_MS, deadMs: 90 * DAY_MS };
  const { log, lines } = recordingLog();
  const prune = pruneEvents({
    passed,
    store: {
      async pruneEvents(options) {
        asked.push(options);
        clock.advance(stepMs);
        const at = Number(options.cursor?.slice(4) ?? 0) + 1;
        return { removed: 5, cursor: at < steps ? `evt_${at}` : null };
      },
    },
    retention: () => retention,
    clock: clock.now,
    async pause(ms) {
      pauses.push(ms);
      clock.advance(ms);
    },
    log,
  });
  return { prune, clock, asked, pauses, retention, lines };
}

test("pruneEvents() removes nothing for time that the clock was set over", async () => {
  const passed = { ago: (ms: number) => NOW - 100 * DAY_MS - ms };
  const { prune, asked } = makePruning({ steps: 1, passed });
  await prune();
  expect(asked).toMatchObject([
    { deliveredBefore: NOW - 130 * DAY_MS, deadBefore: NOW - 190 * DAY_MS },
  ]);
});

test("pruneEvents() removes in small steps with pauses, and says how many once", async () => {
  const { prune, asked, pauses, lines } = makePruning({ steps: 4 });
  await prune();
  const bounds = { deliveredBefore: NOW - 30 * DAY_MS, deadBefore: NOW - 90 * DAY_MS, limit: 200 };
  expect(asked).toEqual([
    { ...bounds, cursor: null },
    { ...bounds, cursor: "evt_1" },
    { ...bounds, cursor: "evt_2" },
    { ...bounds, cursor: "evt_3" },
  ]);
  expect(pauses).toEqual([25, 25, 25]);
  expect(lines).toMatchObject([{ level: "info", fields: { events: 20 } }]);
});

test("pruneEvents() stops after two seconds, and continues from there next time", async () => {
  const { prune, asked, clock } = makePruning({ steps: 1_000, stepMs: 75 });
  await prune();
  expect(clock.now()).toBe(2_000);
  expect(asked).toHaveLength(20);
  await prune();
  expect(asked[20]?.cursor).toBe("evt_20");
});

test("pruneEvents() begins again at the oldest, an hour after it came to the end", async () => {
  const { prune, asked, clock } = makePruning({ steps: 1 });
  await prune();
  clock.advance(3_599_000);
  await prune();
  expect(asked).toHaveLength(1);
  clock.advance(1_000);
  await prune();
  expect(asked.map(({ cursor }) => cursor)).toEqual([null, null]);
});

test("pruneEvents() keeps events for as long as the configuration says by then", async () => {
  const { prune, asked, retention, clock } = makePruning({ steps: 1 });
  Object.assign(retention, { deliveredMs: 1_000, deadMs: 2_000 });
  await prune();
  expect(asked).toMatchObject([{ deliveredBefore: NOW - 1_000, deadBefore: NOW - 2_000 }]);
  Object.assign(retention, { deliveredMs: 3_000 });
  clock.advance(3_600_000);
  await prune();
  expect(asked[1]).toMatchObject({ deliveredBefore: NOW - 3_000, deadBefore: NOW - 2_000 });
});

test("pruneEvents() rejects if the store fails, and continues from there next time", async () => {
  const cursors: (string | null)[] = [];
  let fails = true;
  const prune = pruneEvents({
    passed: noJumps({ now: () => NOW }),
    store: {
      async pruneEvents({ cursor }) {
        cursors.push(cursor);
        if (cursor === null) return { removed: 0, cursor: "evt_1" };
        if (fails) throw new StoreUnavailableError("gone");
        return { removed: 0, cursor: null };
      },
    },
    retention: () => ({ deliveredMs: 30 * DAY_MS, deadMs: 90 * DAY_MS }),
    pause: async () => {},
    log: recordingLog().log,
  });
  await expect(prune()).rejects.toThrow("gone");
  fails = false;
  await prune();
  expect(cursors).toEqual([null, "evt_1", "evt_1"]);
});

const LINE = { requests: 3, msg: "old refused requests removed" };

test.each([
  [0, { quarantineMs: 604_800_000 }, 604_800_000, []],
  [3, { quarantineMs: 604_800_000 }, 604_800_000, [LINE]],
  [3, { quarantineMs: 5_000 }, 5_000, [LINE]],
])(
  "pruneQuarantine() removes what is older: %d, kept as %j says",
  async (removed, kept, ms, expected) => {
    const asked: number[] = [];
    const lines: object[] = [];
    const store = {
      async pruneQuarantine({ receivedBefore }: { receivedBefore: number }) {
        asked.push(receivedBefore);
        return removed;
      },
    };
    const destination = { write: (line: string) => void lines.push(JSON.parse(line)) };
    const log = createLog({ name: "test", level: "info", destination });
    await pruneQuarantine(store, {
      ...kept,
      passed: noJumps({ now: () => 1_763_950_000_000 }),
      log,
    });
    expect(asked).toEqual([1_763_950_000_000 - ms]);
    expect(lines).toMatchObject(expected);
  },
);

test.each([
  [{ deliveredMs: 30 * DAY_MS, deadMs: 60 * DAY_MS }, 90],
  [{ deliveredMs: 30 * DAY_MS, deadMs: 120 * DAY_MS }, 120],
])("pruneKeys() keeps keys for 90 days, or for as long as events: %j", async (retention, days) => {
  const asked: unknown[] = [];
  const { log } = recordingLog();
  const prune = pruneKeys({
    passed: noJumps({ now: () => NOW }),
    store: {
      async pruneKeys(options) {
        asked.push(options);
        return { removed: 1, cursor: asked.length < 2 ? "next" : null };
      },
    },
    config: () => ({ sources: [], retention }),
    pause: async () => {},
    log,
  });
  await prune();
  const options = { receivedBefore: NOW - days * DAY_MS, limit: 250 };
  expect(asked).toEqual([
    { ...options, cursor: null },
    { ...options, cursor: "next" },
  ]);
});

const NOVEMBER = Date.parse("2026-11-15T00:00:00Z");

test.each([
  [
    "the month of the oldest event, whatever its age",
    Date.parse("2026-02-03T00:00:00Z"),
    "2026-02",
  ],
  ["the present month, if the oldest event is of it", NOVEMBER - 86_400_000, "2026-11"],
  ["the present month, if there is no event", null, "2026-11"],
  ["the month of two days ago, if its clock is ahead", NOVEMBER + 40 * DAY_MS, "2026-11"],
])("pruneDataKeys() keeps keys from %s", async (_what, oldest, monthBefore) => {
  const asked: unknown[] = [];
  const event = makeEvent({ id: newId("evt", { now: oldest ?? 0 }) });
  const { log } = recordingLog();
  const events = oldest === null ? [] : [{ event, bodyBytes: 0, deliveries: [] }];
  const store = {
    now: () => NOVEMBER,
    listEvents: async () => ({ events, cursor: null }),
    async pruneDataKeys(options: unknown) {
      asked.push(options);
      return 1;
    },
  };
  await pruneDataKeys(store, { passed: { ago: (ms) => NOVEMBER - ms }, log });
  expect(asked).toEqual([{ monthBefore, madeBefore: NOVEMBER - 2 * DAY_MS }]);
});

test("pruneBuckets() takes steps until no old bucket of a level is left, or its time is up", async () => {
  const steps: string[] = [];
  let left = { minute: 600, hour: 100 };
  let now = 0;
  const store = {
    async pruneBuckets({ level, startBefore, limit }: PruneBucketsOptions) {
      const removed = Math.min(left[level], limit);
      left = { ...left, [level]: left[level] - removed };
      steps.push(`${level} ${(NOVEMBER - startBefore) / DAY_MS} days: ${removed}`);
      return removed;
    },
  };
  const passed = { ago: (ms: number) => NOVEMBER - ms };
  const clock = () => now;
  const pause = async () => {
    now += 500;
  };
  await pruneBuckets({ store, passed, clock, pause });
  expect(steps).toEqual([
    ...["minute 2 days: 250", "minute 2 days: 250", "minute 2 days: 100"],
    "hour 90 days: 100",
  ]);
  left = { minute: 10_000, hour: 100 };
  steps.length = 0;
  await pruneBuckets({ store, passed, clock, pause });
  expect(steps).toEqual(Array(5).fill("minute 2 days: 250"));
});

test("failures, logs and data keys do not grow old in a time that the clock was set over", async () => {
  const asked: unknown[] = [];
  const store = {
    now: () => NOVEMBER,
    listEvents: async () => ({ events: [], cursor: null }),
    pruneDataKeys: async (options: unknown) => asked.push(options),
    pruneFailures: async (options: unknown) => asked.push(options),
    pruneAudit: async (options: unknown) => asked.push(options),
    pruneChanges: async (options: unknown) => asked.push(options),
  };
  const { log } = recordingLog();
  const passed = { ago: (ms: number) => NOVEMBER - 100 * DAY_MS - ms };
  await pruneDataKeys(store, { passed, log });
  await pruneFailures(store, { passed, log });
  await pruneLogs(store, { passed, log });
  expect(asked).toEqual([
    { monthBefore: "2026-08", madeBefore: NOVEMBER - 102 * DAY_MS },
    { failedBefore: NOVEMBER - 130 * DAY_MS },
    { madeBefore: NOVEMBER - 500 * DAY_MS },
    { madeBefore: NOVEMBER - 130 * DAY_MS },
  ]);
});
