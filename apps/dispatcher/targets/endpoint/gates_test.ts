import { createMetrics } from "@hookgate/telemetry";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import fc from "fast-check";
import { recordingLog } from "../../suite/recording_log.ts";
import { sampleSubscription } from "../../suite/sample_claimed.ts";
import type { TargetResult } from "../target.ts";
import { countBreakers, Gates } from "./gates.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

function endpoint(name = "crm", url = "https://crm.example.com/hooks") {
  return sampleSubscription({
    name,
    target: {
      kind: "endpoint",
      url,
      secrets: [],
      forwardHeaders: false,
      headers: [],
      ratePerSecond: null,
    },
  });
}

const CRM = endpoint();
const FAILED = { kind: "timed_out", error: "crm.example.com did not answer within 1 ms" } as const;
const SUCCEEDED: TargetResult = { kind: "succeeded" };

function makeGates() {
  const { log, lines } = recordingLog();
  const woken: string[] = [];
  const changes: [string, string][] = [];
  const gates = new Gates({
    wake: (name) => woken.push(name),
    onBreaker: (name, state) => changes.push([name, state]),
    log,
    monotonic: () => performance.now(),
    random: () => 0.5,
  });
  return { gates, lines, woken, changes };
}

function fail(gates: Gates, count: number, subscription = CRM): void {
  for (let at = 0; at < count; at += 1) gates.begin(subscription)?.(FAILED);
}

