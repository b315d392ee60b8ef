import { mkdirSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { keepFile } from "./keep_file.ts";

test("keepFile() puts a file back as it was last read, with its directory, and makes none that never was", async () => {
  await using folder = await temporaryDirectory();
  const data = join(folder.path, "data");
  const path = join(data, "key");
  const keep = keepFile(path);
  expect(keep()).toBe(false);
  expect(readdirSync(folder.path)).toEqual([]);

  mkdirSync(data);
  for (const text of ["first\n", "second\n"]) {
    writeFileSync(path, text);
    expect(keep()).toBe(false);
  }
  rmSync(data, { recursive: true });
  expect(keep()).toBe(true);
  expect(keep()).toBe(false);
  expect(readFileSync(path, "utf8")).toBe("second\n");
  expect(statSync(path).mode & 0o777).toBe(0o600);
  expect(readdirSync(data)).toEqual(["key"]);
});

test("keepFile() says why a file cannot be put back, and puts it back once it can", async () => {
  await using folder = await temporaryDirectory();
  const data = join(folder.path, "data");
  mkdirSync(data);
  writeFileSync(join(data, "key"), "text");
  const keep = keepFile(join(data, "key"));
  keep();
  rmSync(data, { recursive: true });
  writeFileSync(data, "");
  expect(keep).toThrow("ENOTDIR");
  rmSync(data);
  expect(keep()).toBe(true);
});
