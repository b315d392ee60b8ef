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
import { type Cli, CliError, write } from "../cli.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

/** A store of many gigabytes takes minutes, in milliseconds. */
const DEADLINE_MS = 6 * 3_600_000;

/** Adds `hookgate backup`: a copy of the store while it is in use. */
export function addBackup(program: Command, cli: Cli): void {
  program
    .command("backup <file>")
    .description("copy the embedded store to a new file while the dispatcher runs")
    .option("--reason <text>", "why, for the audit log", "")
    .action((file: string, options: { reason: string }) => backUp(file, options, cli));
}

async function backUp(file: string, { reason }: { reason: string }, cli: Cli): Promise<void> {
  const target = resolve(file);
  if (existsSync(target)) {
    throw new CliError(`Cannot back up: ${target} exists already; choose another name`);
  }
  if (!existsSync(dirname(target))) {
    throw new CliError(`Cannot back up: there is no directory ${dirname(target)}`);
  }
  const name = `hookgate-${new Date(cli.now()).toISOString().replaceAll(":", "-")}.sqlite`;
  const { path, bytes } = await askDispatcher(
    cli,
    "back up the store",
    (admin) => admin.backUp({ name, reason }),
    { deadlineMs: DEADLINE_MS },
  );
  const size = `${(bytes / 2 ** 20).toFixed(1)} MiB`;
  if (!existsSync(path)) {
    await write(cli.stdout, `${path} on the dispatcher's machine, ${size}\n`);
    return;
  }
  move(path, target);
  await write(cli.stdout, `${target}, ${size}\n`);
}

/** Moves a file durably, also to another file system. */
function move(from: string, to: string): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EXDEV") {
      const why = (error as Error).message;
      throw new CliError(`The copy is whole, but stays at ${from}: ${why}`, { cause: error });
    }
    copyFileSync(from, to);
    fsyncPath(to);
    rmSync(from);
  }
  fsyncPath(dirname(to));
}

function fsyncPath(path: string): void {
  const descriptor = openSync(path, "r");
  try {
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
