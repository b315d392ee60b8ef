import { parseHeaderBlock } from "@hookgate/providers";
import { deliveryFromMessage, eventFromMessage } from "@hookgate/rpc";
import type { Attempt, Delivery, ReceivedEvent } from "@hookgate/types";
import { type Command, Option } from "commander";
import { askDispatcher } from "./ask_dispatcher.ts";
import { type Cli, type Output, write } from "./cli.ts";
import { CliError } from "./cli_error.ts";
import { describeEvent, describeWholeDelivery } from "./describe_event.ts";
import { formatAge, formatSpan } from "./format_span.ts";
import { formatTable } from "./format_table.ts";
import { formatTime } from "./format_time.ts";
import { showJson, showText } from "./show_text.ts";

interface EventOptions {
  json?: true;
  headers?: true;
  body?: true;
}

/** Adds `hookgate event <id>`: one event, its deliveries and their attempts. */
export function addEvent(program: Command, cli: Cli): void {
  program
    .command("event")
    .description("show one event, its deliveries and their attempts")
    .argument("<id>", "the event's id, evt_…")
    .option("--headers", "with the headers it came with; credentials are masked")
    .option("--json", "as one line of JSON")
    .addOption(
      new Option("--body", "only the exact bytes of its body").conflicts(["headers", "json"]),
    )
    .action((id: string, options: EventOptions) => showEvent(id, options, cli));
}

async function showEvent(id: string, options: EventOptions, cli: Cli): Promise<void> {
  const found = await askDispatcher(cli, "show the event", (admin) => admin.getEvent({ id }));
  if (found.event === null) throw new CliError(`Cannot show event ${id}: the answer is empty`);
  const event = eventFromMessage(found.event);
  const deliveries = found.deliveries.map(deliveryFromMessage);
  if (options.body) return writeBody(event, cli.stdout);
  const headers = options.headers ? parseHeaderBlock(event.headers) : null;
  const text = options.json
    ? `${showJson(wholeEvent(event, deliveries, headers))}\n`
    : [eventText(event, cli.now()), headersText(headers), ...deliveries.map(deliveryText)].join("");
  await write(cli.stdout, text);
}

/** The bytes as they are; into a terminal only where they cannot drive it. */
async function writeBody(event: ReceivedEvent, output: Output): Promise<void> {
  if (output.isTTY && !isHarmless(event.body)) {
    throw new CliError(
      "Cannot show the body: it has characters that act on a terminal; send it to a file or a pager",
    );
  }
  await write(output, event.body);
}

function isHarmless(body: Uint8Array): boolean {
  try {
    const text = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(body);
    const plain = text.replace(/\r?\n|\t/g, "");
    return showText(plain) === plain;
  } catch {
    return false;
  }
}

type Headers = readonly (readonly [string, string])[];

function wholeEvent(
  event: ReceivedEvent,
  deliveries: readonly Delivery[],
  headers: Headers | null,
) {
  const { provider, providerEventId, secretId, address, body, bodySha256, flags } = event;
  return {
    ...describeEvent(event, []),
    provider,
    providerEventId,
    secretId,
    address,
    bodyBytes: body.length,
    bodySha256: Buffer.from(bodySha256).toString("hex"),
    flags,
    ...(headers === null ? {} : { headers }),
    deliveries: deliveries.map(describeWholeDelivery),
  };
}

function eventText(event: ReceivedEvent, now: number): string {
  const digest = Buffer.from(event.bodySha256).toString("hex");
  const lines = [
    ["type", event.type],
    ["source", `${event.source} (${event.provider}, secret ${event.secretId})`],
    ["received", `${formatTime(event.receivedAt)}, ${formatAge(now - event.receivedAt)} ago`],
    ["address", event.address],
    ["body", `${event.body.length} bytes`],
    ["sha256", digest],
    ["its own id", event.providerEventId],
    ["flags", event.flags.join(", ")],
  ];
  return `${showText(event.id)}\n${fields(lines)}`;
}

function headersText(headers: Headers | null): string {
  if (headers === null) return "";
  const lines = headers.map(([name, value]) => `  ${showText(name)}: ${showText(value)}\n`);
  return `\nheaders\n${lines.join("")}`;
}

function deliveryText(delivery: Delivery): string {
  const { id, subscription, state, nextAttemptAt, replayOf, interruptions, reason } = delivery;
  const lines = [
    ["for", subscription],
    ["state", state],
    ["due", nextAttemptAt === null ? "" : formatTime(nextAttemptAt)],
    ["replay of", replayOf ?? ""],
    ["interruptions", interruptions === 0 ? "" : String(interruptions)],
    ["reason", reason],
    ...delivery.attempts.map((attempt) => [`attempt ${attempt.number}`, attemptText(attempt)]),
  ];
  return `\n${showText(id)}\n${fields(lines)}`;
}

function attemptText(attempt: Attempt): string {
  const ended = attempt.outcome.replace("_", " ");
  const error = attempt.error === "" ? "" : `: ${attempt.error}`;
  return `${formatTime(attempt.startedAt)}, ${formatSpan(attempt.durationMs)}, ${ended}${error}`;
}

/** Names and values, aligned; what is empty is left out. */
function fields(lines: readonly (readonly string[])[]): string {
  const shown = lines.filter(([, value]) => value !== "");
  return formatTable(shown.map(([name = "", value = ""]) => [`  ${name}`, showText(value)]));
}
