import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "@jest/globals";
import { readLines } from "./read_lines.ts";

const folder = mkdtempSync(join(tmpdir(), "read-lines-"));
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ["nothing", "", []],
  ["a last line without an end", "a\nb", ["a", "b"]],
  ["empty lines", "a\n\nb\n", ["a", "", "b"]],
])("readLines() reads %s", (_, text, lines) => {
  const path = join(folder, "lines");
  writeFileSync(path, text);
  expect([...readLines(path)]).toEqual(lines);
});

test("readLines() joins what its pieces have cut, characters too", () => {
  const path = join(folder, "long");
  const lines = Array.from({ length: 300 }, (_, at) => `${at} ${"é".repeat(9_999)}`);
  writeFileSync(path, `${lines.join("\n")}\n`);
  expect([...readLines(path)]).toEqual(lines);
});
