import type { Recipient } from "@hookgate/config";
import type { Pause } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import { bucketAt, noCounts, sumSteps } from "../store/contract/buckets.ts";
import type { SubscriptionActivity } from "../store/contract/deliveries.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import type { FailureGroup, FailureMark } from "../store/contract/failures.ts";
import type { BucketQuery, BucketSum } from "../store/contract/metrics.ts";
import type { StoredSubscription } from "../store/contract/subscriptions.ts";
import { healthCalls } from "./health_calls.ts";

const NOW = 1_763_950_000_000;

/** What a subscription has: since when its oldest delivery is due, and how many wait. */
interface Waiting {
  dueAt: number;
  deliveries: number;
}

interface Part {
  kind?: "stream" | "handler";
  paused?: Pause;
  streams?: number;
  waiting?: Waiting;
}

/** An attempt of `crm`. */
interface Tried {
  at: number;
  succeeded: boolean;
}

/** Buckets of attempts, as a store has them. */
function bucketsOf(tried: readonly Tried[], { level, of, by, from, to, stepMs }: BucketQuery) {
  if (of !== "events" || by !== "subscription") return [];
  const parts = tried.flatMap(({ at, succeeded }): BucketSum[] => {
    const start = bucketAt(at, level);
    if (start < from || start >= to) return [];
    const counts = { ...noCounts(), attempts: 1, succeeded: succeeded ? 1 : 0 };
    return [{ at: from + Math.floor((start - from) / stepMs) * stepMs, name: "crm", counts }];
  });
  return sumSteps(parts);
}

function health(
  parts: Record<string, Part>,
  {
    attempts = 0,
    failedAttempts = 0,
    notReady = [] as string[],
    damage = "",
    error = "",
    tried = [] as readonly Tried[],
    failures = [] as readonly FailureGroup[],
  } = {},
) {
  const subscriptions = Object.entries(parts).map(([name, part]): StoredSubscription => {
    const { kind = "stream", paused = null } = part;
    const target = kind === "stream" ? ({ kind } as const) : { kind, path: "/h.ts" };
    return { ...storedSubscription(name, { target }), paused };
  });
  const activity = new Map<string, SubscriptionActivity>(
    Object.entries(parts).map(([name, { streams = 0 }]) => [
      name,
      { name, running: 0, streams, breaker: null, heldUntil: null, counted: null },
    ]),
  );
  const sums = { received: 0, processed: 0, failed: 0, retried: 0, avgProcessingTime: 0 };
  const recipients: Recipient[] =
    error === "" ? [] : [{ name: "team", about: [], target: { kind: "slack", url: "https://a" } }];
  const failing = { failures: 3, failingSince: NOW - 5_000, error };
  const state = { sentAt: 1, ...failing, nextAt: 0, claim: null };
  const book = { notices: [], recipients: { team: state } };
  const all = Object.values(parts).map(({ waiting }) => waiting?.deliveries ?? 0);
  return healthCalls({
    store: {
      now: () => NOW,
      async metrics() {
        if (damage !== "") throw new StoreUnavailableError(damage);
        return { ...sums, attempts, failedAttempts };
      },
      readBuckets: async (query) => bucketsOf(tried, query),
      failures: async () => [...failures],
      note: async () => ({ revision: 1, text: JSON.stringify(book) }),
      queueState: async () => ({
        size: all.reduce((sum, one) => sum + one, 0),
        oldestDueAt: 1,
        lastProcessedAt: null,
      }),
      subscriptions: async () => ({ revision: 1, subscriptions }),
      async backlog(name, { deliveriesMax }) {
        const { deliveries = 0, dueAt = null } = parts[name]?.waiting ?? {};
        return { deliveries: Math.min(deliveries, deliveriesMax), bytes: 0, oldestDueAt: dueAt };
      },
      async nextDueAt(names) {
        const times = names.flatMap((name) => parts[name]?.waiting?.dueAt ?? []);
        return times.length > 0 ? Math.min(...times) : null;
      },
    },
    activity: { all: async () => activity },
    sourceFacts: async () => [],
    notify: () => ({ consoleUrl: null, recipients }),
    ready: () => ({ problems: notReady }),
  }).getHealth({});
}

