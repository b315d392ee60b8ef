import { createMetrics } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import type { DispatcherActivity } from "../store/contract/deliveries.ts";
import { Activity } from "../subscriptions/activity.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { subscriptionGauges } from "./subscription_gauges.ts";

function makeGauges() {
  const metrics = createMetrics();
  const { log, lines } = recordingLog();
  const set = [storedSubscription("mail"), storedSubscription("crm", { pausedBy: "backlog" })];
  const others: DispatcherActivity[] = [];
  const store = { activity: async (): Promise<readonly DispatcherActivity[]> => others };
  const subscriptions = () => set;
  const activity = new Activity({
    store,
    dispatcherId: "me",
    subscriptions,
    activityOf: () => ({ running: 0, streams: 0, breaker: null, heldUntil: null }),
  });
  subscriptionGauges(metrics, { subscriptions, activity, log });
  const shown = async () => {
    const lines = (await metrics.text()).split("\n");
    return lines.filter((line) => line !== "" && !line.startsWith("#"));
  };
  return { activity, set, others, store, shown, lines };
}

test("subscriptionGauges() shows what is paused and what waits, for as long as it is in the set", async () => {
  const { activity, set, shown } = makeGauges();
  activity.count("mail", { deliveries: 7, at: 1 });
  activity.count("crm", { deliveries: 3, at: 1 });
  expect(await shown()).toEqual([
    'hookgate_subscription_paused{subscription="crm",by="backlog"} 1',
    'hookgate_subscription_backlog{subscription="mail"} 7',
    'hookgate_subscription_backlog{subscription="crm"} 3',
  ]);
  set.splice(1, 1);
  expect(await shown()).toEqual(['hookgate_subscription_backlog{subscription="mail"} 7']);
});

test("subscriptionGauges() shows the latest count, whichever dispatcher made it", async () => {
  const { activity, set, others, shown } = makeGauges();
  set.splice(1, 1);
  activity.count("mail", { deliveries: 7, at: 1 });
  const counted = { deliveries: 0, at: 2 };
  const mail = { name: "mail", running: 0, streams: 0, breaker: null, heldUntil: null, counted };
  others.push({ dispatcherId: "other", subscriptions: [mail] });
  expect(await shown()).toEqual(['hookgate_subscription_backlog{subscription="mail"} 0']);
  activity.count("mail", { deliveries: 4, at: 3 });
  expect(await shown()).toEqual(['hookgate_subscription_backlog{subscription="mail"} 4']);
});

test.each([
  ["fails", () => Promise.reject(new Error("away"))],
  ["hangs", () => new Promise<never>(() => {})],
])("subscriptionGauges() leaves backlogs out while the store %s", async (_what, answer) => {
  const { activity, store, shown, lines } = makeGauges();
  activity.count("mail", { deliveries: 7, at: 1 });
  store.activity = answer;
  expect(await shown()).toEqual([
    'hookgate_subscription_paused{subscription="crm",by="backlog"} 1',
  ]);
  const message = "backlogs not measured, leaving them out of this scrape";
  expect(lines).toMatchObject([{ level: "warn", message }]);
});
