import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, expect, test } from "@jest/globals";
import { CliError } from "../cli.ts";
import { readData, sampleWithData } from "./sample_data.ts";

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

const SAMPLE = {
  body: `{"type":"course.enrolled","data":{"a":1}}`,
  contentType: "application/json",
};

test.each([
  ["an object", `{"userId":"u1"}`],
  ["what JSON.parse would change", `{"n":1e400,"a":1,"a":2, "s":"\\u0041"}`],
  ["patterns of replace()", `"$& $1 $\`"`],
  ["null", "null"],
])("sampleWithData() puts in %s letter by letter", (_, data) => {
  expect(sampleWithData(SAMPLE, data)).toEqual({
    body: `{"type":"course.enrolled","data":${data}}`,
    contentType: "application/json",
  });
});

test.each(["[]", "null", `{"type":"x"}`])("sampleWithData() refuses the sample %s", (body) => {
  expect(() => sampleWithData({ ...SAMPLE, body }, "1")).toThrow(CliError);
});
