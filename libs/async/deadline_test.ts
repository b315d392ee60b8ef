import { MessageChannel } from "node:worker_threads";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { deadline } from "./deadline.ts";

beforeEach(() => void jest.useFakeTimers());
afterEach(() => void jest.useRealTimers());

const never = new Promise<string>(() => {});
const late = () => "late";

test("deadline() returns what the promise resolves to in time, and leaves no timer", async () => {
  expect(await deadline(Promise.resolve("done"), { ms: 1_000, late })).toBe("done");
  expect(jest.getTimerCount()).toBe(0);
});

test("deadline() rejects as the promise does, and leaves no timer", async () => {
  const failed = Promise.reject(new Error("failed"));
  await expect(deadline(failed, { ms: 1_000, late })).rejects.toThrow("failed");
  expect(jest.getTimerCount()).toBe(0);
});

test("deadline() returns what `late` returns, once the time is up and not before", async () => {
  const called = jest.fn(late);
  const outcome = deadline(never, { ms: 1_000, late: called });
  await jest.advanceTimersByTimeAsync(999);
  expect(called).not.toHaveBeenCalled();
  await jest.advanceTimersByTimeAsync(1);
  expect(await outcome).toBe("late");
  expect(jest.getTimerCount()).toBe(0);
});

test("deadline() rejects with what `late` throws", async () => {
  const outcome = deadline(never, {
    ms: 10,
    late: () => {
      throw new RangeError("too late");
    },
  });
  const rejected = expect(outcome).rejects.toThrow(RangeError);
  await jest.advanceTimersByTimeAsync(10);
  await rejected;
});

test("deadline() ignores an error that comes after the time is up", async () => {
  const { promise, reject } = Promise.withResolvers<string>();
  const outcome = deadline(promise, { ms: 10, late });
  await jest.advanceTimersByTimeAsync(10);
  expect(await outcome).toBe("late");
  reject(new Error("nobody waits any more"));
  await jest.advanceTimersByTimeAsync(10);
});

test("deadline() is not over for what arrived during a pause of this process", async () => {
  jest.useRealTimers();
  const { port1, port2 } = new MessageChannel();
  const answered = new Promise((resolve) => port1.once("message", resolve));
  const outcome = deadline(answered, { ms: 20, late });
  port2.postMessage("answer");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
  expect(await outcome).toBe("answer");
  port1.close();
});
