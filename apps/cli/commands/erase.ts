import type { EraseSubjectResponse } from "@hookgate/rpc";
import type { Command } from "commander";
import { type Cli, CliError, EXIT, write } from "../cli.ts";
import { formatSpan } from "../show/format.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { askYes, canAsk } from "./ask_yes.ts";
import { tellUnknown } from "./pages.ts";

interface EraseOptions {
  subject: string;
  source?: string;
  reason: string;
  dryRun?: true;
  yes?: true;
  json?: true;
}

/** Adds `hookgate erase`: deletes the keys of a person, so that what was encrypted about them cannot be read any more. */
export function addErase(program: Command, cli: Cli): void {
  program
    .command("erase")
    .description("delete the keys of a person: what was encrypted about them is gone for good")
    .requiredOption("--subject <id>", "the person's id, as the events have it")
    .option("--source <name>", "only in the events of this source")
    .requiredOption("--reason <text>", "why, for the record, which does not name the person")
    .option("--dry-run", "only show which keys there are")
    .option("--yes", "do not ask")
    .option("--json", "as one line of JSON")
    .action((options: EraseOptions) => erase(options, cli));
}

async function erase(options: EraseOptions, cli: Cli): Promise<void> {
  const { subject, source = "", reason, dryRun = false, json } = options;
  if (!reason.trim()) {
    throw new CliError("Cannot erase without --reason: say why, for the record", {
      exitCode: EXIT.misused,
    });
  }
  if (subject === "") {
    throw new CliError("Cannot erase: --subject is empty", { exitCode: EXIT.misused });
  }
  await askDispatcher(cli, "erase the subject", (admin) => tellUnknown(admin, { source }, cli));
  const ask = (only: boolean) =>
    askDispatcher(cli, "erase the subject", (admin) =>
      admin.eraseSubject({ subject, source, reason, dryRun: only }),
    );
  if (!dryRun && !options.yes) {
    if (!canAsk(cli)) {
      const problem = "Cannot erase without asking: this is not a terminal; pass --yes to erase";
      throw new CliError(problem, { exitCode: EXIT.misused });
    }
    await confirm(await ask(true), cli);
  }
  const answer = await ask(dryRun);
  if (answer.keys.length === 0) throw nothingThere();
  await write(cli.stdout, json ? `${showJson(toJson(answer))}\n` : toText(answer, dryRun));
}

/** Shows what would be deleted, and asks. */
async function confirm(found: EraseSubjectResponse, cli: Cli): Promise<void> {
  if (found.keys.length === 0) throw nothingThere();
  const question = `Delete ${keysText(found)}? What they encrypt can never be read again.`;
  if (await askYes(showText(question), cli)) return;
  throw new CliError("Nothing was erased");
}

function nothingThere(): CliError {
  return new CliError("Nothing is encrypted about this subject: it has no key");
}

function toJson({ keys, inForceMs }: EraseSubjectResponse) {
  return { keys: keys.map(({ source, month }) => ({ source, month })), inForceMs };
}

function toText(answer: EraseSubjectResponse, dryRun: boolean): string {
  const text = keysText(answer);
  if (dryRun) return `${showText(`Would delete ${text}`)}\n`;
  const { inForceMs } = answer;
  const late =
    inForceMs === 0 ? "" : `; every dispatcher has forgotten them in ${formatSpan(inForceMs)}`;
  return `${showText(`Deleted ${text}${late}`)}\n`;
}

/** `3 keys: of crm 2026-11, 2026-12; of stripe 2026-12`. */
function keysText({ keys }: EraseSubjectResponse): string {
  const bySource = Map.groupBy(keys, ({ source }) => source);
  const parts = [...bySource].map(([source, of]) => {
    return `of ${source} ${of.map(({ month }) => month).join(", ")}`;
  });
  return `${keys.length} ${keys.length === 1 ? "key" : "keys"}: ${parts.join("; ")}`;
}
