import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import type { DispatcherActivity, SubscriptionActivity } from "../store/contract/deliveries.ts";
import { Activity, HEARTBEAT_STALE_MS } from "./activity.ts";

const IDLE = { running: 0, streams: 0, breaker: null, heldUntil: null };

function activityOver({
  names,
  own = {},
  others = [],
}: {
  names: readonly string[];
  own?: Record<string, Partial<SubscriptionActivity>>;
  others?: DispatcherActivity[];
}) {
  const asked: number[] = [];
  const set = names.map((name) => storedSubscription(name));
  const activity = new Activity({
    store: {
      async activity({ staleMs }) {
        asked.push(staleMs);
        return others;
      },
    },
    dispatcherId: "me",
    subscriptions: () => set,
    activityOf: ({ name }) => ({ ...IDLE, ...own[name] }),
  });
  return { activity, asked, set };
}

test("own() is what this dispatcher does, without what is idle", () => {
  const { activity, set } = activityOver({
    names: ["idle", "closed", "busy", "live", "broken", "held", "counted"],
    own: {
      closed: { breaker: "closed" },
      busy: { running: 3 },
      live: { streams: 1 },
      broken: { breaker: "open" },
      held: { heldUntil: 9 },
    },
  });
  activity.count("counted", { deliveries: 0, at: 5 });
  expect(activity.own()).toEqual([
    { name: "busy", ...IDLE, running: 3, counted: null },
    { name: "live", ...IDLE, streams: 1, counted: null },
    { name: "broken", ...IDLE, breaker: "open", counted: null },
    { name: "held", ...IDLE, heldUntil: 9, counted: null },
    { name: "counted", ...IDLE, counted: { deliveries: 0, at: 5 } },
  ]);
  set.splice(1);
  expect(activity.own()).toEqual([]);
});

test("own() has a bound, within which streams and open breakers come first", () => {
  const names = Array.from({ length: 3_000 }, (_, at) => `s${at}`);
  const busy = Object.fromEntries(names.map((name) => [name, { running: 1 }]));
  const own = { ...busy, s2999: { streams: 1 }, s2998: { breaker: "half_open" as const } };
  const reported = activityOver({ names, own }).activity.own();
  expect(reported).toHaveLength(1_000);
  expect(reported.slice(0, 2).map(({ name }) => name)).toEqual(["s2998", "s2999"]);
});

test("all() adds up what the living dispatchers do, and takes the worst breaker, the longest hold and the latest count", async () => {
  const report = (name: string, changes: Partial<SubscriptionActivity>) => {
    return { name, ...IDLE, counted: null, ...changes };
  };
  const { activity, asked } = activityOver({
    names: ["mail", "crm"],
    own: { mail: { running: 1, streams: 1 }, crm: { breaker: "closed", running: 1 } },
    others: [
      // Its own of the last heartbeat is out of date.
      { dispatcherId: "me", subscriptions: [report("mail", { streams: 9 })] },
      {
        dispatcherId: "one",
        subscriptions: [
          report("mail", { running: 2, streams: 3, counted: { deliveries: 5, at: 20 } }),
          report("crm", { breaker: "half_open", heldUntil: 50 }),
        ],
      },
      {
        dispatcherId: "two",
        subscriptions: [
          report("mail", { counted: { deliveries: 7, at: 30 } }),
          report("crm", { breaker: "open", heldUntil: 40 }),
          report("elsewhere", { streams: 1 }),
        ],
      },
    ],
  });
  activity.count("mail", { deliveries: 1, at: 10 });
  expect([...(await activity.all()).values()]).toEqual([
    { ...report("mail", { running: 3, streams: 4, counted: { deliveries: 7, at: 30 } }) },
    { ...report("crm", { running: 1, breaker: "open", heldUntil: 50 }) },
    { ...report("elsewhere", { streams: 1 }) },
  ]);
  expect(asked).toEqual([HEARTBEAT_STALE_MS]);
});
