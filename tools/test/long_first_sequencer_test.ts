import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const { href } = new URL("./long_first_sequencer.mjs", import.meta.url);

/** Files with the time limits that their tests state; the last is the largest. */
const FILES = {
  "brief_test.ts": "test(a, b);",
  "long_test.ts": "test(a, async () => {}, 90_000);\ntest(b, async () => {\n}, 60_000);",
  "longest_test.ts": "test.each(ROWS)(\n  a,\n  async () => {},\n  600_000,\n);",
  "slow_test.ts": "jest.setTimeout(120_000);",
  "large_test.ts": `${"test(a, b);".repeat(100)}\n}, 20_000);`,
};

let folder: TemporaryDirectory;
beforeAll(async () => {
  folder = await temporaryDirectory();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

test("the test files that state most time run first, then the largest", async () => {
  const { default: Sequencer } = await import(href);
  const hasteFS = { getSize: (path: string) => (path.endsWith("large_test.ts") ? 2 : 1) };
  const context = { config: { cache: false }, hasteFS };
  const tests = Object.entries(FILES).map(([name, text]) => {
    const path = join(folder.path, name);
    writeFileSync(path, text);
    return { name, path, context };
  });
  const order = new Sequencer({}).sort(tests).map(({ name }: { name: string }) => name);
  expect(order).toEqual([
    "longest_test.ts",
    "long_test.ts",
    "slow_test.ts",
    "large_test.ts",
    "brief_test.ts",
  ]);
});
