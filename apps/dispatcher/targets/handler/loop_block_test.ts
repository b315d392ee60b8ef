import { expect, test } from "@jest/globals";
import type { Accusation } from "./host_blame.ts";
import { LoopBlock } from "./loop_block.ts";

function bench({ loading = false }: { loading?: boolean } = {}) {
  const suspected: string[][] = [];
  const accused: Accusation[] = [];
  const block = new LoopBlock({
    loading,
    suspects: () => ["a", "b"],
    suspected: (subscriptions) => suspected.push([...subscriptions]),
    accuse: (accusation) => accused.push(accusation),
  });
  block.begin();
  return { block, suspected, accused };
}

const reason = "it blocks the loop of its handler host";

test("LoopBlock suspects all that may block the loop until it is known which one does", () => {
  const { block, suspected, accused } = bench();
  block.pass(499);
  block.noteBlocker("b");
  block.pass(500);
  block.end();
  expect(suspected).toEqual([["a", "b"], []]);
  expect(accused).toEqual([{ subscriptions: ["b"], certain: true, reason }]);
  expect(block.blockerFound).toBe(true);
});

test("LoopBlock accuses all that may if that stays unknown for half a second, and still the one that is found", () => {
  const { block, suspected, accused } = bench();
  block.pass(500);
  block.noteBlocker("b");
  expect(suspected).toEqual([["a", "b"], []]);
  expect(accused).toEqual([
    { subscriptions: ["a", "b"], certain: false, reason },
    { subscriptions: ["b"], certain: true, reason },
  ]);
});

test("LoopBlock waits for modules that are loaded, and for the import that blocks", () => {
  const loads = bench({ loading: true });
  loads.block.pass(5_000);
  loads.block.end();
  expect([loads.suspected, loads.accused]).toEqual([[["a", "b"], []], []]);

  const imports = bench();
  imports.block.noteImport("b");
  imports.block.pass(5_000);
  imports.block.end();
  expect([imports.suspected, imports.accused]).toEqual([[["a", "b"], ["b"], []], []]);
});
