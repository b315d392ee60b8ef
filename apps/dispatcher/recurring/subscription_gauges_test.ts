import { createMetrics } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import { subscriptionGauges } from "./subscription_gauges.ts";

test("subscriptionGauges() shows what is paused and what waits, for as long as it is in the set", async () => {
  const metrics = createMetrics();
  const set = [storedSubscription("mail"), storedSubscription("crm", { pausedBy: "backlog" })];
  const { onBacklog } = subscriptionGauges({ metrics, subscriptions: () => set });
  const shown = async () => {
    const lines = (await metrics.text()).split("\n");
    return lines.filter((line) => line !== "" && !line.startsWith("#"));
  };
  onBacklog("mail", { deliveries: 7, bytes: 1, oldestDueAt: null });
  onBacklog("crm", { deliveries: 3, bytes: 1, oldestDueAt: null });
  expect(await shown()).toEqual([
    'hookgate_subscription_paused{subscription="crm",by="backlog"} 1',
    'hookgate_subscription_backlog{subscription="mail"} 7',
    'hookgate_subscription_backlog{subscription="crm"} 3',
  ]);
  set.splice(1, 1);
  expect(await shown()).toEqual(['hookgate_subscription_backlog{subscription="mail"} 7']);
});
