import { execFile } from "node:child_process";
import { randomBytes } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir, rename, rm } from "node:fs/promises";
import { dirname, join } from "node:path";
import { promisify } from "node:util";

/** Longest that making the environment or installing may take, in milliseconds. */
const INSTALL_MS_MAX = 180_000;

/** What is kept of a failed command's output: the reason stands at the end. */
const OUTPUT_CHARS_MAX = 600;

/** Options for {@linkcode pythonEnvironment}. */
export interface PythonEnvironmentOptions {
  /** What it is for, as an error says it. */
  what: string;
  /** Where it is kept; another version belongs into another folder. */
  folder: string;
  /** Packages from PyPI, each with its version. */
  requirements: readonly string[];
  /** Has the PATH on which `python3` is looked for. @default {process.env} */
  env?: Readonly<Record<string, string | undefined>>;
}

const run = promisify(execFile);

/**
 * Returns the path of a Python that has these packages, and installs them first where they are missing.
 *
 * The environment is made in a folder of its own and then renamed: two processes that do it at once both work, one of
 * the renames wins, and a half-made one is never used. (A Python environment survives the rename as long as it is
 * entered through `bin/python`; only the scripts beside it remember the old path.)
 *
 * @throws {Error} where `python3` or `pip` fails, with the end of its output.
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
    const reason = code === "ENOENT" ? `${command} is not there` : (stderr ?? "").trim();
    const line = `${command} ${args.join(" ")}`;
    const end = reason.slice(-OUTPUT_CHARS_MAX);
    throw new Error(`Cannot install ${what}: "${line}" failed: ${end}`, { cause });
  }
}
