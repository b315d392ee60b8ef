import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** Time limit for each step, in milliseconds. */
const INSTALL_MS_MAX = 180_000;

/** End of a failed command's output to keep: the reason comes last. */
const OUTPUT_CHARS_MAX = 600;

/** Options for {@linkcode pythonEnvironment}. */
export interface PythonEnvironmentOptions {
  /** Its purpose, for errors. */
  what: string;
  /** Its folder: use a new one for each version. */
  folder: string;
  /** Packages from PyPI, with versions. */
  requirements: readonly string[];
  /** Has the PATH to find `python3` on. @default {process.env} */
  env?: Readonly<Record<string, string | undefined>>;
}

const run = promisify(execFile);

/**
 * Returns the path of a Python with these packages, after installing them if they are missing.
 *
 * The environment is made in a temporary folder and then renamed, so that two processes can do it at once, one rename
 * wins, and an incomplete environment is never used. (A Python environment survives the rename if it is started through
 * `bin/python`; only the scripts next to it remember the old path.)
 *
 * @throws {Error} if `python3` or `pip` fails, with the end of its output.
 */
export async function pythonEnvironment(options: PythonEnvironmentOptions): Promise<string> {
  const { what, folder, requirements, env = process.env } = options;
  const python = join(folder, "bin/python");
  if (existsSync(python)) return python;
  const draft = join(dirname(folder), `draft-${process.pid}-${randomBytes(4).toString("hex")}`);
  await mkdir(dirname(folder), { recursive: true });
  try {
    await step(what, { command: "python3", args: ["-m", "venv", draft], env });
    const pip = ["-m", "pip", "install", "--quiet", "--disable-pip-version-check"];
    await step(what, { command: join(draft, "bin/python"), args: [...pip, ...requirements], env });
    await rename(draft, folder).catch((error: unknown) => {
      if (!existsSync(python)) throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return python;
}

interface Step {
  command: string;
  args: readonly string[];
  env: Readonly<Record<string, string | undefined>>;
}

async function step(what: string, { command, args, env }: Step): Promise<void> {
  try {
    await run(command, args, { env, timeout: INSTALL_MS_MAX });
  } catch (cause) {
    const { code, stderr } = cause as { code?: unknown; stderr?: string };
    const reason = code === "ENOENT" ? `${command} not found` : (stderr ?? "").trim();
    const line = `${command} ${args.join(" ")}`;
    const end = reason.slice(-OUTPUT_CHARS_MAX);
    throw new Error(`Cannot install ${what}: "${line}" failed: ${end}`, { cause });
  }
}
