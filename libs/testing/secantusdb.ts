import { join } from "node:path";
import { pythonEnvironment } from "./python_environment.ts";

/** The version that the suite is known to pass with. */
export const SECANTUSDB_VERSION = "0.7.0b3";

/** Options for {@linkcode installSecantusdb}. */
export interface InstallSecantusdbOptions {
  /** Folder of the environments. @default {"node_modules/.cache/secantusdb"} */
  cacheFolder?: string;
  /** Has the PATH to find `python3` on. @default {process.env} */
  env?: Readonly<Record<string, string | undefined>>;
}

const CACHE_FOLDER = join(import.meta.dirname, "../../node_modules/.cache/secantusdb");

/**
 * Returns the path of a Python with SecantusDB, a MongoDB-compatible server from PyPI, after installing it if it is
 * missing.
 *
 * @throws {Error} if `python3` or `pip` fails, with the end of its output.
 */
export function installSecantusdb(options: InstallSecantusdbOptions = {}): Promise<string> {
  const { cacheFolder = CACHE_FOLDER, env } = options;
  return pythonEnvironment({
    what: "SecantusDB",
    folder: join(cacheFolder, SECANTUSDB_VERSION),
    requirements: [`SecantusDB==${SECANTUSDB_VERSION}`],
    ...(env && { env }),
  });
}
