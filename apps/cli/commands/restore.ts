import { readEnv } from "@hookgate/config";
import type { Command } from "commander";
import { type Cli, CliError, write } from "../cli.ts";
import { describeChecked } from "./check.ts";

/** Adds `hookgate restore`: puts a backup in the place of the store. */
export function addRestore(program: Command, cli: Cli): void {
  program
    .command("restore <file>")
    .description("put a backup into DATA_DIR as the embedded store, while no dispatcher runs")
    .option("--replace", "set the store aside that is there")
    .action((file: string, { replace = false }: { replace?: boolean }) =>
      restore(file, { replace }, cli),
    );
}

async function restore(file: string, { replace }: { replace: boolean }, cli: Cli): Promise<void> {
  const { dataDir, mongodbUri } = readEnv(cli.env);
  if (mongodbUri !== null) {
    throw new CliError("Cannot restore: the store is MongoDB; use mongorestore --oplogReplay");
  }
  // Only here, because it needs SQLite.
  const { restoreStoreFile } = await import("@hookgate/dispatcher/offline");
  const options = { dataDir, replace, now: cli.now() };
  const restored = await restoreStoreFile(file, options).catch((error: Error) => {
    throw new CliError(error.message, { cause: error });
  });
  const aside = restored.setAside === null ? "" : `The store before is ${restored.setAside}.\n`;
  await write(cli.stdout, `${restored.path}: ${describeChecked(restored)}\n${aside}`);
}
