import type { AuditRecordMessage } from "@hookgate/rpc";
import { type Command, InvalidArgumentError } from "commander";
import { type Cli, screenOf } from "../cli.ts";
import { writeList } from "../show/answer.ts";
import { formatTime } from "../show/format.ts";
import { showText } from "../show/show_text.ts";
import { formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { parsePastTime, parseWholeNumber } from "./options.ts";

const LIMIT_DEFAULT = 50;
const LIMIT_MAX = 1_000;

interface AuditOptions {
  since?: number;
  limit: number;
  json?: true;
}

/** Adds `hookgate audit`: who did what, when and why. */
export function addAudit(program: Command, cli: Cli): void {
  const parseTime = (text: string) => {
    const at = parsePastTime(text, cli.now());
    if (at !== null) return at;
    throw new InvalidArgumentError(
      "It must be a time such as 2026-01-02T03:04:05Z, or an age: 2h.",
    );
  };
  program
    .command("audit")
    .description("show who changed what, when and why, newest first")
    .option("--since <time>", "at or after: 2026-01-02T03:04:05Z, or an age: 2h", parseTime)
    .option("--limit <n>", "at most this many", parseWholeNumber(LIMIT_MAX), LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: AuditOptions) => listAudit(options, cli));
}

async function listAudit({ since, limit, json }: AuditOptions, cli: Cli): Promise<void> {
  const request = {
    pageSize: limit,
    pageToken: "",
    ...(since !== undefined && { sinceMs: since }),
  };
  const { entries } = await askDispatcher(cli, "read the audit log", (admin) =>
    admin.listAudit(request),
  );
  await writeList([entries], {
    cli,
    json,
    value: describeAuditRecord,
    table: toTable,
    none: "Nothing was changed.",
  });
}

function toTable(entries: readonly AuditRecordMessage[], cli: Cli): string {
  const rows = entries.map(({ atMs, caller, action, target, reason, outcome }) =>
    [formatTime(atMs), caller, action, target, reason, outcome].map(showText),
  );
  const title = ["WHEN", "WHO", "WHAT", "TO", "WHY", "OUTCOME"];
  return formatTable([title, ...rows], {
    ...screenOf(cli),
    shrinkable: [1, 3, 4, 5],
  });
}

/** An entry as `audit --json` prints it, one per line: a form that programs can rely on. */
export function describeAuditRecord({ atMs, ...entry }: AuditRecordMessage): object {
  return { at: formatTime(atMs), ...entry };
}
