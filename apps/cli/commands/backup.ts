import {
  closeSync,
  copyFileSync,
  existsSync,
  fsyncSync,
  openSync,
  renameSync,
  rmSync,
} from "node:fs";
import { dirname, resolve } from "node:path";
import type { Command } from "commander";
import { type Cli, CliError } from "../cli.ts";
import { addJson, type JsonOption, writeAnswer } from "../show/answer.ts";
import { showWhile } from "../show/progress_line.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

/** A store of many gigabytes takes minutes, in milliseconds. */
const DEADLINE_MS = 6 * 3_600_000;

/** Adds `hookgate backup`: a copy of the store while it is in use. */
export function addBackup(program: Command, cli: Cli): void {
  const command = program
    .command("backup")
    .description("copy the embedded store to a new file while the dispatcher runs")
    .argument("<file>", "the new file, in a folder that exists")
    .option("--reason <text>", "why, for the audit log");
  addJson(command).action((file: string, options: BackupOptions) => backUp(file, options, cli));
}

interface BackupOptions extends JsonOption {
  reason?: string;
}

async function backUp(file: string, options: BackupOptions, cli: Cli): Promise<void> {
  const { reason = "" } = options;
  const target = resolve(file);
  if (existsSync(target)) {
    throw new CliError(`Cannot back up: ${target} exists already; choose another name`);
  }
  if (!existsSync(dirname(target))) {
    throw new CliError(`Cannot back up: there is no directory ${dirname(target)}; make it first`);
  }
  const name = `hookgate-${new Date(cli.now()).toISOString().replaceAll(":", "-")}.sqlite`;
  const asking = askDispatcher(
    cli,
    "back up the store",
    (admin) => admin.backUp({ name, reason }),
    { deadlineMs: DEADLINE_MS },
  );
  const { path, bytes } = await showWhile(asking, "copying the store", cli);
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  if (!existsSync(path)) {
    const text = `${path} on the dispatcher's machine, ${size}`;
    return writeAnswer({ text, value: { path, bytes, here: false } }, options, cli);
  }
  move(path, target);
  const value = { path: target, bytes, here: true };
  await writeAnswer({ text: `${target}, ${size}`, value }, options, cli);
}

/** Moves a file durably, also to another file system: there what has its name is always whole. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") throw stays(from, error as Error);
    const part = `${to}.part`;
    try {
      copyFileSync(from, part);
      fsyncPath(part);
      renameSync(part, to);
    } catch (problem) {
      rmSync(part, { force: true });
      throw stays(from, problem as Error);
    }
    rmSync(from);
  }
  fsyncPath(dirname(to));
}

function stays(path: string, cause: Error): CliError {
  return new CliError(`The copy is whole, but stays at ${path}: ${cause.message}`, { cause });
}

function fsyncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
