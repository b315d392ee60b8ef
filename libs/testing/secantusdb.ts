import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";

/** The version that the suite is known to pass on. */
export const SECANTUSDB_VERSION = "0.7.0b3";

/** Longest that making the environment or installing may take, in milliseconds. */
const INSTALL_MS_MAX = 180_000;

/** What is kept of a failed command's output: the reason stands at the end. */
const OUTPUT_CHARS_MAX = 600;

/** Options for {@linkcode installSecantusdb}. */
export interface InstallSecantusdbOptions {
  /** Where environments are kept. @default {"node_modules/.cache/secantusdb"} */
  cacheFolder?: string;
  /** Has the PATH on which `python3` is looked for. @default {process.env} */
  env?: Readonly<Record<string, string | undefined>>;
}

const CACHE_FOLDER = join(import.meta.dirname, "../../node_modules/.cache/secantusdb");

const run = promisify(execFile);

/**
 * Returns the path of the Python that has SecantusDB, a MongoDB-compatible server from PyPI, and installs it first where
 * it is missing.
 *
 * The environment is made in a folder of its own and then renamed: two processes that do it at once both work, one of
 * the renames wins, and a half-made one is never used. (A Python environment survives the rename as long as it is
 * entered through `bin/python`; only the scripts beside it remember the old path.)
 *
 * @throws {Error} where `python3` or `pip` fails, with the end of its output.
 */
export async function installSecantusdb(options: InstallSecantusdbOptions = {}): Promise<string> {
  const { cacheFolder = CACHE_FOLDER, env = process.env } = options;
  const folder = join(cacheFolder, SECANTUSDB_VERSION);
  const python = join(folder, "bin/python");
  if (existsSync(python)) return python;
  const draft = join(cacheFolder, `draft-${process.pid}-${randomBytes(4).toString("hex")}`);
  await mkdir(cacheFolder, { recursive: true });
  try {
    await step("python3", ["-m", "venv", draft], env);
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await step(join(draft, "bin/python"), [...pip, `SecantusDB==${SECANTUSDB_VERSION}`], env);
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(python)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return python;
}

async function step(
  command: string,
  args: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): Promise<void> {
  try {
    await run(command, args, { env, timeout: INSTALL_MS_MAX });
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    const reason = code === "ENOENT" ? `${command} is not there` : (stderr ?? "").trim();
    const line = `${command} ${args.join(" ")}`;
    const end = reason.slice(-OUTPUT_CHARS_MAX);
    throw new Error(`Cannot install SecantusDB: "${line}" failed: ${end}`, { cause });
  }
}
