import { once } from "node:events";
import { type AddressInfo, connect, createServer } from "node:net";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { nextTurn } from "./once_per_turn.ts";
import { RunningClock } from "./running_clock.ts";

let now: number;
let clock: RunningClock;

beforeEach(() => {
  jest.useFakeTimers();
  now = 1_000;
  clock = new RunningClock({ monotonic: () => now });
});

afterEach(() => {
  clock.close();
  jest.useRealTimers();
});

function run(ms: number): void {
  for (let step = 0; step < ms; step += 50) {
    now += 50;
    jest.advanceTimersByTime(50);
  }
}

function pause(ms: number): void {
  now += ms;
}

test("RunningClock.now() counts the time in which the process ran", () => {
  const before = clock.now();
  run(1_000);
  expect(clock.now() - before).toBe(1_000);
  pause(10_000);
  // It cannot know how much of a step it ran.
  expect(clock.now() - before).toBeLessThanOrEqual(1_250);
  run(1_000);
  expect(clock.now() - before).toBeLessThanOrEqual(2_250);
});

test("RunningClock does not take a look that is a little late for a pause", () => {
  const before = clock.now();
  pause(400);
  expect(clock.now() - before).toBe(400);
});

test.each([
  ["no pause", () => run(10_000), 0],
  ["a pause before it", () => [pause(5_000), run(2_000)], 0],
  ["a pause in it", () => [pause(5_000), run(500)], 5_000],
  ["two pauses in it", () => [pause(5_000), run(250), pause(1_000), run(500)], 6_000],
])("RunningClock.spanOf() adds %s", (_, happen, added) => {
  run(250);
  happen();
  expect(clock.spanOf(1_000)).toBe(1_000 + added);
});

test("RunningClock.after() waits for time in which the process runs", async () => {
  const called = jest.fn();
  clock.after(1_000, called);
  run(500);
  pause(10_000);
  run(250);
  expect(called).not.toHaveBeenCalled();
  run(500);
  await nextTurn();
  expect(called).toHaveBeenCalledTimes(1);
});

test("RunningClock.after() lets what has arrived in a pause be read first", async () => {
  const called = jest.fn();
  clock.after(1_000, called);
  run(950);
  pause(10_000);
  // Timers come first.
  jest.advanceTimersByTime(50);
  run(200);
  expect(called).not.toHaveBeenCalled();
  run(300);
  await nextTurn();
  expect(called).toHaveBeenCalledTimes(1);
});

test("RunningClock.after() returns what cancels it, before and after a pause", async () => {
  const called = jest.fn();
  clock.after(1_000, called)();
  const cancel = clock.after(1_000, called);
  run(500);
  pause(10_000);
  run(250);
  cancel();
  run(5_000);
  await nextTurn();
  expect(called).not.toHaveBeenCalled();
});

test("RunningClock.after() reads what has arrived before a deadline that is due at the same time", async () => {
  jest.useRealTimers();
  const running = new RunningClock({ monotonic: () => performance.now() });
  await using stack = new AsyncDisposableStack();
  stack.defer(() => running.close());
  const server = createServer((socket) => socket.write("in time"));
  await new Promise<void>((resolve) => void server.listen(0, "127.0.0.1", resolve));
  const socket = connect((server.address() as AddressInfo).port, "127.0.0.1");
  stack.defer(() => void server.close());
  stack.defer(() => void socket.destroy());
  await once(socket, "connect");
  const first = await new Promise((resolve) => {
    socket.once("data", () => resolve("read"));
    running.after(5, () => resolve("late"));
    // The kernel completes it meanwhile: the bytes lie in the socket.
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 100);
  });
  expect(first).toBe("read");
});
