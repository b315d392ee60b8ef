import { expect, test } from "@jest/globals";
import { storedSubscription } from "../replay/suite/stored_subscription.ts";
import { noCounts } from "../store/contract/buckets.ts";
import type { SubscriptionActivity } from "../store/contract/deliveries.ts";
import type { BucketSum, MetricCounts } from "../store/contract/metrics.ts";
import { type FaultFacts, faultsOf } from "./health_faults.ts";

function sums(by: Record<string, Partial<MetricCounts>>): BucketSum[] {
  return Object.entries(by).map(([name, part]) => ({
    ...{ at: 0, name },
    counts: { ...noCounts(), ...part },
  }));
}

const NOW = 1_000_000;

const WELL: FaultFacts = {
  now: NOW,
  notReady: [],
  subscriptions: [],
  active: new Map(),
  attempts: [],
  lately: [],
  resolved: new Set(),
  requests: [],
  forged: [],
  clockWrong: [],
  edgeAwaySince: null,
  providers: [],
  recipients: [],
};

const handler = storedSubscription("mail", { target: { kind: "handler", path: "/h.ts" } });
const endpoint = storedSubscription("mail", {
  target: {
    kind: "endpoint",
    url: "https://crm.example/",
    secrets: [],
    forwardHeaders: false,
    headers: [],
    ratePerSecond: null,
  },
});
const stream = storedSubscription("pod", { target: { kind: "stream" } });

/** What dispatchers say of `mail`. */
function active(mail: Partial<Pick<SubscriptionActivity, "breaker" | "heldUntil">>) {
  return new Map([["mail", { breaker: null, heldUntil: null, ...mail }]]);
}

/** Whose fault it is, and which one's. */
function whose(facts: Partial<FaultFacts>): string[] {
  return faultsOf({ ...WELL, ...facts }).map((fault) => `${fault.whose} ${fault.name}`.trim());
}

const MINUTE = 60_000;

/** Attempts of `mail` in steps that began so many minutes ago: how many, and how many of them succeeded. */
function lately(
  ...steps: readonly (readonly [minutesAgo: number, attempts: number, succeeded: number])[]
) {
  return steps.map(([minutesAgo, attempts, succeeded]) => ({
    at: NOW - minutesAgo * MINUTE,
    name: "mail",
    counts: { ...noCounts(), attempts, succeeded },
  }));
}

const FAILING = { attempts: 20, succeeded: 8, failed: 2 };

test.each<[string, Partial<FaultFacts>, string[]]>([
  ["nothing", { subscriptions: [handler, stream] }, []],
  ["a full disk", { notReady: ["the disk is below its reserve"] }, ["disk"]],
  ["a disk that cannot be checked", { notReady: ["the disk cannot be checked"] }, ["gateway"]],
  ["a store that is away", { notReady: ["the store does not answer"] }, ["gateway"]],
  ["an edge that is away", { edgeAwaySince: 1 }, ["gateway"]],
  ["a wrong clock", { clockWrong: sums({ stripe: { requests: 3 } }) }, ["clock"]],
  [
    "one failing handler of two subscriptions",
    {
      subscriptions: [handler, stream],
      attempts: sums({ mail: FAILING, pod: { attempts: 9, succeeded: 9 } }),
    },
    ["handler mail"],
  ],
  ["a few failures", { subscriptions: [handler], attempts: sums({ mail: { attempts: 4 } }) }, []],
  [
    "one that ended dead, however few they are",
    { subscriptions: [handler], attempts: sums({ mail: { attempts: 2, failed: 1 } }) },
    ["handler mail"],
  ],
  [
    "one failure of many attempts",
    { subscriptions: [handler], attempts: sums({ mail: { attempts: 100, succeeded: 99 } }) },
    [],
  ],
  [
    "a failing subscriber",
    { subscriptions: [stream], attempts: sums({ pod: FAILING }) },
    ["subscriber pod"],
  ],
  [
    "an open breaker",
    { subscriptions: [handler], active: active({ breaker: "open" }) },
    ["handler mail"],
  ],
  [
    "an endpoint that wants nothing for an hour",
    { subscriptions: [handler], active: active({ heldUntil: NOW + 3_600_000 }) },
    ["handler mail"],
  ],
  [
    "an endpoint that wants nothing for a minute",
    { subscriptions: [handler], active: active({ heldUntil: NOW + 60_000 }) },
    [],
  ],
  [
    "a subscription that an operator paused",
    {
      subscriptions: [{ ...handler, paused: { by: "operator", reason: "", at: 1 } }],
      attempts: sums({ mail: FAILING }),
    },
    [],
  ],
  [
    "one that is paused for its backlog",
    { subscriptions: [{ ...handler, paused: { by: "backlog", reason: "5 wait", at: 1 } }] },
    ["handler mail"],
  ],
  [
    "bad signatures of one source",
    {
      forged: sums({ stripe: { requests: 6 }, github: { requests: 6 }, x: { requests: 2 } }),
      requests: sums({ stripe: { requests: 20 }, github: { requests: 1_000 }, x: { requests: 2 } }),
    },
    ["provider stripe"],
  ],
  [
    "ours before theirs",
    {
      notReady: ["the dispatcher is stopping"],
      providers: [{ source: "asana", problem: "It is quiet.", advice: "Ask." }],
    },
    ["gateway", "provider asana"],
  ],
])("faultsOf() of %s", (_, facts, expected) => {
  expect(whose(facts)).toEqual(expected);
});

