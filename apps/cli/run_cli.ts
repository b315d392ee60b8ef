import { readFileSync } from "node:fs";
import { ConfigError } from "@hookgate/config";
import { Command, CommanderError } from "commander";
import { type Cli, CliError, write } from "./cli.ts";
import { addDead } from "./commands/dead.ts";
import { addEvent } from "./commands/event.ts";
import { addEvents } from "./commands/events.ts";
import { addHealth } from "./commands/health.ts";
import { addKeys } from "./commands/keys.ts";
import { addMetrics } from "./commands/metrics.ts";
import { addPause, addResume } from "./commands/pause.ts";
import { addQuarantine } from "./commands/quarantine.ts";
import { addReplay } from "./commands/replay.ts";
import { addReplays } from "./commands/replays.ts";
import { addCancel, addRetry } from "./commands/retry.ts";
import { addEnrol, addSecrets } from "./commands/secrets.ts";
import { addSend } from "./commands/send.ts";
import { addSubscriptions } from "./commands/subscriptions.ts";
import { addVerify } from "./commands/verify.ts";
import { showText } from "./show/show_text.ts";

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
