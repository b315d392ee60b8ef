import { expect, test } from "@jest/globals";
import { Budget } from "./budget.ts";

test("a Budget begins full, and refills with time up to its bound", () => {
  const budget = new Budget({ perSecond: 10, burst: 20 }, 1_000);
  expect(budget.left(1_000)).toBe(20);
  budget.spend(15);
  expect(budget.left(1_000)).toBe(5);
  expect(budget.left(1_500)).toBe(10);
  expect(budget.left(1_500)).toBe(10);
  expect(budget.left(60_000)).toBe(20);
});

test("a Budget that was overspent has to be earned again", () => {
  const budget = new Budget({ perSecond: 10, burst: 20 }, 0);
  budget.spend(30);
  expect(budget.left(0)).toBe(-10);
  expect(budget.left(2_000)).toBe(10);
});

test("a Budget gives nothing for a clock that steps back", () => {
  const budget = new Budget({ perSecond: 10, burst: 20 }, 10_000);
  budget.spend(20);
  expect(budget.left(0)).toBe(0);
  expect(budget.left(10_500)).toBe(5);
});
