import { readEnv } from "@hookgate/config";
import type { Command } from "commander";
import { type Cli, CliError, tell } from "../cli.ts";
import { addJson, type JsonOption, writeAnswer } from "../show/answer.ts";
import { checkedValue, describeChecked } from "./check.ts";

/** Adds `hookgate restore`: puts a backup in the place of the store. */
export function addRestore(program: Command, cli: Cli): void {
  const command = program
    .command("restore")
    .description("put a backup into DATA_DIR as the embedded store, while no dispatcher runs")
    .argument("<file>", "the backup; it is kept as it is")
    .option("--replace", "set the store aside that is there");
  addJson(command).action((file: string, options: RestoreOptions) => restore(file, options, cli));
}

interface RestoreOptions extends JsonOption {
  replace?: true;
}

async function restore(file: string, options: RestoreOptions, cli: Cli): Promise<void> {
  const { replace = false } = options;
  const { dataDir, mongodbUri } = readEnv(cli.env);
  if (mongodbUri !== null) {
    throw new CliError("Cannot restore: the store is MongoDB; use mongorestore --oplogReplay");
  }
  // Only here, because it needs SQLite.
  const { restoreStoreFile } = await import("@hookgate/dispatcher/offline");
  const place = { dataDir, replace, now: cli.now() };
  const restored = await restoreStoreFile(file, place).catch((error: Error) => {
    throw new CliError(error.message, { cause: error });
  });
  const { path, setAside } = restored;
  const text = `${path}: ${describeChecked(restored)}`;
  await writeAnswer({ text, value: { path, ...checkedValue(restored), setAside } }, options, cli);
  if (setAside !== null) await tell(cli, `The store before is ${setAside}.\n`);
}