const LONG_AGO: Waiting = { dueAt: NOW - 86_400_000, deliveries: 20_000 };

test("getHealth() names what nobody listens to, and is healthy", async () => {
  expect(await health({ pod: { waiting: LONG_AGO }, empty: {} })).toMatchObject({
    status: "HEALTH_STATUS_HEALTHY",
    problems: [],
    notes: ["Nobody listens to pod (20000): what waits for them is kept, within their bounds."],
    queueSize: 20_000,
  });
});

test("getHealth() is unhealthy if a delivery waits for somebody who listens", async () => {
  for (const part of [{ streams: 1 }, { kind: "handler" as const }]) {
    expect(await health({ crm: { ...part, waiting: LONG_AGO } })).toMatchObject({
      status: "HEALTH_STATUS_UNHEALTHY",
      problems: [
        "A due delivery of crm has waited for 86400 s.",
        "20000 or more deliveries are waiting or running.",
      ],
      notes: [],
    });
  }
});

test("getHealth() says of several whose delivery has waited the longest", async () => {
  const since = (seconds: number) => ({
    kind: "handler" as const,
    waiting: { dueAt: NOW - seconds * 1_000, deliveries: 1 },
  });
  const none = { kind: "handler" as const };
  expect(
    await health({ a: since(70), b: none, c: since(61), d: since(80), e: since(62) }),
  ).toMatchObject({
    status: "HEALTH_STATUS_DEGRADED",
    problems: ["A due delivery of d has waited for 80 s."],
  });
});

test("getHealth() is degraded by a subscription that is paused for its backlog", async () => {
  const paused: Pause = {
    by: "backlog",
    reason: "5 or more deliveries wait; its bound is 4",
    at: 1,
  };
  expect(await health({ pod: { paused } })).toMatchObject({
    status: "HEALTH_STATUS_DEGRADED",
    problems: [],
    faults: [
      {
        whose: "subscriber",
        name: "pod",
        problem: "It is paused for its backlog: 5 or more deliveries wait; its bound is 4.",
      },
    ],
  });
});

test("getHealth() is unhealthy if events cannot be stored", async () => {
  expect(await health({}, { notReady: ["the disk is below its reserve"] })).toMatchObject({
    status: "HEALTH_STATUS_UNHEALTHY",
    problems: ["Events cannot be stored: the disk is below its reserve."],
  });
});

test("getHealth() answers, and says what is wrong, if the store cannot even be read", async () => {
  const damage = "Cannot read metrics: the file is damaged; restore a backup";
  expect(await health({}, { damage, notReady: ["the store does not answer"] })).toMatchObject({
    status: "HEALTH_STATUS_UNHEALTHY",
    problems: [`${damage}.`, "Events cannot be stored: the store does not answer."],
  });
});

test.each([
  [9, 9, "HEALTHY"],
  [10, 5, "UNHEALTHY"],
  [10, 1, "DEGRADED"],
  [11, 1, "HEALTHY"],
])(
  "getHealth() of %i attempts of which %i failed is %s",
  async (attempts, failedAttempts, status) => {
    expect(await health({}, { attempts, failedAttempts })).toMatchObject({
      status: `HEALTH_STATUS_${status}`,
    });
  },
);

test("getHealth() shows a bounded number of names", async () => {
  const waiting = { dueAt: NOW, deliveries: 1 };
  const names = Array.from({ length: 12 }, (_, n) => [`pod-${n}`, { waiting }]);
  const { notes } = await health(Object.fromEntries(names));
  expect(notes[0]).toContain("pod-9 (1) and 2 more:");
});

const MINUTE = 60_000;
const HOUR = 3_600_000;

function failedAgo(...agoMs: readonly number[]): Tried[] {
  return agoMs.map((ago) => ({ at: NOW - ago, succeeded: false }));
}

/** The start of an hour, and minutes before it. */
const NOON = bucketAt(NOW, "hour");

function at(...minutesAgo: readonly number[]): Tried[] {
  return minutesAgo.map((minutes) => ({ at: NOON - minutes * MINUTE, succeeded: false }));
}

