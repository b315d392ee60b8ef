import { expect, test } from "@jest/globals";
import { LineBudget } from "./line_budget.ts";

test("LineBudget allows so many lines per window, and then returns how many were omitted", () => {
  let now = 5_000;
  const budget = new LineBudget({ monotonic: () => now, linesMax: 2, windowMs: 1_000 });
  expect([budget.take(), budget.take(), budget.take(), budget.take()]).toEqual([0, 0, null, null]);
  now += 999;
  expect(budget.take()).toBeNull();
  now += 1;
  expect([budget.take(), budget.take(), budget.take()]).toEqual([3, 0, null]);
  now += 60_000;
  expect(budget.take()).toBe(1);
});
