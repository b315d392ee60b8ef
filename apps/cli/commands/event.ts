import { parseHeaderBlock } from "@hookgate/providers";
import { deliveryFromMessage, eventFromMessage } from "@hookgate/rpc";
import type { Attempt, Delivery, DeliveryOrder, ReceivedEvent, Skipped } from "@hookgate/types";
import { type Command, Option } from "commander";
import { type Cli, CliError, screenOf, write } from "../cli.ts";
import { cutText } from "../show/cells.ts";
import { describeEvent, describeWholeDelivery } from "../show/describe.ts";
import { formatAge, formatSpan, formatTime } from "../show/format.ts";
import { showJson, showText, writeBody } from "../show/show_text.ts";
import {
  formatFields,
  formatHeaders,
  type ShownHeaders,
  type TableOptions,
} from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";

interface EventOptions {
  json?: true;
  headers?: true;
  body?: true;
}

/** Everything that is shown of an event. */
interface ShownEvent {
  event: ReceivedEvent;
  deliveries: readonly Delivery[];
  skipped: readonly Skipped[];
  /** Null without --headers. */
  headers: ShownHeaders | null;
}

/** Characters of an answer's body that are shown: its beginning says what went wrong. */
const RESPONSE_CHARS_SHOWN = 200;

/** Adds `hookgate event <id>`: one event, its deliveries and their attempts. */
export function addEvent(program: Command, cli: Cli): void {
  program
    .command("event")
    .description("show one event, its deliveries and their attempts")
    .argument("<id>", "the event's id, evt_…")
    .option("--headers", "with its headers; credentials are not kept")
    .option("--json", "as one line of JSON")
    .addOption(new Option("--body", "only its body, byte for byte").conflicts(["headers", "json"]))
    .action((id: string, options: EventOptions) => showEvent(id, options, cli));
}

async function showEvent(id: string, options: EventOptions, cli: Cli): Promise<void> {
  const found = await askDispatcher(cli, "show the event", (admin) => admin.getEvent({ id }));
  if (found.event === null) throw new CliError(`Cannot show event ${id}: the answer is empty`);
  const event = eventFromMessage(found.event);
  if (options.body) return writeBody(event.body, cli.stdout);
  const shown: ShownEvent = {
    event,
    deliveries: found.deliveries.map(deliveryFromMessage),
    skipped: found.skipped,
    headers: options.headers ? parseHeaderBlock(event.headers) : null,
  };
  await write(
    cli.stdout,
    options.json ? `${showJson(wholeEvent(shown))}\n` : wholeText(shown, cli),
  );
}

function wholeEvent({ event, deliveries, skipped, headers }: ShownEvent) {
  const { provider, providerType, providerEventId, secretId, body, bodySha256, flags } = event;
  const { address, addressChain } = event;
  return {
    ...describeEvent(event, []),
    provider,
    providerType,
    providerEventId,
    secretId,
    address,
    addressChain,
    bodyBytes: body.length,
    bodySha256: Buffer.from(bodySha256).toString("hex"),
    flags,
    protections: event.protection?.done ?? [],
    ...(headers === null ? {} : { headers }),
    deliveries: deliveries.map(describeWholeDelivery),
    skipped: skipped.map(({ subscription, reason }) => ({ subscription, reason })),
  };
}

function wholeText({ event, deliveries, skipped, headers }: ShownEvent, cli: Cli): string {
  const screen = screenOf(cli);
  return [
    eventText(event, cli.now()),
    formatHeaders(headers),
    ...deliveries.map((delivery) => deliveryText(delivery, screen)),
    skippedText(skipped),
  ].join("");
}

/** A copy was signed by nobody. */
function secretText({ secretId }: ReceivedEvent): string {
  return secretId === "" ? "" : `, secret ${secretId}`;
}

function eventText(event: ReceivedEvent, now: number): string {
  const digest = Buffer.from(event.bodySha256).toString("hex");
  const lines = [
    ["type", typeText(event)],
    ["source", `${event.source} (${event.provider}${secretText(event)})`],
    ["received", `${formatTime(event.receivedAt)}, ${formatAge(now - event.receivedAt)} ago`],
    ["address", event.address],
    ["came through", event.addressChain === event.address ? "" : event.addressChain],
    ["body", `${event.body.length} bytes`],
    ["sha256", digest],
    ["its own id", event.providerEventId],
    ["flags", event.flags.join(", ")],
    ["protected", event.protection?.done.join(", ") ?? ""],
  ];
  return `${showText(event.id)}\n${formatFields(lines)}`;
}

/** With the provider's own type, if that differs. */
function typeText({ type, providerType }: ReceivedEvent): string {
  return providerType === type || providerType === "" ? type : `${type} (${providerType})`;
}

function deliveryText(delivery: Delivery, screen: Pick<TableOptions, "colour">): string {
  const { id, subscription, state, order, replayOf, replay, interruptions, reason } = delivery;
  const lines = [
    ["for", subscription],
    ["state", state],
    ["due", dueText(delivery)],
    ["order", order === null ? "" : orderText(order)],
    ["replay of", replayOf ?? ""],
    ["made by", replay ?? ""],
    ["interruptions", interruptions === 0 ? "" : String(interruptions)],
    ["reason", reason],
    ...delivery.attempts.map((attempt) => [`attempt ${attempt.number}`, attemptText(attempt)]),
    ["response", responseText(delivery.attempts.at(-1))],
  ];
  return `\n${showText(id)}\n${formatFields(lines, screen)}`;
}

function dueText({ state, nextAttemptAt, subscription }: Delivery): string {
  if (nextAttemptAt !== null) return formatTime(nextAttemptAt);
  if (state !== "waiting") return "";
  const look = `npx hookgate dead --subscription ${subscription}`;
  return `held back by an earlier one of its order key; if that one is dead: ${look}`;
}

function orderText({ key, position }: DeliveryOrder): string {
  return `${key === "" ? "no key" : `key ${key}`}, position ${position}`;
}

function responseText(last: Attempt | undefined): string {
  const response = last?.response ?? null;
  if (response === null) return "";
  const body = cutText(response.body, RESPONSE_CHARS_SHOWN);
  return `${response.status}${body && `: ${body}`}`;
}

function skippedText(skipped: readonly Skipped[]): string {
  const lines = skipped.map(({ subscription, reason }) => [showText(subscription), reason]);
  return lines.length === 0 ? "" : `\nskipped\n${formatFields(lines)}`;
}

function attemptText(attempt: Attempt): string {
  const ended = attempt.outcome.replace("_", " ");
  const error = attempt.error === "" ? "" : `: ${attempt.error}`;
  return `${formatTime(attempt.startedAt)}, ${formatSpan(attempt.durationMs)}, ${ended}${error}`;
}
