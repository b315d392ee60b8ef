import { parseHeaderBlock } from "@hookgate/providers";
import { quarantinedFromMessage } from "@hookgate/rpc";
import { isUnread, QUARANTINE_REASONS, type QuarantinedRequest } from "@hookgate/types";
import { type Command, Option } from "commander";
import { type Cli, CliError, screenOf, write } from "../cli.ts";
import { writeList } from "../show/answer.ts";
import { describeQuarantined, type ListedRequest } from "../show/describe.ts";
import { formatAge, formatTime } from "../show/format.ts";
import { showJson, showText, writeBody } from "../show/show_text.ts";
import {
  fitsTable,
  formatFields,
  formatHeaders,
  formatTable,
  type ShownHeaders,
} from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { LIMIT_DEFAULT, parseLimit } from "./options.ts";
import { type QuarantineFilter, quarantinePages } from "./pages.ts";
import { addQuarantineVerify } from "./quarantine_verify.ts";

/** Adds `hookgate quarantine`: refused requests, kept for a second look. */
export function addQuarantine(program: Command, cli: Cli): void {
  const quarantine = program
    .command("quarantine")
    .description("refused requests: list, show, verify again, release");
  addQuarantineList(quarantine, cli);
  addQuarantineShow(quarantine, cli);
  addQuarantineVerify(quarantine, cli);
}

interface ListOptions {
  source?: string;
  reason?: string;
  all?: boolean;
  limit: number;
  json?: true;
}

/** Adds `hookgate quarantine list`: refused requests, newest first. */
function addQuarantineList(quarantine: Command, cli: Cli): void {
  quarantine
    .command("list", { isDefault: true })
    .description("list refused requests, newest first")
    .option("--source <source>", "from this source")
    .addOption(
      new Option("--reason <reason>", "refused for this reason").choices(QUARANTINE_REASONS),
    )
    .option("--all", "including released ones")
    .option("--limit <n>", "at most this many", parseLimit, LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: ListOptions) => listQuarantine(options, cli));
}

async function listQuarantine(options: ListOptions, cli: Cli): Promise<void> {
  const { limit, json } = options;
  const filter = toFilter(options);
  await askDispatcher(cli, "list refused requests", async (admin) => {
    await writeList(quarantinePages(admin, filter, { limit, cli }), {
      cli,
      json,
      value: describeQuarantined,
      table: toTable,
      none: "No refused requests.",
    });
  });
}

function toFilter({ source = "", reason = "", all = false }: ListOptions): QuarantineFilter {
  return { source, reason, includeReleased: all };
}

function toTable(rows: readonly ListedRequest[], cli: Cli): string {
  const screen = screenOf(cli);
  const withTime = (title: string, show: (receivedAt: number) => string) => [
    ["REQUEST", "SOURCE", "REASON", title, "LIKELY"],
    ...rows.map(({ request }) => {
      const { id, source, reason, releasedAs, receivedAt, diagnosis } = request;
      const why = releasedAs === null ? reason : `${reason}, released`;
      return [id, source, why, show(receivedAt), diagnosis[0] ?? ""].map(showText);
    }),
  ];
  const exact = withTime("RECEIVED", formatTime);
  if (fitsTable(exact, screen.columns)) return formatTable(exact, screen);
  const now = cli.now();
  const brief = withTime("AGE", (receivedAt) => formatAge(now - receivedAt));
  return formatTable(brief, { ...screen, shrinkable: [1, 2, 4] });
}

const ENCRYPTED =
  "kept encrypted, because its source protects data; verify and release work all the same";

interface ShowOptions {
  headers?: true;
  body?: true;
  json?: true;
}

/** Adds `hookgate quarantine show <id>`: one refused request, and the likely reason. */
function addQuarantineShow(quarantine: Command, cli: Cli): void {
  quarantine
    .command("show")
    .description("show one refused request, and the likely reason")
    .argument("<id>", "the request's id, qtn_…")
    .option("--headers", "with its headers; credentials are masked")
    .option("--json", "as one line of JSON")
    .addOption(new Option("--body", "only its body, byte for byte").conflicts(["headers", "json"]))
    .action((id: string, options: ShowOptions) => showQuarantined(id, options, cli));
}

async function showQuarantined(id: string, options: ShowOptions, cli: Cli): Promise<void> {
  const what = "show the refused request";
  const found = await askDispatcher(cli, what, (admin) => admin.getQuarantined({ id }));
  if (found.request === null) throw new CliError(`Cannot ${what} ${id}: the answer is empty`);
  const request = quarantinedFromMessage(found.request);
  if (options.body && request.sealed !== undefined) {
    throw new CliError(`Cannot show the body of ${id}: it is ${ENCRYPTED}`);
  }
  if (options.body) return writeBody(request.body, cli.stdout);
  const headers = options.headers ? parseHeaderBlock(request.headers) : null;
  const text = options.json
    ? `${showJson(whole(request, headers))}\n`
    : requestText(request, cli.now()) + formatHeaders(headers);
  await write(cli.stdout, text);
}

function whole(request: QuarantinedRequest, headers: ShownHeaders | null) {
  const { addressChain, method, url, body, sealed } = request;
  return {
    ...describeQuarantined({ request, bodyBytes: body.length }),
    addressChain,
    method,
    url,
    encrypted: sealed !== undefined,
    ...(headers === null ? {} : { headers }),
  };
}

function bodyText({ reason, body, sealed }: QuarantinedRequest): string {
  if (isUnread(reason)) return "not kept, so it cannot be verified again";
  return sealed === undefined ? `${body.length} bytes` : ENCRYPTED;
}

function requestText(request: QuarantinedRequest, now: number): string {
  const { receivedAt, address, addressChain, releasedAs, diagnosis } = request;
  const lines = [
    ["refused for", request.reason],
    ["source", `${request.source} (${request.provider})`],
    ["received", `${formatTime(receivedAt)}, ${formatAge(now - receivedAt)} ago`],
    ["address", address],
    ["came through", addressChain === address ? "" : addressChain],
    ["called", `${request.method} ${request.url}`],
    ["body", bodyText(request)],
    ["released as", releasedAs ?? ""],
  ];
  const likely = diagnosis.map((sentence) => `- ${showText(sentence)}\n`).join("");
  return `${showText(request.id)}\n${formatFields(lines)}${likely && `\nmost likely\n${likely}`}`;
}
