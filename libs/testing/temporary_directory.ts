import { mkdtemp, rm } from "node:fs/promises";
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
export async function temporaryDirectory(): Promise<TemporaryDirectory> {
  const path = await mkdtemp(join(tmpdir(), "hookgate-"));
  return {
    path,
    // Retries, because a process that is ending may still write into it.
    [Symbol.asyncDispose]: () => rm(path, { recursive: true, force: true, maxRetries: 5 }),
  };
}
