import { expect, test } from "@jest/globals";
import { trialSources } from "./trial_sources.ts";

const WORD = "0123456789abcdef0123456789abcdef";
const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";

function finder(open: Record<string, string>) {
  const report = { trial: (word: string) => new Map(Object.entries(open)).get(word) ?? null };
  const describeElsewhere = () => Promise.reject(new Error("not in this test"));
  return trialSources({ report, describeElsewhere });
}

test("trialSources() finds the source of a trial while it is open, under one name for all", () => {
  const open: Record<string, string> = { [WORD]: SECRET };
  const find = finder(open);
  const source = find(`hookgate-doctor/${WORD}`);
  expect(source?.name).toBe("hookgate-doctor");
  expect(find(`hookgate-doctor/${WORD}`)).toBe(source);
  delete open[WORD];
  expect(find(`hookgate-doctor/${WORD}`)).toBeUndefined();
});

test.each([
  "",
  "academy",
  WORD,
  `doctor/${WORD}`,
  "hookgate-doctor",
  "hookgate-doctor/",
  `hookgate-doctor/${WORD.slice(1)}`,
  `hookgate-doctor/${WORD}/a`,
  "hookgate-doctor/__proto__",
])("trialSources() finds nothing under %j", (path) => {
  expect(finder({ [WORD]: SECRET })(path)).toBeUndefined();
});

test("trialSources() finds nothing while no trial is open", () => {
  expect(finder({})(`hookgate-doctor/${WORD}`)).toBeUndefined();
});
