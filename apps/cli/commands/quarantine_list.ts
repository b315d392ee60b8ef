import {
  type AdminHandlers,
  type QuarantinedRequestMessage,
  quarantinedFromMessage,
} from "@hookgate/rpc";
import { QUARANTINE_REASONS } from "@hookgate/types";
import type { Command } from "commander";
import { type Cli, columnsOf, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { describeQuarantined, type ListedRequest } from "../show/describe_quarantined.ts";
import { formatAge } from "../show/format_span.ts";
import { fitsTable, formatTable } from "../show/format_table.ts";
import { formatTime } from "../show/format_time.ts";
import { showJson, showText } from "../show/show_text.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { followPages, type PageRequest } from "./follow_pages.ts";
import { LIMIT_DEFAULT, parseLimit } from "./parse_limit.ts";

interface ListOptions {
  source?: string;
  reason?: string;
  all?: boolean;
  limit: number;
  json?: true;
}

/** Adds `hookgate quarantine list`: what was refused, newest first. */
export function addQuarantineList(quarantine: Command, cli: Cli): void {
  quarantine
    .command("list", { isDefault: true })
    .description("list refused requests, newest first")
    .option("--source <source>", "from this source")
    .option("--reason <reason>", `refused for this reason: ${QUARANTINE_REASONS.join(", ")}`)
    .option("--all", "released ones too")
    .option("--limit <n>", "so many at most", parseLimit, LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: ListOptions) => listQuarantine(options, cli));
}

async function listQuarantine(options: ListOptions, cli: Cli): Promise<void> {
  const request = toRequest(options);
  await askDispatcher(cli, "list refused requests", async (admin) => {
    const rows: ListedRequest[] = [];
    for await (const page of quarantinePages(admin, request, options)) {
      if (options.json) await write(cli.stdout, page.map(toLine).join(""));
      else rows.push(...page);
    }
    if (options.json) return;
    if (rows.length > 0) await write(cli.stdout, toTable(rows, cli));
    else await write(cli.stderr, "No refused requests.\n");
  });
}

type Request = Omit<Parameters<AdminHandlers["listQuarantine"]>[0], keyof PageRequest>;

/** Pages of refused requests, newest first. */
export function quarantinePages(
  admin: AdminHandlers,
  request: Request,
  { limit }: { limit: number },
): AsyncGenerator<readonly ListedRequest[]> {
  const ask = async (page: PageRequest) => {
    const { requests, nextPageToken } = await admin.listQuarantine({ ...request, ...page });
    return { rows: requests.map(toRow), nextPageToken };
  };
  return followPages(ask, { limit });
}

function toRow(message: QuarantinedRequestMessage): ListedRequest {
  return { request: quarantinedFromMessage(message), bodyBytes: message.bodyBytes };
}

function toRequest({ source = "", reason = "", all = false }: ListOptions): Request {
  const reasons: readonly string[] = QUARANTINE_REASONS;
  if (reason !== "" && !reasons.includes(reason)) {
    const known = reasons.join(", ");
    throw new CliError(
      `Cannot list refused requests: "${reason}" is no reason; there are ${known}`,
    );
  }
  return { source, reason, includeReleased: all };
}

function toLine(row: ListedRequest): string {
  return `${showJson(describeQuarantined(row))}\n`;
}

function toTable(rows: readonly ListedRequest[], cli: Cli): string {
  const columns = columnsOf(cli.stdout);
  const withTime = (title: string, show: (receivedAt: number) => string) => [
    ["REQUEST", "SOURCE", "REASON", title, "LIKELY"],
    ...rows.map(({ request }) => {
      const { id, source, reason, releasedAs, receivedAt, diagnosis } = request;
      const why = releasedAs === null ? reason : `${reason}, released`;
      return [id, source, why, show(receivedAt), diagnosis[0] ?? ""].map(showText);
    }),
  ];
  const exact = withTime("RECEIVED", formatTime);
  if (fitsTable(exact, columns)) return formatTable(exact);
  const now = cli.now();
  const brief = withTime("AGE", (receivedAt) => formatAge(now - receivedAt));
  return formatTable(brief, { columns, shrinkable: [1, 2, 4] });
}
