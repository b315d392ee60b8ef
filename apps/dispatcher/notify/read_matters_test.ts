import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import { noCounts } from "../store/contract/buckets.ts";
import type { BucketQuery, BucketSum } from "../store/contract/metrics.ts";
import { noJumps } from "../suite/no_jumps.ts";
import type { Notice } from "./notice_book.ts";
import { readMatters } from "./read_matters.ts";

const NOW = 1_800_000_000_000;
const MINUTE_MS = 60_000;

const BREAKER: Notice = {
  ...{ kind: "breaker", subject: "crm", text: "", advice: "", path: "/subscriptions" },
  ...{ beganAt: NOW - 10 * MINUTE_MS, goneAt: null, endedAt: null },
  ...{ told: ["team"], untold: [], endUntold: [] },
};

/** Attempts of one minute. */
function minute(ago: number, succeeded: number): BucketSum {
  const counts = { ...noCounts(), attempts: 3, succeeded };
  return { at: NOW - ago * MINUTE_MS, name: "crm", counts };
}

async function read(minutes: readonly BucketSum[], notices: readonly Notice[] = [BREAKER]) {
  const asked: BucketQuery[] = [];
  const store = {
    now: () => NOW,
    async readBuckets(query: BucketQuery) {
      asked.push(query);
      return query.stepMs === MINUTE_MS ? [...minutes] : [];
    },
    failures: async () => [],
    secretUses: async () => [],
    enrolments: async () => [],
  };
  const matters = await readMatters({
    store: store as never,
    passed: noJumps({ now: () => NOW }),
    subscriptions: () => [storedSubscription("crm")],
    activity: { all: async () => new Map() } as never,
    sources: () => [],
    sourceFacts: async () => [],
    diskHasRoom: () => true,
  })({ notices, recipients: {} });
  return { kinds: matters.map(({ kind }) => kind), reads: asked.length };
}

test.each<[string, BucketSum[], string[]]>([
  ["it has succeeded since", [minute(5, 0), minute(1, 3)], []],
  ["nothing has succeeded since it worked before", [minute(1, 0), minute(30, 3)], ["breaker"]],
  ["it was not asked for long", [], []],
])("readMatters(): a breaker that was told and is closed, and %s", async (_, minutes, kinds) => {
  expect((await read(minutes)).kinds).toEqual(kinds);
});

test("readMatters() reads minutes only while a breaker was told", async () => {
  expect((await read([], [])).reads).toBe(1);
  expect((await read([], [{ ...BREAKER, endedAt: NOW }])).reads).toBe(1);
  expect((await read([])).reads).toBe(2);
});
