import type { AdminServer } from "@hookgate/rpc";
import { fakeClock } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { BACKFILL_MARGIN_MS } from "../replay/create_backfill.ts";
import { fakeReplayStore } from "../replay/suite/fake_replay_store.ts";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import {
  decideChange,
  decideDelete,
  decideRemove,
  nextSet,
  type SubscriptionsChange,
} from "../store/contract/decide_subscriptions.ts";
import type { SubscriptionActivity } from "../store/contract/deliveries.ts";
import { StoreUnavailableError } from "../store/contract/event_store.ts";
import type { StoredSubscription, SubscriptionSet } from "../store/contract/subscriptions.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { type SubscriptionCallsOptions, subscriptionCalls } from "./subscription_calls.ts";

const NOW = 1_763_950_000_000;
const idle = { running: 0, streams: 0, breaker: null, heldUntil: null, counted: null };

function makeCalls(
  subscriptions: StoredSubscription[],
  changes: Partial<SubscriptionCallsOptions["store"]> = {},
) {
  const replays = fakeReplayStore({ now: fakeClock({ now: NOW }).now });
  const taken: SubscriptionSet[] = [];
  const counted: number[] = [];
  const status = new Map<string, SubscriptionActivity>();
  const looks: string[] = [];
  const tried: string[] = [];
  const { log, lines } = recordingLog();
  const set = (): SubscriptionSet => ({ revision: 7, subscriptions });
  /** Deliveries that wait for one that is deleted. */
  const waiting = { left: 0 };
  const change = <T>(decided: SubscriptionsChange<T>): T => {
    const after = nextSet(set(), decided);
    subscriptions.splice(0, subscriptions.length, ...after.subscriptions);
    return decided.result(after);
  };
  const find = (name: string) => subscriptions.findIndex((one) => one.definition.name === name);
  const calls = subscriptionCalls({
    store: {
      ...replays,
      subscriptions: async () => set(),
      async backlog(_name, { deliveriesMax }) {
        counted.push(deliveriesMax);
        return { deliveries: 3, bytes: 9, oldestDueAt: NOW - 1 };
      },
      async pauseSubscription(name, pause) {
        const found = subscriptions[find(name)];
        if (!found) return { outcome: "missing" };
        if (found.paused) return { outcome: "already_paused", pause: found.paused, set: set() };
        const full = { ...pause, at: NOW };
        subscriptions[find(name)] = { ...found, paused: full };
        return { outcome: "paused", pause: full, set: set() };
      },
      async resumeSubscription(name) {
        const found = subscriptions[find(name)];
        if (!found) return { outcome: "missing" };
        if (!found.paused) return { outcome: "not_paused" };
        if (found.paused.by === "configuration") return { outcome: "removed" };
        subscriptions[find(name)] = { ...found, paused: null };
        return { outcome: "resumed", pause: found.paused, set: set() };
      },
      changeSubscription: async (name, filter) =>
        change(decideChange(set(), { name, filter, now: NOW })),
      deleteSubscription: async (name, { reason }) =>
        change(decideDelete(set(), { name, reason, now: NOW })),
      async stepDeletion(name) {
        const cancelled = Math.min(500, waiting.left);
        waiting.left -= cancelled;
        if (cancelled > 0) return { cancelled, deleted: false, set: set() };
        return { cancelled, deleted: true, set: change(decideRemove(set(), name)) };
      },
      ...changes,
    },
    activity: { all: async () => status },
    tryNow: (name) => void tried.push(name),
    adoptSubscriptions: (one) => void taken.push(one),
    lookForReplays: () => void looks.push("looked"),
    log,
  });
  return { calls, taken, counted, status, looks, tried, replays, waiting, lines };
}

test("listSubscriptions() gives each by name with what waits and how it is served, and no credentials", async () => {
  const url = "https://crm.example.com/hooks?key=s3cret";
  const target = {
    kind: "endpoint",
    url,
    secrets: [],
    forwardHeaders: false,
    headers: [],
    ratePerSecond: null,
  } as const;
  const { calls, counted, status } = makeCalls([
    storedSubscription("mail", { events: ["a.*"], sources: ["stripe/*"], orderBy: "/id" }),
    { ...storedSubscription("live", { target: { kind: "stream" } }), origin: "stream" },
    storedSubscription("crm", { target, pausedBy: "operator" }),
  ]);
  status.set("crm", { ...idle, name: "crm", running: 2, breaker: "half_open", heldUntil: NOW + 9 });
  status.set("live", { ...idle, name: "live", streams: 4 });
  const { subscriptions } = await calls.listSubscriptions({});
  expect(subscriptions).toEqual([
    {
      name: "crm",
      kind: "endpoint",
      target: "https://crm.example.com/hooks?key=(hidden)",
      types: ["*"],
      sources: ["*"],
      orderBy: "",
      opened: false,
      pause: { by: "operator", reason: "", atMs: 1 },
      running: 2,
      backlog: 3,
      oldestDueAtMs: NOW - 1,
      breaker: "half-open",
      streams: 0,
      heldUntilMs: NOW + 9,
    },
    expect.objectContaining({ name: "live", kind: "stream", target: "", opened: true, streams: 4 }),
    expect.objectContaining({
      name: "mail",
      kind: "handler",
      target: "/handler.ts",
      types: ["a.*"],
      sources: ["stripe/*"],
      orderBy: "/id",
      pause: null,
      breaker: "",
    }),
  ]);
  expect(counted).toEqual([100_000, 100_000, 100_000]);
});

