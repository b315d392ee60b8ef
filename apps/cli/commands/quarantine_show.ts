import { parseHeaderBlock } from "@hookgate/providers";
import { quarantinedFromMessage } from "@hookgate/rpc";
import type { QuarantinedRequest } from "@hookgate/types";
import { type Command, Option } from "commander";
import { type Cli, write } from "../cli.ts";
import { CliError } from "../cli_error.ts";
import { describeQuarantined } from "../show/describe_quarantined.ts";
import { formatFields, formatHeaders, type ShownHeaders } from "../show/format_fields.ts";
import { formatAge } from "../show/format_span.ts";
import { formatTime } from "../show/format_time.ts";
import { showJson, showText } from "../show/show_text.ts";
import { writeBody } from "../show/write_body.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

interface ShowOptions {
  headers?: true;
  body?: true;
  json?: true;
}

/** Adds `hookgate quarantine show <id>`: one refused request, and what went wrong most likely. */
export function addQuarantineShow(quarantine: Command, cli: Cli): void {
  quarantine
    .command("show")
    .description("show one refused request, and what went wrong most likely")
    .argument("<id>", "the request's id, qtn_…")
    .option("--headers", "with the headers it came with; credentials are masked")
    .option("--json", "as one line of JSON")
    .addOption(
      new Option("--body", "only the exact bytes of its body").conflicts(["headers", "json"]),
    )
    .action((id: string, options: ShowOptions) => showQuarantined(id, options, cli));
}

async function showQuarantined(id: string, options: ShowOptions, cli: Cli): Promise<void> {
  const what = "show the refused request";
  const found = await askDispatcher(cli, what, (admin) => admin.getQuarantined({ id }));
  if (found.request === null) throw new CliError(`Cannot ${what} ${id}: the answer is empty`);
  const request = quarantinedFromMessage(found.request);
  if (options.body) return writeBody(request.body, cli.stdout);
  const headers = options.headers ? parseHeaderBlock(request.headers) : null;
  const text = options.json
    ? `${showJson(whole(request, headers))}\n`
    : requestText(request, cli.now()) + formatHeaders(headers);
  await write(cli.stdout, text);
}

function whole(request: QuarantinedRequest, headers: ShownHeaders | null) {
  const { addressChain, method, url, body } = request;
  return {
    ...describeQuarantined({ request, bodyBytes: body.length }),
    addressChain,
    method,
    url,
    ...(headers === null ? {} : { headers }),
  };
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
    ["body", `${request.body.length} bytes`],
    ["released as", releasedAs ?? ""],
  ];
  const likely = diagnosis.map((sentence) => `- ${showText(sentence)}\n`).join("");
  return `${showText(request.id)}\n${formatFields(lines)}${likely && `\nmost likely\n${likely}`}`;
}