function success(minutesAgo: number): Tried {
  return { at: NOON - minutesAgo * MINUTE, succeeded: true };
}

test.each([
  [
    "every ten minutes",
    failedAgo(30 * MINUTE, 20 * MINUTE, 10 * MINUTE),
    3,
    bucketAt(NOW - 30 * MINUTE),
  ],
  ["every few hours", failedAgo(10 * HOUR, 5 * HOUR), 2, bucketAt(NOW - 10 * HOUR, "hour")],
  [
    "since a success within the same hour",
    [{ at: NOW - 31 * MINUTE, succeeded: true }, ...failedAgo(30 * MINUTE, 15 * MINUTE)],
    2,
    bucketAt(NOW - 30 * MINUTE),
  ],
  ["twice in an hour long ago", at(310, 250), 2, NOON - 310 * MINUTE],
  ["after a success in an hour long ago", [success(305), ...at(300, 270)], 2, NOON - 300 * MINUTE],
])(
  "getHealth() names what is tried rarely and failed %s, and since when",
  async (_, tried, failed, sinceMs) => {
    expect(await health({ crm: { kind: "handler" } }, { tried })).toMatchObject({
      status: "HEALTH_STATUS_DEGRADED",
      faults: [
        {
          whose: "handler",
          name: "crm",
          problem: `All of its last ${failed} attempts failed.`,
          sinceMs,
        },
      ],
    });
  },
);

test("getHealth() does not name what succeeded last, or failed but once", async () => {
  const recovered = [...failedAgo(5 * HOUR, 2 * HOUR), { at: NOW - HOUR, succeeded: true }];
  const withinMinutes = at(301, 299);
  const beforeSuccess = [...at(300, 280), success(270)];
  for (const tried of [recovered, failedAgo(HOUR), withinMinutes, beforeSuccess]) {
    expect(await health({ crm: { kind: "handler" } }, { tried })).toMatchObject({ faults: [] });
  }
});

/** A group of failures that last failed so many minutes before noon, and what was said of it as it was. */
function group(minutesAgo: number, state: FailureMark["state"] | "returned" | null): FailureGroup {
  const lastAt = NOON - minutesAgo * MINUTE;
  const mark = { at: NOON, attempts: 2, by: "ana", reason: "" };
  return {
    ...{ id: "flr_", kind: "failed", errorClass: "", message: "", frame: "", target: "" },
    ...{ fileSha256: "", subscription: "crm", firstAt: 0, lastAt, dead: 0, slots: {} },
    attempts: state === "returned" ? 3 : 2,
    mark: state && { ...mark, state: state === "returned" ? "resolved" : state },
    sample: { deliveryId: "", eventId: "", error: "" },
  };
}

test.each<[string, FailureGroup[], boolean]>([
  ["all that failed since a success is resolved", [group(300, "resolved")], false],
  [
    "what is not resolved failed before the success",
    [group(300, "resolved"), group(600, null)],
    false,
  ],
  ["one cause is open", [group(300, "resolved"), group(500, null)], true],
  ["somebody only knows of it", [group(300, "acknowledged")], true],
  ["it is back after it was resolved", [group(300, "returned")], true],
  ["its causes are not known", [], true],
])("getHealth() of what fails slowly where %s", async (_, failures, isNamed) => {
  const tried = [success(570), ...at(500, 300)];
  const { status, faults } = await health({ crm: { kind: "handler" } }, { tried, failures });
  expect(faults.map(({ name }) => name)).toEqual(isNamed ? ["crm"] : []);
  expect(status).toBe(isNamed ? "HEALTH_STATUS_DEGRADED" : "HEALTH_STATUS_HEALTHY");
});

test("getHealth() names a recipient that cannot be told, which is no fault of the deliveries", async () => {
  expect(await health({}, { error: "hooks.slack.com answered 404: no_team" })).toMatchObject({
    status: "HEALTH_STATUS_HEALTHY",
    faults: [
      {
        whose: "recipient",
        name: "team",
        problem: "It could not be told, 3 times in a row: hooks.slack.com answered 404: no_team.",
        sinceMs: NOW - 5_000,
      },
    ],
  });
});
