import {
  type AdminHandlers,
  deliveryFromMessage,
  type EventSummary,
  eventFromMessage,
} from "@hookgate/rpc";
import {
  DELIVERY_STATES,
  type Delivery,
  type DeliveryState,
  type ReceivedEvent,
} from "@hookgate/types";
import type { Command } from "commander";
import { askDispatcher } from "./ask_dispatcher.ts";
import { type Cli, columnsOf, write } from "./cli.ts";
import { CliError } from "./cli_error.ts";
import { describeEvent } from "./describe_event.ts";
import { followPages, type PageRequest } from "./follow_pages.ts";
import { formatAge } from "./format_span.ts";
import { fitsTable, formatTable } from "./format_table.ts";
import { formatTime } from "./format_time.ts";
import { LIMIT_DEFAULT, parseLimit } from "./parse_limit.ts";
import { showJson, showText } from "./show_text.ts";

interface EventsOptions {
  json?: true;
  state?: string;
  source?: string;
  type?: string;
  limit: number;
}

/** An event and what became of it. */
interface Row {
  event: ReceivedEvent;
  deliveries: readonly Delivery[];
}

/** Not a state of a delivery: the event has none. */
const UNHANDLED = "unhandled";
const STATES: readonly string[] = [...DELIVERY_STATES, UNHANDLED];
const MESSAGE_STATES = {
  waiting: "DELIVERY_STATE_WAITING",
  running: "DELIVERY_STATE_RUNNING",
  delivered: "DELIVERY_STATE_DELIVERED",
  dead: "DELIVERY_STATE_DEAD",
  cancelled: "DELIVERY_STATE_CANCELLED",
} as const;
/** What an operator looks for first is what a row with several deliveries shows. */
const BY_URGENCY = ["dead", "waiting", "running", "cancelled", "delivered"] as const;

/** Adds `hookgate events`: what came in, newest first. */
export function addEvents(program: Command, cli: Cli): void {
  program
    .command("events")
    .description("list events, newest first")
    .option("--state <state>", `with a delivery in this state: ${STATES.join(", ")}`)
    .option("--source <source>", "from this source")
    .option("--type <type>", "of exactly this type")
    .option("--limit <n>", "so many at most", parseLimit, LIMIT_DEFAULT)
    .option("--json", "one JSON object per line")
    .action((options: EventsOptions) => listEvents(options, cli));
}

async function listEvents(options: EventsOptions, cli: Cli): Promise<void> {
  const request = toRequest(options);
  await askDispatcher(cli, "list events", async (admin) => {
    const rows: Row[] = [];
    const ask = async (page: PageRequest) => {
      const { events, nextPageToken } = await admin.listEvents({ ...request, ...page });
      return { rows: events.map(toRow), nextPageToken };
    };
    for await (const page of followPages(ask, options)) {
      if (options.json) await write(cli.stdout, page.map(toLine).join(""));
      else rows.push(...page);
    }
    if (options.json) return;
    if (rows.length > 0) await write(cli.stdout, toTable(rows, cli));
    else await write(cli.stderr, "No events.\n");
  });
}

type Request = Omit<Parameters<AdminHandlers["listEvents"]>[0], keyof PageRequest>;

function toRequest({ state, source = "", type = "" }: EventsOptions): Request {
  if (state !== undefined && !STATES.includes(state)) {
    throw new CliError(
      `Cannot list events: "${state}" is no state; there are ${STATES.join(", ")}`,
    );
  }
  return {
    source,
    type,
    state: MESSAGE_STATES[state as DeliveryState] ?? "DELIVERY_STATE_UNSPECIFIED",
    unhandled: state === UNHANDLED,
  };
}

function toRow({ event, deliveries }: EventSummary): Row {
  if (event === null)
    throw new CliError("Cannot list events: the dispatcher sent one without an id");
  return { event: eventFromMessage(event), deliveries: deliveries.map(deliveryFromMessage) };
}

function toLine({ event, deliveries }: Row): string {
  return `${showJson(describeEvent(event, deliveries))}\n`;
}

function toTable(rows: readonly Row[], cli: Cli): string {
  const columns = columnsOf(cli.stdout);
  const cells = rows.map(({ event, deliveries }) =>
    [event.id, event.type, event.source, sumUp(deliveries)].map(showText),
  );
  const withTime = (title: string, show: (receivedAt: number) => string) => [
    ["EVENT", "TYPE", "SOURCE", "STATE", title],
    ...cells.map((row, index) => [...row, show(rows[index]?.event.receivedAt ?? 0)]),
  ];
  const exact = withTime("RECEIVED", formatTime);
  if (fitsTable(exact, columns)) return formatTable(exact);
  const now = cli.now();
  const brief = withTime("AGE", (receivedAt) => formatAge(now - receivedAt));
  return formatTable(brief, { columns, shrinkable: [1, 2, 3] });
}

/** `delivered`; `dead +2` where two more are not dead; `unhandled` where nobody wanted it. */
function sumUp(deliveries: readonly Delivery[]): string {
  const state = BY_URGENCY.find((each) => deliveries.some((delivery) => delivery.state === each));
  if (state === undefined) return UNHANDLED;
  const others = deliveries.filter((delivery) => delivery.state !== state).length;
  return others === 0 ? state : `${state} +${others}`;
}
