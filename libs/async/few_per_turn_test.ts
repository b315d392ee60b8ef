import { expect, test } from "@jest/globals";
import { FewPerTurn } from "./few_per_turn.ts";
import { nextTurn } from "./once_per_turn.ts";

test("FewPerTurn runs callbacks in their order, and others have their turn between them", async () => {
  const queue = new FewPerTurn();
  const ran: number[] = [];
  for (let number = 0; number < 100; number += 1) queue.add(() => ran.push(number));
  expect(ran).toEqual([]);
  const seen: number[] = [];
  while (ran.length < 100) {
    await nextTurn();
    seen.push(ran.length);
  }
  expect(ran).toEqual(Array.from({ length: 100 }, (_, number) => number));
  expect(Math.max(...seen.map((count, at) => count - (seen[at - 1] ?? 0)))).toBeLessThanOrEqual(16);
});

test("FewPerTurn goes on after a callback that throws, and with what a callback adds", () => {
  const turns: (() => void)[] = [];
  const setImmediate = ((turn: () => void) => void turns.push(turn)) as never;
  const queue = new FewPerTurn({ setImmediate });
  const ran: string[] = [];
  queue.add(() => {
    throw new Error("first");
  });
  queue.add(() => {
    ran.push("second");
    queue.add(() => ran.push("third"));
  });
  expect(() => turns.shift()?.()).toThrow("first");
  turns.shift()?.();
  expect(ran).toEqual(["second", "third"]);
});
