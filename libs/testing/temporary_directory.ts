import { mkdtemp, rm, statfs } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** A directory that is removed with all its contents when disposed. */
export interface TemporaryDirectory extends AsyncDisposable {
  /** Absolute path. */
  path: string;
}

/**
 * Makes an empty directory, readable by its owner only. Dispose it in `afterEach`: dependency-cruiser
 * cannot parse `await using` yet.
 */
export async function temporaryDirectory(parent: string = tmpdir()): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(parent, "hookgate-"));
  return {
    path,
    // Retries, because a process that is ending may still write into it.
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}

const MEMORY = "/dev/shm";
const MEMORY_BYTES_MIN = 4 * 1024 ** 3;

/**
 * The same in memory where Linux has room for it, which no fsync waits for. It survives kill -9 of who writes, as a disk does; only
 * a power cut tells them apart.
 */
export async function temporaryDirectoryInMemory(): Promise<TemporaryDirectory> {
  const { bavail, bsize } = await statfs(MEMORY).catch(() => ({ bavail: 0, bsize: 0 }));
  return temporaryDirectory(bavail * bsize < MEMORY_BYTES_MIN ? tmpdir() : MEMORY);
}
