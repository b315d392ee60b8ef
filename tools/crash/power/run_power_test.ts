import { accessSync } from "node:fs";
import { expect, test } from "@jest/globals";
import { failedSyncs, NO_SYNC, runPower } from "./run_power.ts";
import { whyNoTrace } from "./trace_load.ts";

const LENGTH = { commits: 16, seed: Date.now() % 1_000_000, partialCuts: 12 };

const problem = await whyNoTrace();

/** Where apt-get is, continuous integration installs strace. */
function isInstallable(): boolean {
  try {
    accessSync("/usr/bin/apt-get");
    return true;
  } catch {
    return false;
  }
}

if (problem !== null) {
  process.stderr.write(`\nPOWER CUTS ARE NOT TESTED: ${problem}\n\n`);
}

test("power cuts can be tested here", () => {
  const mustRun = process.env["CI"] !== undefined && isInstallable();
  expect(mustRun ? problem : null).toBeNull();
});

const testPower = problem === null ? test : test.skip;

testPower.each([
  { name: "nothing fails", inject: [] },
  failedSyncs(16, 2),
  failedSyncs(16, 3),
  { ...failedSyncs(18, 6), name: "6 fsyncs fail, then a restart", restarts: true },
])(
  "no acknowledged event is lost by a power cut: $name",
  async (fault) => {
    const verdict = await runPower(fault, LENGTH);
    expect({ ...verdict, seed: LENGTH.seed }).toMatchObject({
      losing: 0,
      damaging: 0,
      first: null,
    });
    expect(verdict.acknowledged).toBeGreaterThan(10);
    expect(verdict.cuts).toBeGreaterThan(40);
  },
  120_000,
);

testPower(
  "sabotage: an fsync that does nothing loses events",
  async () => {
    const verdict = await runPower(NO_SYNC, LENGTH);
    expect(verdict.losing).toBeGreaterThan(5);
    expect(verdict.lostMax).toBeGreaterThan(5);
  },
  120_000,
);
