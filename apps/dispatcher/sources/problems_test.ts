import { findProvider } from "@hookgate/providers";
import { expect, test } from "@jest/globals";
import { exampleSource } from "../suite/example_source.ts";
import type { Patience } from "./patience.ts";
import { providerProblems } from "./problems.ts";
import type { SourceFacts } from "./source_facts.ts";

const AT = Date.UTC(2026, 8, 7, 12);
const MINUTE = 60_000;

const CALM: Patience = {
  ...{ retries: true, note: "", outage: null, advice: "Do something." },
  ...{ nextRetryAt: null, givesUpAt: null, switchesOffAt: null, isLost: false },
};

function factsOf(part: Partial<SourceFacts> = {}, patience: Partial<Patience> = {}): SourceFacts {
  const provider = findProvider("stripe");
  if (provider === null) throw new Error("no provider");
  return {
    ...{ source: exampleSource({ name: "shop" }), provider, lastAt: null },
    ...{ silence: null, quietTypes: [], handshake: null },
    patience: { ...CALM, ...patience },
    ...part,
  };
}

const problemsOf = (facts: SourceFacts) => providerProblems([facts]).map(({ problem }) => problem);

const PAST = { from: AT, to: AT + 5 * MINUTE };
const OPEN = { from: AT, to: null };

test.each<[string, Partial<Patience>, string[]]>([
  ["no outage", {}, []],
  ["an outage whose events have come again", { outage: PAST, givesUpAt: AT + 9 * MINUTE }, []],
  [
    "an outage that goes on",
    {
      ...{ outage: OPEN, nextRetryAt: AT + MINUTE, givesUpAt: AT + 2 * MINUTE },
      switchesOffAt: AT + 60 * MINUTE,
    },
    [
      "Our outage since 2026-09-07T12:00Z goes on: it tries again next at 2026-09-07T12:01Z, it gives up at 2026-09-07T12:02Z, it switches the endpoint off at 2026-09-07T13:00Z.",
    ],
  ],
  [
    "one of a provider that never tries again",
    { outage: PAST, retries: false, isLost: true },
    [
      "Our outage since 2026-09-07T12:00Z ended at 2026-09-07T12:05Z, give or take a minute: it never tries again.",
    ],
  ],
  [
    "one of a provider that says nothing",
    { outage: PAST, retries: null, isLost: true },
    [
      "Our outage since 2026-09-07T12:00Z ended at 2026-09-07T12:05Z, give or take a minute: whether and when it tries again is not documented.",
    ],
  ],
  [
    "one whose events are still to come",
    { outage: PAST, nextRetryAt: AT + 9 * MINUTE },
    [
      "Our outage since 2026-09-07T12:00Z ended at 2026-09-07T12:05Z, give or take a minute: it tries again next at 2026-09-07T12:09Z.",
    ],
  ],
])("providerProblems() tells of %s", (_, patience, expected) => {
  expect(problemsOf(factsOf({}, patience))).toEqual(expected);
});

test("providerProblems() says when an outage has ended", () => {
  const past = factsOf({}, { outage: PAST, retries: false, isLost: true });
  const open = factsOf({}, { outage: OPEN, retries: false, isLost: true });
  expect(providerProblems([past, open]).map(({ untilMs }) => untilMs)).toEqual([
    AT + 5 * MINUTE,
    undefined,
  ]);
});

test("providerProblems() tells of silence, of quiet types and of handshakes", () => {
  const silence = { since: AT, expected: 29.6 };
  expect(problemsOf(factsOf({ silence: { ...silence, type: "" } }))).toEqual([
    "It has gone quiet: about 30 events come in such a time by habit.",
  ]);
  const found = providerProblems([
    factsOf({
      quietTypes: [{ ...silence, type: "invoice.paid" }],
      handshake: { everyMs: MINUTE, problem: "late", lastOkAt: AT },
    }),
  ]);
  expect(found).toMatchObject([
    {
      source: "shop",
      problem:
        "Its type invoice.paid has gone quiet: about 30 events come in such a time by habit.",
      advice: "See whether the webhook at Stripe still asks for this type.",
      sinceMs: AT,
    },
    { source: "shop", problem: "Its recurring handshake has stopped.", sinceMs: AT },
  ]);
});
