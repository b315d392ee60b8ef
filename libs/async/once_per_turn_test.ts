import { afterEach, expect, jest, test } from "@jest/globals";
import { nextTurn, OncePerTurn } from "./once_per_turn.ts";

afterEach(() => void jest.useRealTimers());

test("OncePerTurn runs its work in the next turn, once for all calls of this one", async () => {
  let runs = 0;
  const batch = new OncePerTurn(() => {
    runs += 1;
  });
  batch.schedule();
  batch.schedule();
  expect([runs, batch.scheduled]).toEqual([0, true]);
  await Promise.resolve();
  expect(runs).toBe(0);
  await nextTurn();
  expect([runs, batch.scheduled]).toEqual([1, false]);
  await nextTurn();
  expect(runs).toBe(1);
});

test("OncePerTurn can be scheduled by its own work, for the turn after", async () => {
  let runs = 0;
  const batch = new OncePerTurn(() => {
    runs += 1;
    if (runs < 3) batch.schedule();
  });
  batch.schedule();
  await nextTurn();
  expect(runs).toBe(1);
  await nextTurn();
  await nextTurn();
  expect([runs, batch.scheduled]).toEqual([3, false]);
});

test("nextTurn() resolves although the global timers are faked", async () => {
  jest.useFakeTimers();
  await nextTurn();
});
