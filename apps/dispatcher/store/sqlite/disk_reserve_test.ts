import { tmpdir } from "node:os";
import { expect, test } from "@jest/globals";
import { createDiskReserve } from "./disk_reserve.ts";

const MIB = 1024 * 1024;

/** A file system in blocks of 4 KiB. */
function fileSystem(sizeBytes: number, freeBytes: number) {
  return () => ({ bsize: 4_096, blocks: sizeBytes / 4_096, bavail: freeBytes / 4_096 });
}

test.each([
  ["a large disk, more than 256 MiB free", 100_000 * MIB, 257 * MIB, undefined, true],
  ["a large disk, 256 MiB free", 100_000 * MIB, 256 * MIB, undefined, false],
  ["a large disk, full", 100_000 * MIB, 0, undefined, false],
  ["a small disk, more than 5 % free", 1_000 * MIB, 51 * MIB, undefined, true],
  ["a small disk, 5 % free", 1_000 * MIB, 50 * MIB, undefined, false],
  ["a disk of which 5 % is less than the log, room for it", 40 * MIB, 24 * MIB, undefined, true],
  ["a disk of which 5 % is less than the log, no room", 40 * MIB, 23 * MIB, undefined, false],
  ["a configured reserve, enough free", 100 * MIB, 2 * MIB, MIB, true],
  ["a configured reserve, reached", 100_000 * MIB, 900 * MIB, 1_000 * MIB, false],
  ["no reserve, something free", 100 * MIB, 4_096, 0, true],
  ["no reserve, nothing free", 100 * MIB, 0, 0, false],
])("check() with %s", (_name, size, free, reserveBytes, expected) => {
  const statfs = fileSystem(size, free);
  const options = { path: "/data", statfs };
  const reserve = createDiskReserve(
    reserveBytes === undefined ? options : { ...options, reserveBytes },
  );
  expect(reserve.check()).toBe(expected);
});

test("check() reads the disk each time, at its path", () => {
  const asked: string[] = [];
  let bavail = 0;
  const statfs = (path: string) => {
    asked.push(path);
    return { bsize: MIB, blocks: 100, bavail };
  };
  const reserve = createDiskReserve({ path: "/data", statfs });
  expect(reserve.check()).toBe(false);
  bavail = 50;
  expect(reserve.check()).toBe(true);
  expect(asked).toEqual(["/data", "/data"]);
});

test("check() throws if the file system cannot be read", () => {
  const cause = new Error("ENOENT");
  const statfs = () => {
    throw cause;
  };
  expect(() => createDiskReserve({ path: "/gone", statfs }).check()).toThrow(
    expect.objectContaining({ message: "Cannot read the free space at /gone", cause }),
  );
});

test("check() reads the real file system", () => {
  const path = tmpdir();
  expect(createDiskReserve({ path, reserveBytes: 0 }).check()).toBe(true);
  expect(createDiskReserve({ path, reserveBytes: Number.MAX_VALUE }).check()).toBe(false);
});

test.each([
  ["free pages in the file count as room", { freeBytes: 300 * MIB }, 5 * MIB, true],
  ["but the log needs some room too", { freeBytes: 300 * MIB }, 4 * MIB, false],
  [
    "the log's own bytes can be written over",
    { freeBytes: 300 * MIB, logBytes: MIB },
    4 * MIB,
    true,
  ],
  ["what the log will add to the file is taken", { growthBytes: 8 * MIB }, 264 * MIB, false],
  ["and the rest is room", { growthBytes: 8 * MIB }, 265 * MIB, true],
])("check(): %s", (_name, part, free, expected) => {
  const space = () => ({ freeBytes: 0, logBytes: 0, growthBytes: 0, ...part });
  const statfs = fileSystem(100_000 * MIB, free);
  expect(createDiskReserve({ path: "/data", space, statfs }).check()).toBe(expected);
});

test("take() reads the disk only after using up what was free, and check() remembers a refusal", () => {
  let looks = 0;
  let free = 300 * MIB;
  const statfs = () => {
    looks += 1;
    return fileSystem(100_000 * MIB, free)();
  };
  const reserve = createDiskReserve({ path: "/data", statfs });
  // Each takes a little more than 10 MiB of the 44 MiB above the reserve.
  const taken = [1, 2, 3, 4].map(() => reserve.take(1, 5 * MIB));
  expect([taken, looks]).toEqual([[true, true, true, true], 1]);
  free = 260 * MIB;
  expect(reserve.take(1, 5 * MIB)).toBe(false);
  expect(looks).toBe(2);
  expect(reserve.check()).toBe(false);
  expect(reserve.take(1, MIB)).toBe(true);
  expect(reserve.check()).toBe(true);
});