test.each([
  [11, 90_909],
  [1_500, 1_000],
])("listSubscriptions() of %d counts up to %d each", async (count, deliveriesMax) => {
  const names = Array.from({ length: count }, (_, at) => storedSubscription(`s${at}`));
  const { calls, counted } = makeCalls(names);
  const { backlogCountedMax } = await calls.listSubscriptions({});
  expect(backlogCountedMax).toBe(deliveriesMax);
  expect(new Set(counted)).toEqual(new Set([deliveriesMax]));
});

test("pauseSubscription() pauses for the operator, and leaves a pause as it is", async () => {
  const { calls, taken } = makeCalls([storedSubscription("mail")]);
  const pause = { by: "operator", reason: "they are moving", atMs: NOW };
  expect(await calls.pauseSubscription({ name: "mail", reason: " they are moving" })).toEqual({
    pause,
  });
  expect(await calls.pauseSubscription({ name: "mail", reason: "other" })).toEqual({ pause });
  expect(taken).toHaveLength(2);
});

test.each(["operator", "endpoint"] as const)(
  "resumeSubscription() ends a pause by %s, under which nothing was missed",
  async (pausedBy) => {
    const mail = storedSubscription("mail", { pausedBy });
    const { calls, taken, replays, looks, tried } = makeCalls([mail]);
    const resumed = await calls.resumeSubscription({ name: "mail" });
    expect(resumed).toEqual({ pause: { by: pausedBy, reason: "", atMs: 1 }, backfill: "" });
    expect(taken[0]?.subscriptions[0]?.paused).toBeNull();
    expect([await replays.replays(), looks, tried]).toEqual([[], [], ["mail"]]);
  },
);

test("resumeSubscription() after a pause by backlog makes a backfill first, of what was missed", async () => {
  const subscription = {
    ...storedSubscription("mail"),
    paused: { by: "backlog", reason: "", at: NOW } as const,
  };
  const order: string[] = [];
  const { calls, replays, looks } = makeCalls([subscription], {
    async createReplay(replay) {
      order.push("backfill");
      await replays.createReplay(replay);
    },
    async resumeSubscription() {
      order.push("resumed");
      return {
        outcome: "resumed",
        pause: subscription.paused,
        set: { revision: 1, subscriptions: [] },
      };
    },
  });
  const { backfill } = await calls.resumeSubscription({ name: "mail" });
  const [replay] = await replays.replays();
  expect(replay).toMatchObject({
    id: backfill,
    kind: "backfill",
    state: "running",
    filter: { subscription: "mail", from: NOW - BACKFILL_MARGIN_MS },
  });
  expect(order).toEqual(["backfill", "resumed"]);
  expect(looks).toEqual(["looked"]);
});

test("resumeSubscription() makes a backfill where the pause became one by backlog meanwhile", async () => {
  const pause = { by: "backlog", reason: "", at: NOW } as const;
  const { calls, replays } = makeCalls([storedSubscription("mail", { pausedBy: "operator" })], {
    resumeSubscription: async () => ({
      outcome: "resumed",
      pause,
      set: { revision: 1, subscriptions: [] },
    }),
  });
  const { backfill } = await calls.resumeSubscription({ name: "mail" });
  expect((await replays.replays()).map(({ id }) => id)).toEqual([backfill]);
});

test("resumeSubscription() cancels the backfill where the pause cannot be ended any more", async () => {
  const { calls, replays, looks } = makeCalls(
    [storedSubscription("mail", { pausedBy: "backlog" })],
    {
      resumeSubscription: async () => ({ outcome: "removed" }),
    },
  );
  const resumed = calls.resumeSubscription({ name: "mail" });
  await expect(resumed).rejects.toMatchObject({ code: "FAILED_PRECONDITION" });
  expect(await replays.replays()).toMatchObject([{ state: "cancelled" }]);
  expect(looks).toEqual([]);
});

test("resumeSubscription() leaves the backfill where it is not known whether the pause has ended", async () => {
  const { calls, replays } = makeCalls([storedSubscription("mail", { pausedBy: "backlog" })], {
    resumeSubscription: () => Promise.reject(new StoreUnavailableError("answer lost")),
  });
  await expect(calls.resumeSubscription({ name: "mail" })).rejects.toMatchObject({
    code: "UNAVAILABLE",
  });
  expect(await replays.replays()).toMatchObject([{ state: "running" }]);
});