test.each<[string, readonly BucketSum[], number | null]>([
  ["two failures ten minutes apart", lately([11, 1, 0], [1, 1, 0]), 11],
  ["failures of hours, in any order", lately([1, 1, 0], [180, 2, 0], [600, 3, 0]), 600],
  ["failures since the last success", lately([30, 1, 1], [20, 1, 0], [5, 1, 0]), 20],
  ["a success among the failures of a step", lately([30, 3, 1], [20, 1, 0], [5, 1, 0]), 20],
  ["a failure", lately([20, 1, 0]), null],
  ["four failures of less than ten minutes", lately([10, 1, 0], [1, 3, 0]), null],
  ["five failures of a moment, all of which wait now", lately([9, 5, 0]), 9],
  ["failures before a success", lately([60, 3, 0], [30, 3, 0], [1, 1, 1]), null],
  ["successes", lately([60, 3, 3], [30, 3, 3]), null],
])("faultsOf() of %s of one that is tried rarely", (_, steps, minutesAgo) => {
  for (const subscription of [
    handler,
    endpoint,
    { ...stream, definition: { ...stream.definition, name: "mail" } },
  ]) {
    const facts = { ...WELL, subscriptions: [subscription], lately: steps };
    const since = faultsOf(facts).map(({ sinceMs }) => sinceMs);
    expect(since).toEqual(minutesAgo === null ? [] : [NOW - minutesAgo * MINUTE]);
  }
});

test("faultsOf() says since when nothing succeeds, also of one that fails fast", () => {
  const facts = { ...WELL, subscriptions: [handler], attempts: sums({ mail: { attempts: 9 } }) };
  const steps = lately([70, 1, 1], [60, 4, 0], [1, 9, 0]);
  expect(faultsOf({ ...facts, lately: steps })).toMatchObject([{ sinceMs: NOW - 60 * MINUTE }]);
});

test("faultsOf() names what is over last", () => {
  const provider = { source: "asana", problem: "x", advice: "" };
  const facts = {
    providers: [
      { ...provider, untilMs: 5 },
      { ...provider, source: "shop" },
    ],
  };
  expect(whose({ ...facts, recipients: [] })).toEqual(["provider shop", "provider asana"]);
});

test("faultsOf() says how many failed, how many died, and what to do", () => {
  const facts = { ...WELL, subscriptions: [handler], attempts: sums({ mail: FAILING }) };
  const [fault] = faultsOf(facts);
  expect(fault?.problem).toBe(
    "12 of 20 attempts in the last five minutes failed; 2 deliveries ended dead.",
  );
  expect(fault?.advice).toContain("npx hookgate dead");
});
