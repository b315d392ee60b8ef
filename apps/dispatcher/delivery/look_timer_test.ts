import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { LookTimer } from "./look_timer.ts";

const START = 1_767_225_600_000;

let passedMs: number;
let looks: number[];
let timer: LookTimer;

beforeEach(() => {
  jest.useFakeTimers();
  passedMs = 0;
  looks = [];
  timer = new LookTimer(() => looks.push(passedMs), {
    now: () => START + passedMs,
    monotonic: () => passedMs,
  });
});

afterEach(() => {
  jest.useRealTimers();
});

function pass(ms: number): void {
  for (let step = 0; step < ms; step += 1) {
    passedMs += 1;
    jest.advanceTimersByTime(1);
  }
}

test("LookTimer looks once, at the earliest of the times it was given", () => {
  timer.lookAt(START + 100);
  timer.lookAt(START + 50);
  timer.lookIn(70);
  pass(200);
  expect(looks).toEqual([50]);
  timer.lookIn(10);
  pass(50);
  expect(looks).toEqual([50, 210]);
});

test("LookTimer looks at once for a time that has passed", () => {
  timer.lookAt(START - 1_000);
  pass(1);
  expect(looks).toEqual([1]);
});

test.each([
  ["a short look", 0.4, 1],
  ["a look of some length", 5, 10],
  ["a long look", 10_000, 25],
])("LookTimer rests after %s", (_, tookMs, at) => {
  timer.restAfter(tookMs);
  // A shorter one does not shorten the rest.
  timer.restAfter(0);
  timer.lookIn(1);
  pass(50);
  expect(looks).toEqual([at]);
});

test("LookTimer that is stopped looks no more", () => {
  timer.lookIn(10);
  timer.stop();
  timer.lookIn(10);
  pass(50);
  expect(looks).toEqual([]);
});
