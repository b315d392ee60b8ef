import { expect, test } from "@jest/globals";
import { KeyLocks } from "./key_locks.ts";

/** Work that lasts until it is let go. */
function newWork() {
  const { promise, resolve } = Promise.withResolvers<void>();
  const state = { begun: false };
  const work = async () => {
    state.begun = true;
    await promise;
  };
  return { state, work, end: resolve };
}

const turn = () => new Promise((resolve) => setImmediate(resolve));

test("KeyLocks runs calls that share a key in turn, and others at once", async () => {
  const locks = new KeyLocks();
  const [first, second, third, other] = [newWork(), newWork(), newWork(), newWork()];
  const calls = [
    locks.during(["a", "b"], first.work),
    locks.during(["b", "c"], second.work),
    locks.during(["c", "c"], third.work),
    locks.during(["d"], other.work),
  ];
  await turn();
  const begun = () => [first, second, third, other].map(({ state }) => state.begun);
  expect(begun()).toEqual([true, false, false, true]);
  first.end();
  await turn();
  expect(begun()).toEqual([true, true, false, true]);
  second.end();
  await turn();
  expect(begun()).toEqual([true, true, true, true]);
  third.end();
  other.end();
  await Promise.all(calls);
});

test("KeyLocks frees the keys of a call that fails, and holds up none without keys", async () => {
  const locks = new KeyLocks();
  const failed = locks.during(["a"], () => Promise.reject(new Error("it failed")));
  const next = locks.during(["a"], async () => "next");
  await expect(failed).rejects.toThrow("it failed");
  expect(await next).toBe("next");
  expect(await locks.during([], async () => "free")).toBe("free");
});
