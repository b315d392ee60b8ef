import { fakeClock } from "@hookgate/testing";
import type { Pause } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import type {
  Backlog,
  StoredSubscription,
  SubscriptionSet,
} from "../store/contract/subscriptions.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { type WatchBacklogsOptions, watchBacklogs } from "./watch_backlogs.ts";

const NOW = 1_763_950_000_000;
const HOUR_MS = 3_600_000;
const bound = { deliveriesMax: 1_000, bytesMax: 50_000, ageMsMax: 60_000 };
const none: Backlog = { deliveries: 0, bytes: 0, oldestDueAt: null };

/** A watch over subscriptions of that bound, that has seen all of them below it. */
async function makeWatch({
  subscriptions = [storedSubscription("mail", { backlog: bound })],
  costMs = 0,
}: {
  subscriptions?: StoredSubscription[];
  costMs?: number;
} = {}) {
  const clock = fakeClock({ now: 0 });
  const { log, lines } = recordingLog();
  const backlogs: Record<string, Backlog> = {};
  const counted: [string, number][] = [];
  const paused: [string, Pause["by"]][] = [];
  const told: [string, number][] = [];
  /** Subscriptions for which nothing waits. */
  const idle = new Set<string>();
  const taken: SubscriptionSet[] = [];
  const set = () => ({ revision: taken.length, subscriptions: [...subscriptions] });
  const store: WatchBacklogsOptions["store"] = {
    subscriptions: async () => set(),
    waitingSubscriptions: async () =>
      subscriptions.map(({ definition }) => definition.name).filter((name) => !idle.has(name)),
    async backlog(name, { deliveriesMax }) {
      counted.push([name, deliveriesMax]);
      clock.advance(costMs);
      const { deliveries, ...rest } = backlogs[name] ?? none;
      return { ...rest, deliveries: Math.min(deliveries, deliveriesMax) };
    },
    async pauseSubscription(name, pause) {
      const at = subscriptions.findIndex(({ definition }) => definition.name === name);
      const found = subscriptions[at];
      if (!found) return { outcome: "missing" };
      const full = { ...pause, at: NOW };
      subscriptions[at] = { ...found, paused: full };
      return { outcome: "paused", pause: full, set: set() };
    },
  };
  const options: WatchBacklogsOptions = {
    store,
    dueForMs: (at) => NOW - at,
    adopt: (one) => void taken.push(one),
    onPaused: (name, by) => void paused.push([name, by]),
    onBacklog: (name, { deliveries }) => void told.push([name, deliveries]),
    clock: clock.now,
    log,
  };
  const look = watchBacklogs(options);
  await look();
  clock.advance(10_000);
  return {
    look,
    options,
    store,
    clock,
    backlogs,
    counted,
    paused,
    told,
    taken,
    lines,
    subscriptions,
    idle,
  };
}

test("watchBacklogs() counts only what waits, and tells of all", async () => {
  const subscriptions = ["mail", "crm", "hr"].map((name) =>
    storedSubscription(name, { backlog: bound }),
  );
  const { look, clock, counted, told, idle, backlogs } = await makeWatch({ subscriptions });
  idle.add("mail").add("hr");
  backlogs["crm"] = { ...none, deliveries: 3 };
  counted.splice(0);
  told.splice(0);
  clock.advance(60_000);
  await look();
  expect(counted).toEqual([["crm", 1_001]]);
  expect(new Map(told)).toEqual(
    new Map([
      ["mail", 0],
      ["crm", 3],
      ["hr", 0],
    ]),
  );
});

test.each<[string, Partial<Backlog>, string, object]>([
  [
    "deliveries",
    { deliveries: 5_000 },
    "1001 or more deliveries wait; its bound is 1000",
    { bound: "deliveriesMax", waiting: 1_001, max: 1_000 },
  ],
  [
    "bytes",
    { deliveries: 10, bytes: 50_001 },
    "50001 or more bytes wait; its bound is 50000",
    { bound: "bytesMax", waiting: 50_001, max: 50_000 },
  ],
  [
    "age",
    { deliveries: 1, oldestDueAt: NOW - 90_000 },
    "a delivery has been due for 90 s; its bound is 60 s",
    { bound: "ageMsMax", waiting: 90_000, max: 60_000 },
  ],
])(
  "watchBacklogs() pauses what is over its bound of %s, and says so",
  async (_what, over, reason, facts) => {
    const { look, backlogs, counted, paused, told, taken, lines, subscriptions } =
      await makeWatch();
    backlogs["mail"] = { ...none, ...over };
    await look();
    expect(subscriptions[0]?.paused).toEqual({ by: "backlog", reason, at: NOW });
    expect(counted.at(-1)).toEqual(["mail", 1_001]);
    expect(lines).toMatchObject([{ level: "error", fields: { subscription: "mail", ...facts } }]);
    expect(paused).toEqual([["mail", "backlog"]]);
    expect(told.at(-1)).toEqual(["mail", Math.min(1_001, over.deliveries ?? 0)]);
    expect(taken).toHaveLength(1);
    await look();
    expect(counted).toHaveLength(2);
  },
);

test.each<[string, Partial<Backlog>]>([
  ["as many deliveries as may", { deliveries: 1_000 }],
  ["as many bytes as may", { bytes: 50_000 }],
  ["a delivery as old as may be", { oldestDueAt: NOW - 60_000 }],
  ["a delivery that is not due yet", { oldestDueAt: NOW + 600_000 }],
])("watchBacklogs() leaves %s", async (_what, within) => {
  const { look, backlogs, lines, taken } = await makeWatch();
  backlogs["mail"] = { ...none, ...within };
  await look();
  expect(taken).toEqual([]);
  expect(lines).toEqual([]);
});

