import { readFileSync } from "node:fs";
import { ConfigError } from "@hookgate/config";
import { Command, CommanderError, type OutputConfiguration } from "commander";
import { type Cli, CliError, EXIT, hasColour, OutputError, tell, write } from "./cli.ts";
import { addApprove } from "./commands/approve.ts";
import { addAudit } from "./commands/audit.ts";
import { addBackup } from "./commands/backup.ts";
import { addChanges } from "./commands/changes.ts";
import { addCheck } from "./commands/check.ts";
import { addCompletion } from "./commands/completion.ts";
import { addConfig } from "./commands/config.ts";
import { addCopy } from "./commands/copy.ts";
import { addDead } from "./commands/dead.ts";
import { addDoctor } from "./commands/doctor.ts";
import { addErase } from "./commands/erase.ts";
import { addEvent } from "./commands/event.ts";
import { addEvents } from "./commands/events.ts";
import { addExamples } from "./commands/examples.ts";
import { addFailures } from "./commands/failures.ts";
import { addFind } from "./commands/find.ts";
import { addHealth } from "./commands/health.ts";
import { addInit } from "./commands/init.ts";
import { addInstallService } from "./commands/install_service.ts";
import { addKeys } from "./commands/keys.ts";
import { addListen } from "./commands/listen.ts";
import { addMetrics } from "./commands/metrics.ts";
import { addNotify } from "./commands/notify.ts";
import { addPause, addResume } from "./commands/pause.ts";
import { addQuarantine } from "./commands/quarantine.ts";
import { addReplay } from "./commands/replay.ts";
import { addReplays } from "./commands/replays.ts";
import { addRestore } from "./commands/restore.ts";
import { addCancel, addRetry } from "./commands/retry.ts";
import { addEnrol, addSecrets } from "./commands/secrets.ts";
import { addSend } from "./commands/send.ts";
import { addSources } from "./commands/sources.ts";
import { addStart } from "./commands/start.ts";
import { addSubscriptions } from "./commands/subscriptions.ts";
import { addTail } from "./commands/tail.ts";
import { addVerify } from "./commands/verify.ts";
import { addWait } from "./commands/wait.ts";
import { addMcp } from "./mcp/add_mcp.ts";
import { paint } from "./show/paint.ts";
import { showText } from "./show/show_text.ts";

/** In the order of the help. */
const COMMANDS = [
  addInit,
  addStart,
  addSend,
  addKeys,
  addVerify,
  addEvents,
  addEvent,
  addFind,
  addTail,
  addWait,
  addRetry,
  addDead,
  addFailures,
  addChanges,
  addReplay,
  addReplays,
  addCopy,
  addListen,
  addSources,
  addSubscriptions,
  addPause,
  addResume,
  addCancel,
  addQuarantine,
  addSecrets,
  addEnrol,
  addErase,
  addApprove,
  addAudit,
  addNotify,
  addMetrics,
  addHealth,
  addDoctor,
  addBackup,
  addRestore,
  addCheck,
  addMcp,
  addConfig,
  addInstallService,
  addCompletion,
];

/** Runs one command and returns its exit code, one of {@linkcode EXIT}. */
export async function runCli(args: readonly string[], cli: Cli): Promise<number> {
  // Commander writes help, version and its errors without waiting.
  const written: Promise<void>[] = [];
  const program = createProgram(cli, {
    writeOut: (text) => void written.push(write(cli.stdout, text)),
    writeErr: (text) => void written.push(tell(cli, text)),
    outputError: (text, writeErr) => writeErr(withAdvice(text, args)),
  });
  try {
    await program.parseAsync(args, { from: "user" }).finally(() => Promise.all(written));
    return EXIT.done;
  } catch (error) {
    return explain(error, cli);
  }
}

/** The program with all its commands. */
export function createProgram(cli: Cli, output: OutputConfiguration = {}): Command {
  const program = new Command("hookgate")
    .description("Sends, finds, retries and replays webhook events.")
    .version(readVersion())
    .exitOverride()
    // Before the commands are added: they copy it.
    .configureOutput(output);
  for (const add of COMMANDS) add(program, cli);
  addExamples(program);
  return program;
}

/** Errors of these kinds do not say what would be right. */
const BARE = /^error: (?:missing|unknown|too many)/;

/** A group's word that is none of its commands goes to its `list`, which takes no words. */
const NO_WORDS = /^error: too many arguments for 'list'/;

function withAdvice(text: string, [group = "", ...rest]: readonly string[]): string {
  const word = rest.find((one) => !one.startsWith("-"));
  if (NO_WORDS.test(text) && word !== undefined && word !== "list") {
    const of = `npx hookgate help ${group} lists what there is`;
    return `error: ${group} has no command '${showText(word)}'; ${of}\n`;
  }
  const line = text.trimEnd();
  if (!BARE.test(line) || line.includes("\n")) return text;
  const advice = line.startsWith("error: unknown command")
    ? "npx hookgate help lists what there is"
    : "npx hookgate help <command> shows what it takes";
  return `${line.replace(/\.$/, "")}; ${advice}\n`;
}

/** Tells the operator what went wrong, and returns the exit code. */
async function explain(error: unknown, cli: Cli): Promise<number> {
  // Commander has written its errors itself. Help and version come as errors, too.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.done : EXIT.misused;
  if (error instanceof OutputError) {
    if (error.isClosed) return EXIT.done;
    await tell(cli, `${error.message}\n`);
    return EXIT.unwritable;
  }
  if (error instanceof CliError) {
    await tell(cli, `${painted(showText(error.message), cli)}\n`);
    return error.exitCode;
  }
  if (error instanceof ConfigError) {
    await tell(cli, `${painted(error.message, cli)}\n`);
    return EXIT.misused;
  }
  throw error;
}

function painted(text: string, { stderr, env }: Cli): string {
  return hasColour(stderr, env) ? paint(text, "red") : text;
}

function readVersion(): string {
  return JSON.parse(readFileSync(new URL("./package.json", import.meta.url), "utf8")).version;
}
