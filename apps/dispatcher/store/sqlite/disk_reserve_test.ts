import { tmpdir } from "node:os";
import { expect, test } from "@jest/globals";
import { createDiskReserve } from "./disk_reserve.ts";

const MIB = 1024 * 1024;

/** A file system in blocks of 4 KiB. */
function fileSystem(sizeBytes: number, freeBytes: number) {
  return async () => ({ bsize: 4_096, blocks: sizeBytes / 4_096, bavail: freeBytes / 4_096 });
}

test.each([
  ["a large disk, more than 256 MiB free", 100_000 * MIB, 257 * MIB, undefined, true],
  ["a large disk, 256 MiB free", 100_000 * MIB, 256 * MIB, undefined, false],
  ["a large disk, full", 100_000 * MIB, 0, undefined, false],
  ["a small disk, more than 5 % free", 100 * MIB, 6 * MIB, undefined, true],
  ["a small disk, 5 % free", 100 * MIB, 5 * MIB, undefined, false],
  ["a reserve of its own, enough free", 100 * MIB, 2 * MIB, MIB, true],
  ["a reserve of its own, reached", 100_000 * MIB, 900 * MIB, 1_000 * MIB, false],
  ["no reserve, something free", 100 * MIB, 4_096, 0, true],
  ["no reserve, nothing free", 100 * MIB, 0, 0, false],
])("check() with %s", async (_name, size, free, reserveBytes, expected) => {
  const statfs = fileSystem(size, free);
  const options = { path: "/data", statfs };
  const reserve = createDiskReserve(
    reserveBytes === undefined ? options : { ...options, reserveBytes },
  );
  expect(await reserve.check()).toBe(expected);
});

test("check() asks anew each time, for the path it was given", async () => {
  const asked: string[] = [];
  let bavail = 0;
  const statfs = async (path: string) => {
    asked.push(path);
    return { bsize: 1, blocks: 100, bavail };
  };
  const reserve = createDiskReserve({ path: "/data", statfs });
  expect(await reserve.check()).toBe(false);
  bavail = 50;
  expect(await reserve.check()).toBe(true);
  expect(asked).toEqual(["/data", "/data"]);
});

test("check() rejects where the file system cannot be asked", async () => {
  const cause = new Error("ENOENT");
  const statfs = () => Promise.reject(cause);
  await expect(createDiskReserve({ path: "/gone", statfs }).check()).rejects.toMatchObject({
    message: "Cannot read the free space at /gone",
    cause,
  });
});

test("check() reads the real file system", async () => {
  const path = tmpdir();
  expect(await createDiskReserve({ path, reserveBytes: 0 }).check()).toBe(true);
  expect(await createDiskReserve({ path, reserveBytes: Number.MAX_VALUE }).check()).toBe(false);
});