test.each([
  ["operator", true],
  ["endpoint", true],
  ["backlog", false],
  ["configuration", false],
] as const)("watchBacklogs() looks at what is paused by %s: %s", async (pausedBy, looks) => {
  const subscriptions = [storedSubscription("mail", { backlog: bound, pausedBy })];
  const { look, backlogs, counted, lines } = await makeWatch({ subscriptions });
  backlogs["mail"] = { ...none, deliveries: 1_001 };
  await look();
  expect(counted).toHaveLength(looks ? 2 : 0);
  expect(lines).toHaveLength(looks ? 1 : 0);
  const reason = `1001 or more deliveries wait; its bound is 1000; before, it was paused by ${pausedBy}: -`;
  if (looks) expect(subscriptions[0]?.paused).toMatchObject({ by: "backlog", reason });
});

test("watchBacklogs() gives one that was resumed an hour and twice the bound to catch up", async () => {
  const subscriptions = [storedSubscription("mail", { backlog: bound })];
  const { look, backlogs, clock, lines } = await makeWatch({ subscriptions });
  const isPaused = () => subscriptions[0]?.paused !== null;
  backlogs["mail"] = { deliveries: 1_001, bytes: 60_000, oldestDueAt: NOW - 9_000_000 };
  await look();
  expect(isPaused()).toBe(true);
  await look();
  subscriptions[0] = storedSubscription("mail", { backlog: bound });
  backlogs["mail"] = { deliveries: 1_900, bytes: 99_000, oldestDueAt: NOW - 9_000_000 };
  await look();
  clock.advance(HOUR_MS - 1);
  await look();
  expect(isPaused()).toBe(false);
  clock.advance(1);
  await look();
  expect(isPaused()).toBe(true);
  expect(lines).toHaveLength(2);
});

test.each<[string, Partial<Backlog>]>([
  ["deliveries", { deliveries: 2_001 }],
  ["bytes", { bytes: 100_001 }],
])("watchBacklogs() has a bound for %s while one catches up, too", async (_what, over) => {
  const { options, backlogs, subscriptions } = await makeWatch();
  backlogs["mail"] = { ...none, ...over };
  // A dispatcher that has just been started.
  await watchBacklogs(options)();
  expect(subscriptions[0]?.paused).toMatchObject({ by: "backlog" });
});

test("watchBacklogs() gives one that has caught up no more time", async () => {
  const { options, backlogs, subscriptions } = await makeWatch();
  const look = watchBacklogs(options);
  backlogs["mail"] = { ...none, deliveries: 1_500 };
  await look();
  backlogs["mail"] = none;
  await look();
  backlogs["mail"] = { ...none, deliveries: 1_001 };
  await look();
  expect(subscriptions[0]?.paused).toMatchObject({ by: "backlog" });
});

test("watchBacklogs() says nothing of what another dispatcher has paused first", async () => {
  const { look, store, backlogs, lines, paused, taken } = await makeWatch();
  const { pauseSubscription } = store;
  store.pauseSubscription = async (name, pause) => {
    const result = await pauseSubscription(name, pause);
    return result.outcome === "missing" ? result : { ...result, outcome: "already_paused" };
  };
  backlogs["mail"] = { ...none, deliveries: 1_001 };
  await look();
  expect([lines, paused]).toEqual([[], []]);
  expect(taken).toHaveLength(1);
});

test("watchBacklogs() does not count again at once what took long to count", async () => {
  const { look, clock, counted } = await makeWatch({ costMs: 500 });
  await look();
  expect(counted).toHaveLength(1);
  clock.advance(40_000);
  await look();
  expect(counted).toHaveLength(2);
});

test("watchBacklogs() looks once a minute at least, however slow the store is", async () => {
  const { look, clock, counted } = await makeWatch({ costMs: 1_900 });
  clock.advance(50_000);
  await look();
  expect(counted).toHaveLength(2);
});

test("watchBacklogs() ends a look that takes long, and begins the next with the rest", async () => {
  const names = ["a", "b", "c"];
  const subscriptions = names.map((name) => storedSubscription(name, { backlog: bound }));
  const { look, clock, counted } = await makeWatch({ subscriptions, costMs: 1_000 });
  expect(counted.map(([name]) => name)).toEqual(["a", "b"]);
  clock.advance(HOUR_MS);
  await look();
  expect(counted.map(([name]) => name)).toEqual(["a", "b", "c", "a"]);
});

test.each([
  [
    "fails",
    () => Promise.reject(new Error("away")),
    "backlog not counted, trying again in 10000 ms",
  ],
  [
    "hangs",
    () => new Promise<never>(() => {}),
    "backlog not counted yet, counting those of other subscriptions",
  ],
])(
  "watchBacklogs() counts the others when one count %s, each time",
  async (_what, backlog, message) => {
    const names = ["a", "b"];
    const subscriptions = names.map((name) => storedSubscription(name, { backlog: bound }));
    const { options, store, clock, counted, lines } = await makeWatch({
      subscriptions,
      costMs: 1_000,
    });
    const { backlog: count } = store;
    store.backlog = async (name, bounds) => {
      const known = await count(name, bounds);
      return name === "a" ? backlog() : known;
    };
    counted.splice(0);
    const look = watchBacklogs(options);
    for (let looks = 0; looks < 2; looks += 1) {
      await look();
      clock.advance(HOUR_MS);
    }
    expect(counted.map(([name]) => name).toSorted()).toEqual(["a", "a", "b", "b"]);
    expect(lines).toMatchObject([{ message }, { message }]);
  },
);