test.each([
  ["resumeSubscription", "gone", "NOT_FOUND", "there is no subscription gone"],
  ["pauseSubscription", "gone", "NOT_FOUND", "there is no subscription gone"],
  ["resumeSubscription", "mail", "FAILED_PRECONDITION", "subscription mail is not paused"],
  [
    "resumeSubscription",
    "old",
    "FAILED_PRECONDITION",
    "subscription old is no longer in the configuration: add it there first",
  ],
] as const)("%s(%j) is %s", async (call, name, code, message) => {
  const { calls, taken } = makeCalls([
    storedSubscription("mail"),
    storedSubscription("old", { pausedBy: "configuration" }),
  ]);
  await expect(calls[call]({ name, reason: "" })).rejects.toMatchObject({ code, message });
  expect(taken).toEqual([]);
});

const OPENED: StoredSubscription = {
  ...storedSubscription("pod-1", { target: { kind: "stream" } }),
  origin: "stream",
};

test("deleteSubscription() cancels what waits, frees the name, and says so", async () => {
  const { calls, taken, waiting, lines } = makeCalls([OPENED, storedSubscription("mail")]);
  waiting.left = 1_234;
  const answer = await calls.deleteSubscription({ name: "pod-1", reason: " it is gone " });
  expect(answer).toEqual({ cancelled: 1_234, done: true });
  // First without it, so that its streams end; then without its name.
  expect(taken.map(({ subscriptions }) => subscriptions.length)).toEqual([2, 1]);
  expect(lines).toMatchObject([
    {
      level: "warn",
      fields: { subscription: "pod-1", reason: "it is gone", cancelled: 1_234, done: true },
    },
  ]);
  await expect(calls.deleteSubscription({ name: "pod-1", reason: "" })).rejects.toMatchObject({
    code: "NOT_FOUND",
  });
});

test.each([
  ["its own", { name: "pod-*", types: ["*"], sources: ["*"] }, "OK"],
  ["another's", { name: "crm", types: ["*"], sources: ["*"] }, "PERMISSION_DENIED"],
  ["one that gets more", { name: "pod-*", types: ["a.*"], sources: ["*"] }, "PERMISSION_DENIED"],
])("deleteSubscription() by a subscriber of %s is %s", async (_what, reach, expected) => {
  const { calls } = makeCalls([OPENED]);
  // The types know nothing of callers.
  const remove = calls.deleteSubscription as AdminServer["deleteSubscription"];
  const removed = remove({ name: "pod-1", reason: "" }, { name: "laptop", only: [reach] });
  expect(
    await removed.then(
      () => "OK",
      (error) => error.code,
    ),
  ).toBe(expected);
});

test("deleteSubscription() by a subscriber refuses what the configuration made", async () => {
  const { calls } = makeCalls([storedSubscription("mail", { pausedBy: "configuration" })]);
  const remove = calls.deleteSubscription as AdminServer["deleteSubscription"];
  const only = [{ name: "*", types: ["*"], sources: ["*"] }];
  await expect(remove({ name: "mail", reason: "" }, { name: "x", only })).rejects.toMatchObject({
    code: "PERMISSION_DENIED",
  });
});

test("deleteSubscription() refuses what is in the configuration, and says what to do", async () => {
  const { calls } = makeCalls([storedSubscription("mail")]);
  await expect(calls.deleteSubscription({ name: "mail", reason: "" })).rejects.toMatchObject({
    code: "FAILED_PRECONDITION",
    message: "subscription mail is in the configuration: remove it there first, and reload",
  });
});

test("deleteSubscription() deletes one that left the configuration", async () => {
  const { calls } = makeCalls([storedSubscription("mail", { pausedBy: "configuration" })]);
  expect(await calls.deleteSubscription({ name: "mail", reason: "" })).toMatchObject({
    done: true,
  });
});

test("changeSubscription() replaces types, sources or both", async () => {
  const { calls, taken } = makeCalls([OPENED]);
  const change = { name: "pod-1", types: ["a.*"], sources: [], reason: "one more" };
  expect(await calls.changeSubscription(change)).toEqual({
    types: ["a.*"],
    sources: ["*"],
    changed: true,
  });
  expect(taken.at(-1)?.subscriptions[0]?.definition.events).toEqual(["a.*"]);
  expect(await calls.changeSubscription(change)).toMatchObject({ changed: false });
});

test.each([
  ["mail", { types: ["a"] }, "FAILED_PRECONDITION", "change it there, and reload"],
  ["none", { types: ["a"] }, "NOT_FOUND", "there is no subscription none"],
  ["pod-1", {}, "INVALID_ARGUMENT", "at least one type or source"],
  ["pod-1", { types: [""] }, "INVALID_ARGUMENT", "cannot be one of types"],
])("changeSubscription() refuses %s with %j", async (name, part, code, message) => {
  const { calls } = makeCalls([OPENED, storedSubscription("mail")]);
  const request = { name, types: [], sources: [], reason: "", ...part };
  await expect(calls.changeSubscription(request)).rejects.toMatchObject({
    code,
    message: expect.stringContaining(message),
  });
});
