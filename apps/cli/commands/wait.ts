import { waitForEvent } from "@hookgate/rpc";
import { type Command, InvalidArgumentError, Option } from "commander";
import { type Cli, CliError, write } from "../cli.ts";
import { describeEvent } from "../show/describe.ts";
import { formatSpan } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { addSince, parseDuration, parseName } from "./options.ts";
import { tellUnknown, toListed } from "./pages.ts";
import { readWhere } from "./search.ts";

interface WaitOptions {
  source?: string;
  where?: string;
  since?: number;
  timeout: number;
  json?: true;
}

/** One that came just before the command was typed, or before a script got to it, in milliseconds. */
const SINCE_MS = 60_000;
const TIMEOUT_MS = 60_000;

/** Adds `hookgate wait <type>`: until such an event was received. */
export function addWait(program: Command, cli: Cli): void {
  const command = program
    .command("wait")
    .description("wait until an event was received, also one that came just before")
    .argument("<type>", "exact type, such as payment.success", parseName)
    .option("--source <source>", "from this source", parseName)
    .option("--where <pointer=value>", "with this value in the body");
  addSince(command, cli)
    .addOption(
      new Option("--timeout <span>", "how long it may take, such as 90s or 5m")
        .argParser(parseTimeout)
        .default(TIMEOUT_MS, "60s"),
    )
    .option("--json", "as a JSON object")
    .action((type: string, options: WaitOptions) => wait(type, options, cli));
}

async function wait(type: string, options: WaitOptions, cli: Cli): Promise<void> {
  const { source, where, timeout: timeoutMs, json } = options;
  const { since: sinceMs = cli.now() - SINCE_MS } = options;
  const field = where === undefined ? null : readWhere(where);
  const stop = new AbortController();
  const forget = cli.onInterrupt(() => stop.abort(new CliError("Interrupted")));
  try {
    const names = { type, ...(source !== undefined && { source }) };
    const wanted = { ...names, sinceMs, where: field };
    const found = await askDispatcher(cli, "wait for an event", async (admin) => {
      await tellUnknown(admin, names, cli);
      return waitForEvent(admin, wanted, { timeoutMs, signal: stop.signal });
    });
    if (found === null) throw new CliError(describeNone(type, options));
    const { event, deliveries } = toListed(found);
    const text = json ? showJson(describeEvent(event, deliveries)) : showText(event.id);
    await write(cli.stdout, `${text}\n`);
  } catch (error) {
    throw stop.signal.aborted ? stop.signal.reason : error;
  } finally {
    forget();
  }
}

function describeNone(type: string, { source, where, timeout }: WaitOptions): string {
  const from = source === undefined ? "" : ` of ${source}`;
  const having = where === undefined ? "" : ` with ${where}`;
  return `Cannot wait longer: no ${type}${from}${having} came within ${formatSpan(timeout)}`;
}

function parseTimeout(text: string): number {
  const ms = parseDuration(text);
  if (ms !== null) return ms;
  throw new InvalidArgumentError("It must be a span such as 500ms, 60s or 5m.");
}
