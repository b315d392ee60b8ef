import {
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { makeFile, makeFolders, writeNew } from "./durable_files.ts";

const modeOf = (path: string) => statSync(path).mode & 0o777;

test("makeFolders makes what is missing, and leaves what is there as it is", async () => {
  await using folder = await temporaryDirectory();
  const there = join(folder.path, "there");
  mkdirSync(there, { mode: 0o755 });
  makeFolders(join(there, "a/b"));
  makeFolders(join(there, "a/b"));
  makeFolders(join(there, "c/d"), { mode: 0o755 });
  expect(["", "a", "a/b", "c", "c/d"].map((path) => modeOf(join(there, path)))).toEqual([
    ...[0o755, 0o700, 0o700, 0o755, 0o755],
  ]);
});

test("makeFolders refuses what cannot be made, and does not wait for it", async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, "file");
  writeFileSync(file, "");
  symlinkSync(join(folder.path, "gone"), join(folder.path, "link"));
  expect(() => makeFolders(file)).toThrow("EEXIST");
  expect(() => makeFolders(join(file, "below"))).toThrow("ENOTDIR");
  expect(() => makeFolders(join(folder.path, "link"))).toThrow("EEXIST");
  expect(() => makeFolders(join(folder.path, "link/below"))).toThrow("EEXIST");
  expect(() => makeFolders("/proc/nothing/below")).toThrow("ENOENT");
});

test("writeNew writes a file for its owner alone, never over another", async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, "file");
  writeNew(file, "first\n");
  expect(() => writeNew(file, "second\n")).toThrow("EEXIST");
  expect([readFileSync(file, "utf8"), modeOf(file)]).toEqual(["first\n", 0o600]);
});

test("makeFile() makes a file with its directory, leaves one that is there, and no draft", async () => {
  await using folder = await temporaryDirectory();
  const file = join(folder.path, "a/file");
  for (const text of ["first\n", "second\n"]) makeFile(file, text);
  expect([readFileSync(file, "utf8"), modeOf(file)]).toEqual(["first\n", 0o600]);
  expect(readdirSync(join(folder.path, "a"))).toEqual(["file"]);
});
