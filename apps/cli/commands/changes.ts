import type { AdminHandlers, ChangeMessage } from "@hookgate/rpc";
import { type Command, Option } from "commander";
import { type Cli, screenOf } from "../cli.ts";
import { writeList } from "../show/answer.ts";
import { formatTime } from "../show/format.ts";
import { showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { addTimeOptions, LIMIT_DEFAULT, parseLimit, type TimeOptions } from "./options.ts";
import { followPages, type Page, type PageRequest } from "./pages.ts";

interface ChangesOptions extends TimeOptions {
  kind?: string[];
  subject?: string;
  limit: number;
  json?: true;
}

const KINDS = [
  ...["start", "stop", "reload", "configuration", "subscription"],
  ...["handler", "secret", "breaker", "pause"],
];

/** Adds `hookgate changes`: what changed in how Hookgate runs. */
export function addChanges(program: Command, cli: Cli): void {
  const command = program
    .command("changes")
    .description("show what changed in the last 30 days, newest first")
    .addOption(new Option("--kind <kind...>", "only these kinds").choices(KINDS))
    .option("--subject <name>", "of this subscription, source or handler's file");
  addTimeOptions(command, cli, "changed")
    .option("--limit <n>", "at most this many", parseLimit, LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: ChangesOptions) => listChanges(options, cli));
}

async function listChanges({ limit, json, ...filter }: ChangesOptions, cli: Cli): Promise<void> {
  await askDispatcher(cli, "list changes", async (admin) => {
    const ask = (page: PageRequest) => changePage(admin, filter, page);
    await writeList(followPages(ask, { limit, cli }), {
      cli,
      json,
      value: describeChange,
      table: changeTable,
      none: "No changes.",
    });
  });
}

async function changePage(
  admin: AdminHandlers,
  { kind = [], subject = "", from, to }: Omit<ChangesOptions, "limit" | "json">,
  page: PageRequest,
): Promise<Page<ChangeMessage>> {
  const times = {
    ...(from !== undefined && { fromMs: from }),
    ...(to !== undefined && { toMs: to }),
  };
  const answer = await admin.listChanges({ kinds: kind, subject, ...times, ...page });
  return { ...answer, rows: answer.changes };
}

/** Changes as a table. */
export function changeTable(
  changes: readonly ChangeMessage[],
  cli: Pick<Cli, "stdout" | "env">,
): string {
  const rows = changes.map(({ atMs, kind, subject, text }) =>
    [formatTime(atMs), kind, subject, text].map(showText),
  );
  const screen = screenOf(cli);
  return formatTable([["WHEN", "KIND", "WHAT", "HOW"], ...rows], { ...screen, shrinkable: [2, 3] });
}

/** A change as `changes --json` prints it, one per line: a form that programs can rely on. */
export function describeChange({ atMs, ...change }: ChangeMessage): object {
  return { at: formatTime(atMs), ...change };
}
