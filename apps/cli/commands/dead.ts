import type { AdminHandlers } from "@hookgate/rpc";
import type { Delivery, ReceivedEvent } from "@hookgate/types";
import type { Command } from "commander";
import { type Cli, screenOf } from "../cli.ts";
import { writeList } from "../show/answer.ts";
import { latestOf } from "../show/describe.ts";
import { formatCount, formatTime } from "../show/format.ts";
import { showText } from "../show/show_text.ts";
import { formatNotedTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import { addFilterOptions, type FilterOptions, LIMIT_DEFAULT, parseLimit } from "./options.ts";
import {
  followPages,
  type ListedEvent,
  listEventPage,
  type Page,
  type PageRequest,
} from "./pages.ts";

interface DeadOptions extends FilterOptions {
  limit: number;
  json?: true;
}

/** A dead delivery and its event. */
interface Row {
  delivery: Delivery;
  event: ReceivedEvent;
}

/** Adds `hookgate dead`: deliveries that are out of attempts, newest first. */
export function addDead(program: Command, cli: Cli): void {
  const command = program
    .command("dead")
    .description("list dead deliveries that were not repeated yet, newest first");
  addFilterOptions(command)
    .option("--limit <n>", "at most this many", parseLimit, LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: DeadOptions) => listDead(options, cli));
}

async function listDead({ limit, json, ...filter }: DeadOptions, cli: Cli): Promise<void> {
  await askDispatcher(cli, "list dead deliveries", async (admin) => {
    const ask = (page: PageRequest) => deadPage(admin, filter, page);
    await writeList(followPages(ask, { limit, cli }), {
      cli,
      json,
      value: describe,
      table: toTable,
      none: "No dead deliveries.",
      below: `Replay them: ${showText(replayCommand(filter))}`,
    });
  });
}

async function deadPage(
  admin: AdminHandlers,
  filter: FilterOptions,
  page: PageRequest,
): Promise<Page<Row>> {
  const found = await listEventPage(admin, { ...filter, state: "dead" }, page);
  return { ...found, rows: found.rows.flatMap((row) => deadOf(row, filter)) };
}

/** What a replay would repeat: only the latest generation for each subscription. */
function deadOf({ event, deliveries }: ListedEvent, { subscription }: FilterOptions): Row[] {
  return latestOf(deliveries)
    .filter((delivery) => delivery.state === "dead")
    .filter((delivery) => subscription === undefined || delivery.subscription === subscription)
    .map((delivery) => ({ delivery, event }));
}

function describe({ delivery, event }: Row) {
  const { id, subscription, attempt, reason, order } = delivery;
  const { source, type } = event;
  const receivedAt = formatTime(event.receivedAt);
  const facts = { id, eventId: event.id, source, type, receivedAt, subscription, attempt, reason };
  return { ...facts, order };
}

function toTable(rows: readonly Row[], cli: Cli): string {
  const lines = rows.map(({ delivery, event }) => ({
    cells: [delivery.id, event.type, delivery.subscription, formatCount(delivery.attempt)].map(
      showText,
    ),
    notes: [event.id, reasonText(delivery)].map(showText),
  }));
  const title = {
    cells: ["DELIVERY", "TYPE", "SUBSCRIPTION", "ATTEMPTS"],
    notes: ["EVENT", "REASON"],
  };
  const screen = screenOf(cli);
  return formatNotedTable([title, ...lines], { ...screen, shrinkable: [1, 2] });
}

/** With the order key that it holds back, if its subscription keeps an order. */
function reasonText({ order, reason }: Delivery): string {
  if (order === null) return reason;
  return `holds back ${order.key === "" ? "events without a key" : `key ${order.key}`}: ${reason}`;
}

/** Quoted for a shell. */
function replayCommand(filter: FilterOptions): string {
  const options = Object.entries(filter).map(([name, value]) => `--${name} ${quote(value)}`);
  return ["npx hookgate replay --state dead", ...options, '--reason "…"'].join(" ");
}

function quote(value: string): string {
  return /^[\w./:@-]+$/.test(value) ? value : `'${value.replaceAll("'", "'\\''")}'`;
}
