import { createMetrics } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import { countBreakers } from "./count_breakers.ts";

test("countBreakers() counts each change by subscription and state", async () => {
  const metrics = createMetrics();
  const count = countBreakers(metrics);
  count("crm", "open");
  count("crm", "half_open");
  count("crm", "open");
  const text = await metrics.text();
  expect(text).toContain('hookgate_breaker_changes_total{subscription="crm",state="open"} 2');
  expect(text).toContain('hookgate_breaker_changes_total{subscription="crm",state="half_open"} 1');
});
