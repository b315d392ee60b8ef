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
  requests: [],
  forged: [],
  clockWrong: [],
  edgeAwaySince: null,
  providers: [],
  recipients: [],
};

const handler = storedSubscription("mail", { target: { kind: "handler", path: "/h.ts" } });
const stream = storedSubscription("pod", { target: { kind: "stream" } });

/** What dispatchers say of `mail`. */
function active(mail: Partial<Pick<SubscriptionActivity, "breaker" | "heldUntil">>) {
  return new Map([["mail", { breaker: null, heldUntil: null, ...mail }]]);
}

/** Whose fault it is, and which one's. */
function whose(facts: Partial<FaultFacts>): string[] {
  return faultsOf({ ...WELL, ...facts }).map((fault) => `${fault.whose} ${fault.name}`.trim());
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
