import { createMetrics } from "@hookgate/telemetry";
import { expect, test } from "@jest/globals";
import type { Outcome } from "../store/contract/deliveries.ts";
import { activityGauges, DispatcherMetrics } from "./dispatcher_metrics.ts";

const NOW = 1_000_000;

function outcome(part: Partial<Outcome>): Outcome {
  const attempt = {
    ...{ number: 1, startedAt: NOW, durationMs: 40, outcome: "failed" as const },
    ...{ error: "", response: null },
  };
  return {
    ...{ deliveryId: "d", source: "s", type: "t", subscription: "mail", order: null },
    ...{ claim: { dispatcherId: "one", token: "1" }, interruptions: 0, suspect: false },
    failure: null,
    ...{ next: { state: "waiting", nextAttemptAt: NOW + 500 }, attempt },
    ...part,
  };
}

test("DispatcherMetrics counts attempts, ends, commits, and how late a retry began", async () => {
  const metrics = createMetrics();
  const counted = new DispatcherMetrics(metrics);
  counted.attempted(outcome({}), "failed");
  const attempt = { ...outcome({}).attempt, startedAt: NOW + 700 } as Outcome["attempt"];
  counted.attempted(outcome({ next: { state: "delivered" }, attempt }), "succeeded");
  counted.committed(7, 3);
  const text = await metrics.text();
  expect(text).toContain('hookgate_attempts_total{subscription="mail",outcome="failed"} 1\n');
  expect(text).toContain('hookgate_attempt_seconds_count{subscription="mail"} 2\n');
  expect(text).toContain(
    'hookgate_deliveries_ended_total{subscription="mail",state="delivered"} 1\n',
  );
  expect(text).toContain("hookgate_retry_late_seconds_sum 0.2\n");
  expect(text).toContain("hookgate_commit_events_total 7\n");
});

test("DispatcherMetrics is busy for a moment after a commit or an attempt", () => {
  let now = 0;
  const counted = new DispatcherMetrics(createMetrics(), { monotonic: () => now });
  expect(counted.isBusy).toBe(false);
  for (const work of [
    () => counted.committed(1, 1),
    () => counted.attempted(outcome({}), "failed"),
  ]) {
    work();
    expect(counted.isBusy).toBe(true);
    now += 1_000;
    expect(counted.isBusy).toBe(false);
  }
});

test("DispatcherMetrics gives many subscriptions few labels", async () => {
  const metrics = createMetrics();
  const counted = new DispatcherMetrics(metrics);
  for (let n = 0; n < 1_000; n += 1) {
    counted.attempted(outcome({ deliveryId: `d${n}`, subscription: `s${n}` }), "failed");
  }
  const lines = (await metrics.text()).match(/^hookgate_attempts_total\{.*$/gm) ?? [];
  expect(lines).toHaveLength(201);
  expect(lines.at(-1)).toContain('subscription="other",outcome="failed"} 800');
});

test("activityGauges() leaves out what the store does not say", async () => {
  const metrics = createMetrics();
  const lines: unknown[] = [];
  const store = { now: () => NOW, nextDueAt: async () => NOW - 2_000 };
  const breaker = "open" as const;
  const active = { name: "crm", running: 3, streams: 0, breaker, heldUntil: null, counted: null };
  let away = false;
  activityGauges(metrics, {
    store,
    subscriptions: () => [],
    activity: {
      async all() {
        if (away) throw new Error("away");
        return new Map([["crm", active]]);
      },
    },
    monotonic: () => lines.length * 1_000 + (away ? 1_000 : 0),
    log: { warn: (...line: unknown[]) => lines.push(line) } as never,
  });
  const text = await metrics.text();
  expect(text).toContain('hookgate_subscription_breaker{subscription="crm"} 2\n');
  expect(text).toContain('hookgate_subscription_running{subscription="crm"} 3\n');
  expect(text).toContain("hookgate_oldest_due_seconds 2\n");
  away = true;
  expect(await metrics.text()).not.toMatch(/^hookgate_(?:subscription|oldest)/m);
  expect(lines.length).toBeGreaterThan(0);
});
