import { expect, test } from "@jest/globals";
import { type Given, HostProgress } from "./host_progress.ts";

const NOTHING = { importing: false };

function bench(...timeouts: number[]) {
  const given = new Map<number, Given>(
    timeouts.map((timeoutMs, index) => [index + 1, { job: { timeoutMs }, startedMs: null }]),
  );
  return { given, progress: new HostProgress(given) };
}

test("HostProgress bears an attempt until five seconds after its timeout, counted from its start", () => {
  const { given, progress } = bench(1_000, 60_000);
  progress.pass(100_000);
  expect(progress.fault(NOTHING)).toBeNull();
  progress.noteStarted(2);
  progress.pass(5_999);
  expect(progress.fault(NOTHING)).toBeNull();
  progress.pass(1);
  expect(progress.fault(NOTHING)).toBe("an attempt had no result 5000 ms after its timeout");
  given.delete(1);
  progress.noteStarted(null);
  expect(progress.fault(NOTHING)).toBeNull();
});

test("HostProgress bears that nothing starts for 20 seconds, and for longer while a module is imported", () => {
  const { progress } = bench(1_000, 1_000, 1_000);
  progress.noteStarted(1);
  progress.pass(19_999);
  progress.noteStarted(1);
  expect(progress.fault(NOTHING)).toBeNull();
  progress.pass(1);
  expect(progress.fault({ importing: true })).toBeNull();
  expect(progress.fault(NOTHING)).toBe("it started no attempt for 20000 ms");
});
