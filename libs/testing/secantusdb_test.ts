import { chmod, readdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { installSecantusdb, SECANTUSDB_VERSION } from "./secantusdb.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary_directory.ts";

let bin: TemporaryDirectory;
let cache: TemporaryDirectory;

beforeEach(async () => {
  [bin, cache] = [await temporaryDirectory(), await temporaryDirectory()];
});

afterEach(async () => {
  await bin[Symbol.asyncDispose]();
  await cache[Symbol.asyncDispose]();
});

/** Puts a `python3` on the PATH whose environments have a Python that runs `pip`. */
async function fakePython(pip: string): Promise<{ cacheFolder: string; env: { PATH: string } }> {
  const python = join(bin.path, "python3");
  const inner = `#!/bin/sh\\n${pip}\\n`;
  const venv = `mkdir -p "$3/bin"; printf '${inner}' > "$3/bin/python"; chmod +x "$3/bin/python"`;
  await writeFile(python, `#!/bin/sh\nPATH=/usr/bin:/bin\n${venv}\n`);
  await chmod(python, 0o755);
  return { cacheFolder: cache.path, env: { PATH: `${bin.path}:/usr/bin:/bin` } };
}

test("installSecantusdb() installs the pinned version once", async () => {
  const log = join(bin.path, "log");
  const options = await fakePython(`echo "$@" >> ${log}`);
  const python = await installSecantusdb(options);
  expect(python).toBe(join(cache.path, SECANTUSDB_VERSION, "bin/python"));
  // The second time nothing runs, not even Python.
  expect(await installSecantusdb({ ...options, env: {} })).toBe(python);
  expect(await readdir(cache.path)).toEqual([SECANTUSDB_VERSION]);
});

test("installSecantusdb() several times at once makes one complete environment", async () => {
  const options = await fakePython("echo installed");
  const pythons = await Promise.all(Array.from({ length: 4 }, () => installSecantusdb(options)));
  expect(new Set(pythons).size).toBe(1);
  expect(await readdir(cache.path)).toEqual([SECANTUSDB_VERSION]);
  expect(await readdir(join(cache.path, SECANTUSDB_VERSION, "bin"))).toEqual(["python"]);
});

test("installSecantusdb() shows why pip failed, and leaves nothing behind", async () => {
  const options = await fakePython("echo no network here >&2; exit 1");
  await expect(installSecantusdb(options)).rejects.toThrow(
    /Cannot install SecantusDB: ".*pip install.*SecantusDB==.*" failed: no network here/,
  );
  expect(await readdir(cache.path)).toEqual([]);
});

test("installSecantusdb() says that python3 not found", async () => {
  const options = { cacheFolder: cache.path, env: { PATH: bin.path } };
  await expect(installSecantusdb(options)).rejects.toThrow("python3 not found");
  expect(await readdir(cache.path)).toEqual([]);
});
