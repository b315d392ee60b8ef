import { waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import type { Deliveries, Outcome } from "../store/contract/deliveries.ts";
import type { ClockSteps } from "../store/contract/event_store.ts";
import { TooMuchAtOnceError } from "../store/contract/too_much_at_once.ts";
import { recordingLog } from "../suite/recording_log.ts";
import { Settler } from "./settler.ts";

function outcome(deliveryId: string, key: string | null = null): Outcome {
  return {
    deliveryId,
    source: "academy",
    type: "course.enrolled",
    subscription: "mail",
    claim: { dispatcherId: "one", token: "1" },
    next: { state: "delivered" },
    attempt: null,
    failure: null,
    interruptions: 0,
    suspect: false,
    order: key === null ? null : { key, position: 1 },
  };
}

/** A settler over a store that writes outcomes by `settle`. */
function settlerOver(settle: (ids: string[]) => Promise<void>) {
  const calls: string[][] = [];
  let clockSteps = 0;
  const written: Outcome[] = [];
  const store = {
    clockSteps: () => clockSteps,
    async settle(outcomes: readonly Outcome[]) {
      const ids = outcomes.map(({ deliveryId }) => deliveryId);
      calls.push(ids);
      written.push(...outcomes);
      await settle(ids);
      return ids.map(() => true);
    },
  };
  const { log, lines } = recordingLog();
  const settler = new Settler({
    store: store as unknown as ClockSteps & Deliveries,
    batchMax: () => 512,
    log,
  });
  const step = (ms: number) => {
    clockSteps += ms;
  };
  return { settler, calls, lines, written, step };
}

test("Settler writes outcomes that arrive together in one call, and those that end a turn in an order in another", async () => {
  const ordered = Promise.withResolvers<void>();
  const { settler, calls } = settlerOver(
    (ids) => (ids.includes("b") ? ordered.promise : undefined) ?? Promise.resolve(),
  );
  const dead: Outcome = { ...outcome("d", "k"), next: { state: "dead", reason: "it threw" } };
  const held = settler.settle(outcome("b", "k"));
  const others = [outcome("a"), outcome("c"), dead].map((one) => settler.settle(one));
  // The ones without an order do not wait for the others.
  expect(await Promise.all(others)).toEqual([true, true, true]);
  expect(calls).toEqual([["a", "c", "d"], ["b"]]);
  ordered.resolve();
  expect(await held).toBe(true);
});

test("Settler moves waits along with a step of the clock that came between", async () => {
  const { settler, written, step } = settlerOver(() => Promise.resolve());
  const waiting = (id: string, nextAttemptAt: number): Outcome => {
    return { ...outcome(id), next: { state: "waiting", nextAttemptAt } };
  };
  const settled = [settler.settle(waiting("a", 5_000)), settler.settle(outcome("b"))];
  step(-3_600_000);
  settled.push(settler.settle(waiting("c", 6_000)));
  await Promise.all(settled);
  expect(written.map(({ next }) => next)).toEqual([
    { state: "waiting", nextAttemptAt: 5_000 - 3_600_000 },
    { state: "delivered" },
    { state: "waiting", nextAttemptAt: 6_000 },
  ]);
});

test("Settler divides what was too much at once, and writes again only what failed", async () => {
  let isHeld = true;
  const { settler, calls, lines } = settlerOver(async (ids) => {
    if (isHeld && ids.includes("9"))
      throw new TooMuchAtOnceError("Cannot write: others were faster");
  });
  const ids = Array.from({ length: 10 }, (_, n) => `${n}`);
  const settled: string[] = [];
  const all = ids.map(async (id) => {
    if (await settler.settle(outcome(id, "k"))) settled.push(id);
  });
  await waitFor(() => settled.length === 9, { what: "nine outcomes" });
  isHeld = false;
  await Promise.all(all);
  expect(calls).toEqual([
    ids,
    ...[
      ["0", "1"],
      ["2", "3"],
      ["4", "5"],
      ["6", "7"],
      ["8", "9"],
    ],
    ["8"],
    ["9"],
    ["9"],
  ]);
  expect(lines).toHaveLength(1);
});

test("Settler retries outcomes that the store does not accept, until it is closed", async () => {
  let failures = 2;
  const { settler, calls } = settlerOver(async () => {
    failures -= 1;
    if (failures >= 0) throw new Error("away");
  });
  expect(await settler.settle(outcome("a"))).toBe(true);
  expect(calls).toHaveLength(3);
  failures = Number.POSITIVE_INFINITY;
  const given = settler.settle(outcome("b"));
  await waitFor(() => calls.length > 3, { what: "another call" });
  settler.close();
  expect(await given).toBe(false);
});
