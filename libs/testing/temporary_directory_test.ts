import { existsSync, statSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { isAbsolute, join } from "node:path";
import { expect, test } from "@jest/globals";
import { temporaryDirectory, temporaryDirectoryInMemory } from "./temporary_directory.ts";

test.each([temporaryDirectory, temporaryDirectoryInMemory])(
  "$name() exists until it is disposed",
  async (make) => {
    const directory = await make();
    const { path } = directory;
    expect(isAbsolute(path)).toBe(true);
    expect(statSync(path).mode & 0o777).toBe(0o700);
    await mkdir(join(path, "a", "b"), { recursive: true });
    await writeFile(join(path, "a", "b", "file"), "x");
    await directory[Symbol.asyncDispose]();
    expect(existsSync(path)).toBe(false);
  },
);

test("temporaryDirectory() is new each time, and can be disposed twice", async () => {
  const one = await temporaryDirectory();
  const other = await temporaryDirectory();
  expect(one.path).not.toBe(other.path);
  await one[Symbol.asyncDispose]();
  await one[Symbol.asyncDispose]();
  expect(existsSync(other.path)).toBe(true);
  await other[Symbol.asyncDispose]();
});
