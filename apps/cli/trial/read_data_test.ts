import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, expect, test } from "@jest/globals";
import { readData } from "./read_data.ts";

const folder = mkdtempSync(join(tmpdir(), "hookgate-data-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function file(name: string, content: string | Uint8Array): string {
  writeFileSync(join(folder, name), content);
  return `@${join(folder, name)}`;
}

const nothing = () => Readable.from([]);

test("readData() takes JSON as it is written", async () => {
  expect(await readData(`{"n": 1e400}`, nothing())).toBe(`{"n": 1e400}`);
});

test("readData() reads a file", async () => {
  expect(await readData(file("good.json", `{"city":"Zürich"}\n`), nothing())).toBe(
    `{"city":"Zürich"}\n`,
  );
});

test("readData() reads standard input", async () => {
  expect(await readData("@-", Readable.from([Buffer.from("[1,"), Buffer.from("2]")]))).toBe(
    "[1,2]",
  );
});

test("readData() names what is wrong, and tells a wrong question from a failure", async () => {
  const wrong = async (argument: string) =>
    readData(argument, nothing()).catch((error) => [error.exitCode, error.message]);
  expect(await wrong("{")).toEqual([
    2,
    expect.stringContaining("Cannot send --data: it is not JSON"),
  ]);
  expect(await wrong("@-")).toEqual([2, expect.stringContaining("standard input: it is not JSON")]);
  expect(await wrong(file("latin1.json", Buffer.from(`"\xfc"`, "latin1")))).toEqual([
    2,
    expect.stringMatching(/latin1\.json: it is not UTF-8$/),
  ]);
  const gone = join(folder, "gone.json");
  expect(await wrong(`@${gone}`)).toEqual([1, `Cannot read ${gone}: ENOENT`]);
});
