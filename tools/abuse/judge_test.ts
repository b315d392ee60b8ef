import { expect, test } from "@jest/globals";
import { type Evidence, problemsOf } from "./judge.ts";

const HONEST = { sent: 500, refused: 0, failed: 0, p50Ms: 2, p99Ms: 20 };
const EVIDENCE: Evidence = {
  attacked: { used: 1, answers: { 401: 1 }, problems: [], cpuShare: 0.1 },
  without: HONEST,
  under: HONEST,
  grownBytes: 0,
  lines: ['{"level":"warn","name":"edge","msg":"a line"}'],
  ended: [],
};
const OPTIONS = { secrets: ["s3cret"], timed: true };

test.each<[string, Partial<Evidence>, string[]]>([
  ["nothing", {}, []],
  ["honest posts twice as slow", { under: { ...HONEST, p99Ms: 40 } }, []],
  ["honest posts slower than that", { under: { ...HONEST, p99Ms: 41 } }, ["p99 is over 40 ms"]],
  ["honest posts answered 503", { under: { ...HONEST, refused: 3 } }, []],
  ["honest posts refused", { under: { ...HONEST, failed: 3 } }, ["3 honest posts failed"]],
  ["memory that grows", { grownBytes: 2 ** 30 }, ["memory grew by 1024 MiB"]],
  ["an end", { ended: ["the edge ended: 1"] }, ["the edge ended: 1"]],
  [
    "a wrong answer",
    { attacked: { ...EVIDENCE.attacked, problems: ["x was answered 200"] } },
    ["x was answered 200"],
  ],
  ["a secret", { lines: ['{"name":"edge","msg":"is s3cret"}'] }, ["a secret is in the log"]],
  ["text between lines", { lines: ["\u001b[2J"] }, ["a line of the log is no JSON: \u001b[2J"]],
  ["a line of another's", { lines: ['{"name":"x","msg":"y"}'] }, ["a line was injected"]],
  [
    "an unexpected error, twice",
    {
      lines: Array(2).fill(
        '{"level":"error","name":"edge","msg":"unexpected error, answered 503"}',
      ),
    },
    ["logged: unexpected error, answered 503"],
  ],
  [
    "a fatal one",
    { lines: ['{"level":"fatal","name":"dispatcher","msg":"gone"}'] },
    ["logged: gone"],
  ],
])("problemsOf() judges %s", (_, changed, problems) => {
  expect(problemsOf({}, { ...EVIDENCE, ...changed }, OPTIONS)).toEqual(problems);
});

test("problemsOf() takes an attack's own bounds, allows any p99 of a few milliseconds, and judges no short form's", () => {
  const slower = { ...EVIDENCE, under: { ...HONEST, p99Ms: 25 }, grownBytes: 2 ** 20 };
  expect(problemsOf({ ratioMax: 1.2, growthBytesMax: 10 }, slower, OPTIONS)).toEqual([
    "p99 is over 24 ms",
    "memory grew by 1 MiB",
  ]);
  expect(problemsOf({ ratioMax: 1.2 }, slower, { ...OPTIONS, timed: false })).toEqual([]);
  const fast = { ...slower, without: { ...HONEST, p99Ms: 1 }, under: { ...HONEST, p99Ms: 20 } };
  expect(problemsOf({}, fast, OPTIONS)).toEqual([]);
});
