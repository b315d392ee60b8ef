import { expect, test } from "@jest/globals";
import type { Evidence } from "../judge/judge.ts";
import type { RunLine } from "../judge/runs.ts";
import { jumpingClock } from "./clock.ts";
import { FAULTS } from "./faults.ts";
import { hostileHandlers } from "./handlers.ts";

const NOTHING: Evidence = {
  entries: [],
  stored: { events: [], deliveries: [], ends: 0 },
  runs: [],
};

test.each([
  ["in time", 2_000, []],
  ["late, but less than 10 s", 11_900, []],
  ["early", 1_990, ["dlv_1 was retried 10 ms early"]],
  ["an hour late", 3_602_000, ["dlv_1 was retried 3600000 ms late"]],
])("F8 judges a retry that is %s", (_, waitMs, problems) => {
  const line = (kind: RunLine["kind"], at: number) => ({ kind, at, deliveryId: "dlv_1" });
  const runs = [line("begin", 0), line("failed", 100), line("begin", 100 + waitMs)];
  expect(jumpingClock.check?.({ ...NOTHING, runs })).toEqual(problems);
});

test("F8 allows for the time that first attempts had to wait too", () => {
  const answer = { at: 0, status: 200, eventId: "evt_1" };
  const entry = { id: 1, source: "alpha", sha256: "", signed: true, sent: 0, answer };
  const line = (kind: RunLine["kind"], at: number) => ({ kind, at, deliveryId: "dlv_1" });
  const runs = [{ ...line("begin", 5_000), eventId: "evt_1" }, line("failed", 5_000)];
  const retried = (waitMs: number) => [...runs, line("begin", 5_000 + waitMs)];
  const check = (waitMs: number) =>
    jumpingClock.check?.({ ...NOTHING, entries: [entry], runs: retried(waitMs) });
  expect(check(16_900)).toEqual([]);
  expect(check(17_100)).toEqual(["dlv_1 was retried 15100 ms late"]);
});

test("F10 wants the deliveries of hostile handlers dead, and no others", () => {
  const delivery = (id: string, subscription: string, state: string) => {
    return { id, eventId: "evt_1", subscription, state, order: null };
  };
  const deliveries = [
    delivery("dlv_1", "exits", "dead"),
    delivery("dlv_2", "hangs", "delivered"),
    delivery("dlv_3", "plain", "delivered"),
  ];
  const stored = { ...NOTHING.stored, deliveries };
  expect(hostileHandlers.check?.({ ...NOTHING, stored })).toEqual([
    "dlv_2 of hangs is delivered, not dead",
  ]);
});

test("the short form strikes only on stores that the fault has", () => {
  for (const { name, stores, kills } of FAULTS) {
    expect({ name, stores }).toEqual({
      name,
      stores: expect.arrayContaining(Object.keys(kills.short)),
    });
  }
});
