import { readFileSync } from "node:fs";
import { ConfigError } from "@hookgate/config";
import { Command, CommanderError } from "commander";
import { addCancel } from "./cancel.ts";
import { type Cli, write } from "./cli.ts";
import { CliError } from "./cli_error.ts";
import { addDead } from "./dead.ts";
import { addEnrol } from "./enrol.ts";
import { addEvent } from "./event.ts";
import { addEvents } from "./events.ts";
import { addHealth } from "./health.ts";
import { addKeys } from "./keys.ts";
import { addMetrics } from "./metrics.ts";
import { addPause } from "./pause.ts";
import { addQuarantine } from "./quarantine.ts";
import { addReplay } from "./replay.ts";
import { addReplays } from "./replays.ts";
import { addResume } from "./resume.ts";
import { addRetry } from "./retry.ts";
import { addSecrets } from "./secrets.ts";
import { addSend } from "./send.ts";
import { showText } from "./show_text.ts";
import { addSubscriptions } from "./subscriptions.ts";
import { addVerify } from "./verify.ts";

const COMMANDS = [
  addSend,
  addKeys,
  addVerify,
  addEvents,
  addEvent,
  addRetry,
  addDead,
  addReplay,
  addReplays,
  addSubscriptions,
  addPause,
  addResume,
  addCancel,
  addQuarantine,
  addSecrets,
  addEnrol,
  addMetrics,
  addHealth,
];

/** Runs one command and gives the code to exit with: 0, 1 where it could not be done, 2 where it was asked wrongly. */
export async function runCli(args: readonly string[], cli: Cli): Promise<number> {
  const program = new Command("hookgate")
    .description("Sends, finds, retries and replays webhook events.")
    .version(readVersion())
    .exitOverride()
    .configureOutput({
      writeOut: (text) => cli.stdout.write(text),
      writeErr: (text) => cli.stderr.write(text),
    });
  for (const add of COMMANDS) add(program, cli);
  try {
    await program.parseAsync(args, { from: "user" });
    return 0;
  } catch (error) {
    return explain(error, cli);
  }
}

/** Tells the operator what went wrong; gives the code to exit with. */
async function explain(error: unknown, cli: Cli): Promise<number> {
  // Commander has said it already: its errors, and help and version, which are none.
  if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
  // Nobody reads on (| head): a full answer for them.
  if (error instanceof Error && "code" in error && error.code === "EPIPE") return 0;
  if (error instanceof CliError) {
    await write(cli.stderr, `${showText(error.message)}\n`);
    return error.exitCode;
  }
  if (error instanceof ConfigError) {
    await write(cli.stderr, `${error.message}\n`);
    return 2;
  }
  throw error;
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8")).version;
}
