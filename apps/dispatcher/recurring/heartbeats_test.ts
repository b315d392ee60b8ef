import { fakeClock } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { Heartbeats } from "./heartbeats.ts";

function heartbeatsOver({ beat = async () => {} }: { beat?: () => Promise<void> } = {}) {
  const clock = fakeClock({ now: 1_000 });
  const step = { ms: 0 };
  const store = { heartbeat: beat, clockSteps: () => step.ms };
  const heartbeats = new Heartbeats({ store, monotonic: clock.now });
  const beatFor = async (seconds: number) => {
    for (let n = 0; n < seconds; n += 1) {
      clock.advance(1_000);
      await heartbeats.heartbeat("one");
    }
  };
  return { clock, heartbeats, beatFor, step };
}

test("Heartbeats are steady since the first one", async () => {
  const { heartbeats, beatFor } = heartbeatsOver();
  expect(heartbeats.steadyMs).toBe(0);
  await beatFor(1);
  expect(heartbeats.steadyMs).toBe(0);
  await beatFor(8);
  expect(heartbeats.steadyMs).toBe(8_000);
});

test("Heartbeats that fail for some seconds begin again, and are not steady meanwhile", async () => {
  let isAway = false;
  const { clock, heartbeats, beatFor } = heartbeatsOver({
    beat: async () => {
      if (isAway) throw new Error("away");
    },
  });
  await beatFor(20);
  isAway = true;
  await expect(heartbeats.heartbeat("one")).rejects.toThrow("away");
  clock.advance(3_001);
  expect(heartbeats.steadyMs).toBe(0);
  clock.advance(9_000);
  isAway = false;
  await heartbeats.heartbeat("one");
  expect(heartbeats.steadyMs).toBe(0);
  await beatFor(7);
  expect(heartbeats.steadyMs).toBe(7_000);
});

test("Heartbeats that are a little late stay steady", async () => {
  const { clock, heartbeats, beatFor } = heartbeatsOver();
  await beatFor(5);
  clock.advance(3_000);
  await heartbeats.heartbeat("one");
  expect(heartbeats.steadyMs).toBe(7_000);
});

test("Heartbeats begin again after a step of the store's clock, which makes everybody's look old", async () => {
  const { heartbeats, beatFor, step } = heartbeatsOver();
  await beatFor(20);
  step.ms = 3_600_000;
  expect(heartbeats.steadyMs).toBe(0);
  await beatFor(1);
  expect(heartbeats.steadyMs).toBe(0);
  await beatFor(8);
  expect(heartbeats.steadyMs).toBe(8_000);
});
