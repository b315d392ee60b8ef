import { expect, test } from "@jest/globals";
import { waitFor } from "./wait_for.ts";

test("waitFor() returns what the condition returns once it holds", async () => {
  const answers = [false, null, undefined, 0, "", { found: true }];
  const found = await waitFor(() => answers.shift(), { what: "the object" });
  expect(found).toEqual({ found: true });
});

test("waitFor() waits for a condition that takes its time", async () => {
  let looks = 0;
  const condition = async () => {
    looks += 1;
    return looks === 3;
  };
  expect(await waitFor(condition, { what: "three looks" })).toBe(true);
});

test("waitFor() treats a throwing condition as one that does not hold yet", async () => {
  let looks = 0;
  const condition = () => {
    looks += 1;
    if (looks < 3) throw new Error("too early");
    return "now";
  };
  expect(await waitFor(condition, { what: "three looks" })).toBe("now");
});

test("waitFor() names what it waited for, and what the condition last threw", async () => {
  const cause = new Error("still down");
  const waiting = waitFor(() => Promise.reject(cause), {
    what: "the server to answer",
    timeoutMs: 30,
  });
  await expect(waiting).rejects.toMatchObject({
    message: "Cannot see the server to answer: not within 30 ms",
    cause,
  });
});

test("waitFor() gives up on a condition that never answers", async () => {
  const waiting = waitFor(() => new Promise<boolean>(() => {}), {
    what: "an answer",
    timeoutMs: 30,
  });
  await expect(waiting).rejects.toThrow("Cannot see an answer");
});

test("waitFor() looks once even without any time", async () => {
  expect(await waitFor(() => true, { what: "it", timeoutMs: 0 })).toBe(true);
  await expect(waitFor(() => false, { what: "it", timeoutMs: 0 })).rejects.toThrow("Cannot see it");
});

test("waitFor() looks a last time after a stall that outlasts its time", async () => {
  let looks = 0;
  const condition = () => {
    looks += 1;
    if (looks === 1) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 60);
    return looks === 2;
  };
  expect(await waitFor(condition, { what: "the second look", timeoutMs: 30 })).toBe(true);
});
