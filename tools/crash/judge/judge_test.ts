import { expect, test } from "@jest/globals";
import type { LedgerEntry } from "../load/ledger.ts";
import { type Evidence, judge } from "./judge.ts";
import type { StoredDelivery } from "./read_store.ts";
import type { RunLine } from "./runs.ts";

function posted(id: number, change: Partial<LedgerEntry> = {}): LedgerEntry {
  const answer = { at: 20, status: 200, eventId: `evt_${id}` };
  return { id, source: "a", sha256: `sha ${id}`, signed: true, sent: 10, answer, ...change };
}

function delivery(id: number, change: Partial<StoredDelivery> = {}): StoredDelivery {
  const eventId = `evt_${id}`;
  return {
    id: `dlv_${id}`,
    eventId,
    subscription: "s",
    state: "delivered",
    order: null,
    ...change,
  };
}

function run(id: number, kind: RunLine["kind"], change: Partial<RunLine> = {}): RunLine {
  return { kind, deliveryId: `dlv_${id}`, at: 30, ...change };
}

/** Two events that kept every promise. */
function good(): Evidence & { runs: RunLine[] } {
  const ids = [1, 2];
  return {
    entries: ids.map((id) => posted(id)),
    stored: {
      events: ids.map((id) => ({ id: `evt_${id}`, source: "a", sha256: `sha ${id}` })),
      deliveries: ids.map((id) => delivery(id)),
      ends: 2,
    },
    runs: ids.flatMap((id) => [run(id, "begin", { sha256: `sha ${id}` }), run(id, "done")]),
  };
}

/** Evidence in which the second event or its delivery is as given. */
function withSecond(change: {
  entry?: Partial<LedgerEntry>;
  delivery?: Partial<StoredDelivery>;
}): Evidence {
  const { entries, stored, runs } = good();
  return {
    entries: [posted(1), posted(2, change.entry)].slice(0, entries.length),
    stored: { ...stored, deliveries: [delivery(1), delivery(2, change.delivery)] },
    runs,
  };
}

test("judge() finds nothing where every promise was kept", () => {
  expect(judge(good())).toEqual({
    posts: 2,
    acked: 2,
    maybe: 0,
    lost: 0,
    altered: 0,
    twice: 0,
    problems: [],
  });
});

test.each<[string, Evidence, string[], { lost?: number; altered?: number }]>([
  [
    "an acknowledged event that is missing",
    { ...good(), entries: [...good().entries, posted(3)] },
    ["evt_3 is not stored"],
    { lost: 1 },
  ],
  [
    "another body",
    withSecond({ entry: { sha256: "sha of what was sent" } }),
    [
      "evt_2 is stored but was never sent, or signed wrongly",
      "evt_2 is not what was sent, byte for byte",
    ],
    { altered: 1 },
  ],
  [
    "an id that the answer did not name",
    withSecond({ entry: { answer: { at: 20, status: 200, eventId: "evt_9" } } }),
    ["evt_9 is stored under another id than it was acknowledged by"],
    { lost: 1 },
  ],
  [
    "a 4xx for a post that was in order",
    withSecond({ entry: { answer: { at: 20, status: 408, eventId: "" } } }),
    ["post 2 was answered with 408 although it was in order"],
    {},
  ],
  [
    "a wrong signature",
    withSecond({ entry: { signed: false } }),
    [
      "evt_2 was acknowledged although its signature is wrong",
      "evt_2 is stored but was never sent, or signed wrongly",
    ],
    {},
  ],
  [
    "a delivery that never ended",
    withSecond({ delivery: { state: "running" } }),
    ["dlv_2 is still running", "1 deliveries ended, but 2 ends were counted"],
    { lost: 1 },
  ],
  [
    "a delivery without a run",
    { ...good(), runs: good().runs.slice(0, 2) },
    ["dlv_2 is delivered but its handler never ran to its end"],
    { lost: 1 },
  ],
  [
    "an event without a delivery",
    { ...good(), stored: { ...good().stored, deliveries: [delivery(1)], ends: 1 } },
    ["evt_2 is stored without a delivery"],
    { lost: 1 },
  ],
  [
    "a delivery that ended twice",
    { ...good(), stored: { ...good().stored, ends: 3 } },
    ["2 deliveries ended, but 3 ends were counted"],
    {},
  ],
  [
    "a body that another one stands for in the handler",
    { ...good(), runs: [...good().runs, run(2, "begin", { sha256: "sha 1" }), run(2, "done")] },
    ["evt_2 is not what was sent, byte for byte"],
    { altered: 1 },
  ],
])("judge() notices %s", (_, evidence, problems, counts) => {
  expect(judge(evidence)).toMatchObject({ ...counts, problems });
});

test("judge() notices an event that is stored twice", () => {
  const { stored, runs, entries } = good();
  const again = { id: "evt_3", source: "a", sha256: "sha 1" };
  const verdict = judge({
    entries,
    stored: {
      events: [...stored.events, again],
      deliveries: [...stored.deliveries, delivery(3)],
      ends: 3,
    },
    runs: [...runs, run(3, "begin", { sha256: "sha 1" }), run(3, "done")],
  });
  expect(verdict.problems).toEqual(["evt_1 is stored 2 times"]);
});

test("judge() allows what an unanswered post left behind, if it is intact", () => {
  const evidence = withSecond({ entry: { answer: { at: 20, status: 0, eventId: "" } } });
  expect(judge(evidence)).toMatchObject({ acked: 1, maybe: 1, problems: [] });
});

test("judge() allows a dead delivery that never reached its handler", () => {
  const evidence = {
    ...withSecond({ delivery: { state: "dead" } }),
    runs: good().runs.slice(0, 2),
  };
  expect(judge(evidence)).toMatchObject({ lost: 0, problems: [] });
});

test("judge() counts what ran again, but not what failed and was tried again", () => {
  const begun = [run(1, "begin", { sha256: "sha 1" }), run(1, "done")];
  const failed = [run(2, "failed"), run(2, "begin"), run(2, "done")];
  expect(judge({ ...good(), runs: [...good().runs, ...begun] }).twice).toBe(1);
  expect(judge({ ...good(), runs: [...good().runs.slice(0, 3), ...failed] }).twice).toBe(0);
});

test("judge() notices a delivery that ran before the one ahead of it was done", () => {
  const order = (position: number) => ({ order: { key: "k", position } });
  const stored = {
    ...good().stored,
    deliveries: [delivery(1, order(1)), delivery(2, order(2))],
  };
  const [begin1, done1, begin2, done2] = good().runs as [RunLine, RunLine, RunLine, RunLine];
  const runsOf = (...runs: RunLine[]) => judge({ ...good(), stored, runs }).problems;
  expect(runsOf(begin1, done1, begin2, done2)).toEqual([]);
  expect(runsOf(begin1, begin2, done1, done2)).toEqual([
    "dlv_2 ran before dlv_1, which is first in its order",
  ]);
  // The one before was interrupted and ran again meanwhile: it was done first all the same.
  expect(runsOf(begin1, begin1, done1, begin2, done1, done2)).toEqual([]);
});

test("judge() shows three problems of a kind, and how many there are", () => {
  const many = Array.from({ length: 10 }, (_, index) => posted(index + 3));
  const { problems } = judge({ ...good(), entries: [...good().entries, ...many] });
  expect(problems).toEqual([
    "evt_3 is not stored",
    "evt_4 is not stored",
    "evt_5 is not stored",
    "10 in all: is not stored",
  ]);
});
