import { createMetrics } from "@hookgate/telemetry";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { recordingLog } from "../../suite/recording_log.ts";
import { sampleSubscription } from "../../suite/sample_claimed.ts";
import { Breakers, countBreakers } from "./breakers.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function endpoint(name = "crm", url = "https://crm.example.com/hooks") {
  return sampleSubscription({
    name,
    target: { kind: "endpoint", url, secrets: [], forwardHeaders: false },
  });
}

const CRM = endpoint();
const FAILED = { outage: true, error: "crm.example.com answered 500" };
const SUCCEEDED = { outage: false, error: "" };

function makeBreakers() {
  const { log, lines } = recordingLog();
  const woken: string[] = [];
  const changes: [string, string][] = [];
  const breakers = new Breakers({
    wake: (name) => woken.push(name),
    onBreaker: (name, state) => changes.push([name, state]),
    log,
    monotonic: () => performance.now(),
    random: () => 0.5,
  });
  return { breakers, lines, woken, changes };
}

function fail(breakers: Breakers, count: number, subscription = CRM): void {
  for (let at = 0; at < count; at += 1) breakers.begin(subscription)?.(FAILED);
}

test("Breakers report changes to the log, to the counter and to the loop", () => {
  const { breakers, lines, woken, changes } = makeBreakers();
  fail(breakers, 10);
  expect([breakers.state("crm"), breakers.room(CRM, 0)]).toEqual(["open", 0]);
  expect(breakers.begin(CRM)).toBeNull();
  jest.advanceTimersByTime(4_990);
  expect(woken).toEqual([]);
  jest.advanceTimersByTime(20);
  expect([breakers.state("crm"), breakers.room(CRM, 0)]).toEqual(["half_open", 1]);
  expect(woken).toEqual(["crm"]);
  breakers.begin(CRM)?.(SUCCEEDED);
  expect(breakers.state("crm")).toBe("closed");

  const seen = { failuresInARow: 10, attempts: 10, failures: 10, openings: 1, openMs: 0 };
  const none = { failuresInARow: 0, attempts: 0, failures: 0, openings: 0, openMs: 0 };
  expect(changes.map(([, state]) => state)).toEqual(["open", "half_open", "closed"]);
  expect(lines).toEqual([
    {
      level: "warn",
      message: "breaker opened",
      fields: {
        subscription: "crm",
        state: "open",
        was: "closed",
        ...seen,
        openMs: 5_000,
        error: FAILED.error,
      },
    },
    {
      level: "info",
      message: "breaker half-open",
      fields: { subscription: "crm", state: "half_open", was: "open", ...seen },
    },
    {
      level: "info",
      message: "breaker closed",
      fields: { subscription: "crm", state: "closed", was: "half_open", ...none },
    },
  ]);
});

test("Breakers give the probe's room once, to one that is claimed too", () => {
  const { breakers } = makeBreakers();
  const late = breakers.begin(CRM);
  fail(breakers, 10);
  jest.advanceTimersByTime(5_010);
  // One runs from before, and is claimed like all that run.
  expect(breakers.room(CRM, 1)).toBe(1);
  expect(breakers.room(CRM, 2)).toBe(0);
  const probe = breakers.begin(CRM);
  expect(breakers.room(CRM, 2)).toBe(0);
  expect(breakers.begin(CRM)).toBeNull();
  late?.(FAILED);
  expect([breakers.state("crm"), breakers.room(CRM, 1)]).toEqual(["half_open", 0]);
  probe?.({ outage: null, error: "" });
  expect([breakers.state("crm"), breakers.room(CRM, 0)]).toEqual(["half_open", 1]);
});

test("Breakers know one subscription from another", () => {
  const { breakers } = makeBreakers();
  fail(breakers, 10);
  expect([breakers.state("crm"), breakers.state("erp")]).toEqual(["open", "closed"]);
  expect(breakers.room(endpoint("erp"), 0)).toBe(Number.POSITIVE_INFINITY);
});

test.each<[string, (breakers: Breakers) => void]>([
  ["removed subscription", (breakers) => breakers.keep(new Set(["erp"]))],
  [
    "URL that was changed",
    (breakers) => void breakers.room(endpoint("crm", "https://b.example/"), 0),
  ],
])("Breakers forget a %s, and what still runs of it", (_what, forget) => {
  const { breakers, lines, woken, changes } = makeBreakers();
  const late = Array.from({ length: 11 }, () => breakers.begin(CRM));
  fail(breakers, 10);
  forget(breakers);
  expect(breakers.state("crm")).toBe("closed");
  for (const end of late) end?.(FAILED);
  jest.advanceTimersByTime(600_000);
  expect(breakers.state("crm")).toBe("closed");
  expect(changes).toEqual([
    ["crm", "open"],
    ["crm", "closed"],
  ]);
  expect(lines).toHaveLength(1);
  expect(woken).toEqual([]);
});

test("Breakers keep those that are still there", () => {
  const { breakers } = makeBreakers();
  fail(breakers, 10);
  breakers.keep(new Set(["crm"]));
  expect(breakers.state("crm")).toBe("open");
});

test("Breakers wake nobody once they are closed", () => {
  const { breakers, woken } = makeBreakers();
  fail(breakers, 10);
  breakers.close();
  jest.advanceTimersByTime(600_000);
  expect(woken).toEqual([]);
});

const COMMAND = fc.oneof(
  { weight: 3, arbitrary: fc.constant("claim" as const) },
  { weight: 3, arbitrary: fc.constant("begin" as const) },
  { weight: 5, arbitrary: fc.constantFrom("fail" as const, "fail" as const, "succeed" as const) },
  { weight: 1, arbitrary: fc.nat(8_000) },
);

test("Breakers never have a loop claim while one is open, nor two probes, in any sequence", () => {
  let probed = 0;
  fc.assert(
    fc.property(fc.array(COMMAND, { minLength: 100, maxLength: 400 }), (commands) => {
      const { breakers } = makeBreakers();
      let waiting = 0;
      const running: { end: NonNullable<ReturnType<Breakers["begin"]>>; probe: boolean }[] = [];
      for (const command of commands) {
        const state = breakers.state("crm");
        if (command === "claim") {
          const room = Math.min(5, breakers.room(CRM, waiting + running.length));
          if (state === "open") expect(room).toBe(0);
          // One that is claimed already will be the probe.
          if (state === "half_open") expect(room).toBeLessThanOrEqual(waiting > 0 ? 0 : 1);
          waiting += room;
        } else if (command === "begin" && waiting > 0) {
          waiting -= 1;
          const end = breakers.begin(CRM);
          if (state === "open") expect(end).toBeNull();
          if (end !== null) running.push({ end, probe: state === "half_open" });
        } else if (typeof command === "number") jest.advanceTimersByTime(command);
        else if (command === "fail") running.shift()?.end(FAILED);
        else if (command === "succeed") running.pop()?.end(SUCCEEDED);
        const probes = running.filter(({ probe }) => probe).length;
        if (breakers.state("crm") === "half_open") expect(probes).toBeLessThanOrEqual(1);
        probed += probes;
      }
      breakers.close();
    }),
    { numRuns: 300 },
  );
  expect(probed).toBeGreaterThan(0);
});

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
