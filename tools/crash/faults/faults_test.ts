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
