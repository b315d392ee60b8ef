import { readFileSync } from "node:fs";
import Sequencer from "@jest/test-sequencer";

/** A time limit for tests of a file, in milliseconds: `}, 240_000);`, `jest.setTimeout(240_000);`. */
const TIME_LIMIT = /(?:\}|,|jest\.setTimeout\()\s*([\d_]+),?\s*\);/g;

/** The limit of a test that states none, in milliseconds: `testTimeout` of package.json. */
const LIMIT_MS = 30_000;

/**
 * The order of the test files: the longest first, so that none is left to run alone at the end. How long a file took is known
 * once it has run on this machine. Of the others those go first that state time limits, most of it first: jest itself begins
 * with the largest, and the longest suites are small files.
 */
export default class LongFirstSequencer extends Sequencer {
  sort(tests) {
    const statedMs = new Map(
      tests.map((test) => [test, this.time(test) === undefined ? statedMsOf(test.path) : 0]),
    );
    return super.sort(tests).toSorted((a, b) => statedMs.get(b) - statedMs.get(a));
  }
}

/** All the time that a file's tests ask for, in milliseconds. */
function statedMsOf(path) {
  const limits = [...readFileSync(path, "utf8").matchAll(TIME_LIMIT)].map(([, digits]) =>
    Number(digits.replaceAll("_", "")),
  );
  return limits.filter((ms) => ms > LIMIT_MS).reduce((sum, ms) => sum + ms, 0);
}