test("Gates report changes to the log, to the counter and to the loop", () => {
  const { gates, lines, woken, changes } = makeGates();
  fail(gates, 10);
  expect([gates.state("crm"), gates.room(CRM, 0)]).toEqual(["open", 0]);
  expect(gates.begin(CRM)).toBeNull();
  jest.advanceTimersByTime(4_990);
  expect(woken).toEqual([]);
  jest.advanceTimersByTime(20);
  expect([gates.state("crm"), gates.room(CRM, 0)]).toEqual(["half_open", 1]);
  expect(woken).toEqual(["crm"]);
  gates.begin(CRM)?.(SUCCEEDED);
  expect(gates.state("crm")).toBe("closed");

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

test("Gates give the probe's room once, to one that is claimed too", () => {
  const { gates } = makeGates();
  const late = gates.begin(CRM);
  fail(gates, 10);
  jest.advanceTimersByTime(5_010);
  // One runs from before, and is claimed like all that run.
  expect(gates.room(CRM, 1)).toBe(1);
  expect(gates.room(CRM, 2)).toBe(0);
  const probe = gates.begin(CRM);
  expect(gates.room(CRM, 2)).toBe(0);
  expect(gates.begin(CRM)).toBeNull();
  late?.(FAILED);
  expect([gates.state("crm"), gates.room(CRM, 1)]).toEqual(["half_open", 0]);
  probe?.({ kind: "interrupted" });
  expect([gates.state("crm"), gates.room(CRM, 0)]).toEqual(["half_open", 1]);
});

test("Gates know one subscription from another", () => {
  const { gates } = makeGates();
  fail(gates, 10);
  expect([gates.state("crm"), gates.state("erp")]).toEqual(["open", "closed"]);
  expect(gates.room(endpoint("erp"), 0)).toBe(Number.POSITIVE_INFINITY);
});

test.each<[string, (gates: Gates) => void]>([
  ["removed subscription", (gates) => gates.keep(new Set(["erp"]))],
  ["URL that was changed", (gates) => void gates.room(endpoint("crm", "https://b.example/"), 0)],
])("Gates forget a %s, and what still runs of it", (_what, forget) => {
  const { gates, lines, woken, changes } = makeGates();
  const late = Array.from({ length: 11 }, () => gates.begin(CRM));
  fail(gates, 10);
  forget(gates);
  expect(gates.state("crm")).toBe("closed");
  for (const end of late) end?.(FAILED);
  jest.advanceTimersByTime(600_000);
  expect(gates.state("crm")).toBe("closed");
  expect(changes).toEqual([
    ["crm", "open"],
    ["crm", "closed"],
  ]);
  expect(lines).toHaveLength(1);
  expect(woken).toEqual([]);
});

test("Gates keep those that are still there", () => {
  const { gates } = makeGates();
  fail(gates, 10);
  gates.keep(new Set(["crm"]));
  expect(gates.state("crm")).toBe("open");
});

test("Gates wake nobody once they are closed", () => {
  const { gates, woken } = makeGates();
  fail(gates, 10);
  gates.close();
  jest.advanceTimersByTime(600_000);
  expect(woken).toEqual([]);
});

const LIMITED: TargetResult = {
  kind: "limited",
  error: "crm.example.com answered 429",
  waitMs: 3_000,
  response: { status: 429, body: "" },
};

test("Gates hold a whole subscription back for as long as its endpoint says, then begin with fewer", () => {
  const { gates, woken, lines } = makeGates();
  const eight = Array.from({ length: 8 }, () => gates.begin(CRM));
  for (const end of eight) end?.(LIMITED);
  expect([gates.state("crm"), gates.room(CRM, 0)]).toEqual(["closed", 0]);
  jest.advanceTimersByTime(2_999);
  expect(woken).toEqual([]);
  jest.advanceTimersByTime(10);
  expect([woken, gates.room(CRM, 0)]).toEqual([["crm"], 4]);
  for (let count = 0; count < 500; count += 1) gates.begin(CRM)?.(SUCCEEDED);
  expect(gates.room(CRM, 0)).toBe(Number.POSITIVE_INFINITY);
  expect(lines.map(({ message }) => message)).toEqual([
    "endpoint limits deliveries, slowing down",
    "endpoint takes full concurrency again",
  ]);
});

test("Gates that an operator wants tried now are held neither by an answer nor by an open breaker", () => {
  const { gates, changes } = makeGates();
  const eight = Array.from({ length: 8 }, () => gates.begin(CRM));
  for (const end of eight) end?.({ ...LIMITED, waitMs: 86_400_000 });
  expect([gates.room(CRM, 0), gates.heldMs("crm")]).toEqual([0, 86_400_000]);
  gates.tryNow("crm");
  expect([gates.room(CRM, 0), gates.heldMs("crm")]).toEqual([4, 0]);
  gates.begin(CRM)?.({ ...LIMITED, waitMs: 60_000 });
  expect([gates.room(CRM, 0), gates.heldMs("crm")]).toEqual([0, 60_000]);
  gates.tryNow("crm");

  fail(gates, 10);
  gates.tryNow("crm");
  expect([gates.state("crm"), gates.room(CRM, 0)]).toEqual(["half_open", 1]);
  fail(gates, 1);
  // Its first timer is gone: this opening has one of its own, and lasts its full time.
  jest.advanceTimersByTime(9_990);
  expect(gates.state("crm")).toBe("open");
  jest.advanceTimersByTime(20);
  expect(changes.map(([, state]) => state)).toEqual(["open", "half_open", "open", "half_open"]);
});

test("Gates let deliveries begin at the configured rate, and wake for the next", () => {
  const { gates, woken } = makeGates();
  const { target, ...rest } = CRM;
  const limited = { ...rest, target: { ...target, ratePerSecond: 5 } };
  const begun: number[] = [];
  const startedAt = performance.now();
  while (performance.now() - startedAt < 2_000) {
    while (gates.room(limited, 0) > 0) {
      gates.begin(limited)?.(SUCCEEDED);
      begun.push(performance.now() - startedAt);
    }
    jest.advanceTimersByTime(1);
  }
  expect(begun.length).toBeGreaterThanOrEqual(10);
  expect(begun.length).toBeLessThanOrEqual(11);
  expect(woken.length).toBeGreaterThanOrEqual(begun.length - 1);
});

const COMMAND = fc.oneof(
  { weight: 3, arbitrary: fc.constant("claim" as const) },
  { weight: 3, arbitrary: fc.constant("begin" as const) },
  { weight: 5, arbitrary: fc.constantFrom("fail" as const, "fail" as const, "succeed" as const) },
  { weight: 1, arbitrary: fc.nat(8_000) },
);

test("Gates never have a loop claim while one is open, nor too many probes, in any sequence", () => {
  let probed = 0;
  fc.assert(
    fc.property(fc.array(COMMAND, { minLength: 100, maxLength: 400 }), (commands) => {
      const { gates, changes } = makeGates();
      const probesMax = () => {
        const openings = changes.slice(
          changes.findLastIndex(([, state]) => state === "closed") + 1,
        );
        return Math.min(16, 2 ** (openings.filter(([, state]) => state === "open").length - 1));
      };
      let waiting = 0;
      const running: { end: NonNullable<ReturnType<Gates["begin"]>>; probe: boolean }[] = [];
      for (const command of commands) {
        const state = gates.state("crm");
        if (command === "claim") {
          const room = Math.min(5, gates.room(CRM, waiting + running.length));
          if (state === "open") expect(room).toBe(0);
          // Those that are claimed already will be probes.
          if (state === "half_open") {
            expect(room).toBeLessThanOrEqual(Math.max(0, probesMax() - waiting));
          }
          waiting += room;
        } else if (command === "begin" && waiting > 0) {
          waiting -= 1;
          const end = gates.begin(CRM);
          if (state === "open") expect(end).toBeNull();
          if (end !== null) running.push({ end, probe: state === "half_open" });
        } else if (typeof command === "number") jest.advanceTimersByTime(command);
        else if (command === "fail") running.shift()?.end(FAILED);
        else if (command === "succeed") running.pop()?.end(SUCCEEDED);
        const probes = running.filter(({ probe }) => probe).length;
        if (gates.state("crm") === "half_open") expect(probes).toBeLessThanOrEqual(probesMax());
        probed += probes;
      }
      gates.close();
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
