import { fakeClock } from "@hookgate/testing";
import { expect, jest, test } from "@jest/globals";
import { recordingLog } from "../suite/recording_log.ts";
import { BoundedWork } from "./bounded_work.ts";

function makeWork(work: () => Promise<unknown>) {
  const clock = fakeClock({ now: 0 });
  const { log, lines } = recordingLog();
  const bounded = new BoundedWork({
    name: "counting",
    work,
    everyMs: 1_000,
    msMax: 20,
    monotonic: clock.now,
    log,
  });
  return { bounded, clock, lines };
}

const never = () => new Promise<never>(() => {});

test("BoundedWork knows when it last succeeded", async () => {
  let fails = false;
  const { bounded, clock } = makeWork(async () => {
    if (fails) throw new Error("away");
  });
  clock.advance(500);
  expect(bounded.idleMs).toBe(500);
  await bounded.run();
  expect(bounded.idleMs).toBe(0);
  fails = true;
  clock.advance(700);
  await bounded.run();
  expect(bounded.idleMs).toBe(700);
});

test("BoundedWork logs a failure and what happens next, not every time", async () => {
  const { bounded, clock, lines } = makeWork(() => Promise.reject(new Error("away")));
  for (let runs = 0; runs < 10; runs += 1) {
    await bounded.run();
    clock.advance(1_000);
  }
  await bounded.run();
  const message = "counting failed, trying again in 1000 ms";
  expect(lines).toMatchObject([
    { level: "error", message, fields: { err: new Error("away") } },
    { level: "error", message, fields: { omitted: 9 } },
  ]);
});

test("BoundedWork that throws at once fails like any other", async () => {
  const { bounded, lines } = makeWork(() => {
    throw new Error("broken");
  });
  await bounded.run();
  expect(lines).toHaveLength(1);
});

test("run() returns although the work hangs, and starts no second one beside it for a while", async () => {
  const work = jest.fn(never);
  const { bounded, clock, lines } = makeWork(work);
  await bounded.run();
  expect(lines).toMatchObject([
    { message: "counting hangs, not starting it again for 30000 ms unless it ends" },
  ]);
  clock.advance(29_999);
  await bounded.run();
  expect(work).toHaveBeenCalledTimes(1);
  clock.advance(1);
  await bounded.run();
  expect(work).toHaveBeenCalledTimes(2);
});

test("runs that hang are bounded in number", async () => {
  const work = jest.fn(never);
  const { bounded, clock } = makeWork(work);
  for (let runs = 0; runs < 20; runs += 1) {
    await bounded.run();
    clock.advance(30_000);
  }
  expect(work).toHaveBeenCalledTimes(10);
});

test("a run that ends late counts when it ends, and the next one starts at once", async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const work = jest.fn(() => promise);
  const { bounded, clock } = makeWork(work);
  await bounded.run();
  clock.advance(5_000);
  expect(bounded.idleMs).toBe(5_000);
  resolve();
  await new Promise(setImmediate);
  expect(bounded.idleMs).toBe(0);
  await bounded.run();
  expect(work).toHaveBeenCalledTimes(2);
});

test("start() runs again and again until stop()", async () => {
  jest.useFakeTimers();
  try {
    const work = jest.fn(async () => {});
    const { bounded } = makeWork(work);
    bounded.start();
    await jest.advanceTimersByTimeAsync(3_500);
    expect(work).toHaveBeenCalledTimes(3);
    bounded.stop();
    await jest.advanceTimersByTimeAsync(3_500);
    expect(work).toHaveBeenCalledTimes(3);
  } finally {
    jest.useRealTimers();
  }
});
