import { expect, test } from "@jest/globals";
import { problemsOf } from "./run_abuse.ts";

const HONEST = { sent: 500, failed: 0, p50Ms: 2, p99Ms: 20 };

test.each([
  ["as fast as without", { ...HONEST }, 0, []],
  ["twice as slow", { ...HONEST, p99Ms: 40 }, 0, []],
  ["slower than that", { ...HONEST, p99Ms: 41 }, 0, ["p99 is over 40 ms"]],
  ["refused", { ...HONEST, failed: 3 }, 0, ["3 honest posts failed"]],
  ["fast while memory grows", { ...HONEST }, 2 ** 30, ["memory grew by 1024 MiB"]],
])("problemsOf() judges honest posts that are %s", (_, under, grownBytes, problems) => {
  expect(problemsOf({ without: HONEST, under, grownBytes })).toEqual(problems);
});

test("problemsOf() allows any p99 up to 20 ms", () => {
  const without = { ...HONEST, p99Ms: 1 };
  expect(problemsOf({ without, under: { ...HONEST, p99Ms: 20 }, grownBytes: 0 })).toEqual([]);
});
