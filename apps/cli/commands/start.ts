import type { Command } from "commander";
import { type Cli, CliError, EXIT } from "../cli.ts";

/** Adds `hookgate start` and `hookgate dev`. What they do is not loaded here: cli_main.ts runs them before any command. */
export function addStart(program: Command, _cli: Cli): void {
  program
    .command("start")
    .description("run edge, dispatcher and console, and start again what crashes, until Ctrl-C")
    .option("--one-process", "run them in one process")
    .action(() => refuse("start"));
  program
    .command("dev")
    .description("the same, started again when a source file changes; shows events as they come")
    .action(() => refuse("dev"));
}

function refuse(command: string): never {
  throw new CliError(`Cannot ${command}: it must be the first word of the command line`, {
    exitCode: EXIT.misused,
  });
}
