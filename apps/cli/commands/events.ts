import { DELIVERY_STATES, type Delivery } from "@hookgate/types";
import { type Command, Option } from "commander";
import { type Cli, screenOf } from "../cli.ts";
import { writeList } from "../show/answer.ts";
import { describeEvent, latestOf } from "../show/describe.ts";
import { formatAge, formatTime } from "../show/format.ts";
import { showText } from "../show/show_text.ts";
import { fitsTable, formatTable } from "../show/table.ts";
import { askDispatcher } from "./ask_dispatcher.ts";
import {
  addFilterOptions,
  addTimeOptions,
  type FilterOptions,
  LIMIT_DEFAULT,
  parseLimit,
  type TimeOptions,
} from "./options.ts";
import { type EventFilter, followPages, type ListedEvent, listEventPage } from "./pages.ts";
import { searchEvents } from "./search.ts";

interface EventsOptions extends FilterOptions, TimeOptions {
  json?: true;
  state?: (typeof STATES)[number];
  limit: number;
  where?: string;
  text?: string;
}

/** Not a state of a delivery: such an event has none. */
const UNHANDLED = "unhandled";
const STATES = [...DELIVERY_STATES, UNHANDLED] as const;
/** A row with several deliveries shows the first of these. */
const BY_URGENCY = ["dead", "waiting", "running", "cancelled", "delivered"] as const;

/** Only there if an event of the list has flags. */
const FLAGS_COLUMN = 5;

/** What a search of bodies cannot be combined with. */
const NOT_SEARCHED = ["state", "subscription"];

/** Adds `hookgate events`: what was received, newest first. */
export function addEvents(program: Command, cli: Cli): void {
  const command = program
    .command("events")
    .description("list events, newest first")
    .addOption(
      new Option(
        "--state <state>",
        "with a delivery in this state that was not repeated since",
      ).choices(STATES),
    );
  addTimeOptions(addFilterOptions(command), cli)
    .option("--limit <n>", "at most this many", parseLimit, LIMIT_DEFAULT)
    .addOption(
      new Option("--where <pointer=value>", "of --source, with this value in the body").conflicts(
        NOT_SEARCHED,
      ),
    )
    .addOption(
      new Option("--text <text>", "of --source, with this text in the body").conflicts([
        ...NOT_SEARCHED,
        "where",
      ]),
    )
    .option("--json", "one JSON object per line")
    .action((options: EventsOptions) => listEvents(options, cli));
}

async function listEvents(options: EventsOptions, cli: Cli): Promise<void> {
  const { limit, where, text, json } = options;
  const isSearch = where !== undefined || text !== undefined;
  await askDispatcher(cli, isSearch ? "search events" : "list events", async (admin) => {
    const filter = toFilter(options);
    const pages = isSearch
      ? searchEvents(admin, options, { limit, cli })
      : followPages((page) => listEventPage(admin, filter, page), { limit, cli });
    await writeList(pages, {
      cli,
      json,
      value: ({ event, deliveries }) => describeEvent(event, deliveries),
      table: (rows) => toTable(rows, options, cli),
      none: "No events.",
    });
  });
}

function toFilter({
  state,
  limit: _,
  json: __,
  where: ___,
  text: ____,
  ...filter
}: EventsOptions): EventFilter {
  if (state === undefined) return filter;
  return state === UNHANDLED ? { ...filter, unhandled: true } : { ...filter, state };
}

function toTable(rows: readonly ListedEvent[], asked: AskedFor, cli: Cli): string {
  const screen = screenOf(cli);
  const cells = rows.map(({ event, deliveries }) =>
    [event.id, event.type, event.source, sumUp(deliveries, asked)].map(showText),
  );
  const flags = rows.map(({ event }) => event.flags.join(","));
  const isFlagged = flags.some((each) => each !== "");
  const withTime = (title: string, show: (receivedAt: number) => string) => [
    ["EVENT", "TYPE", "SOURCE", "STATE", title, ...(isFlagged ? ["FLAGS"] : [])],
    ...cells.map((row, index) => {
      const time = show(rows[index]?.event.receivedAt ?? 0);
      return [...row, time, ...(isFlagged ? [flags[index] ?? ""] : [])];
    }),
  ];
  const exact = withTime("RECEIVED", formatTime);
  if (fitsTable(exact, screen.columns)) return formatTable(exact, screen);
  const now = cli.now();
  const brief = withTime("AGE", (receivedAt) => formatAge(now - receivedAt));
  return formatTable(brief, {
    ...screen,
    shrinkable: isFlagged ? [1, 2, 3, FLAGS_COLUMN] : [1, 2, 3],
  });
}

/** What a list of events is filtered by. */
type AskedFor = Pick<EventsOptions, "subscription" | "state">;

/**
 * `delivered`; `dead +2` if two more are not dead; `unhandled` if there is none. What was repeated no longer counts, nor what is for
 * others than the asked subscription; the asked state comes first.
 */
export function sumUp(deliveries: readonly Delivery[], asked: AskedFor = {}): string {
  const { subscription = "", state: wanted } = asked;
  const latest = latestOf(deliveries).filter(
    (delivery) => subscription === "" || delivery.subscription === subscription,
  );
  const state = [wanted, ...BY_URGENCY].find((each) =>
    latest.some((delivery) => delivery.state === each),
  );
  if (state === undefined) return UNHANDLED;
  const others = latest.filter((delivery) => delivery.state !== state).length;
  return others === 0 ? state : `${state} +${others}`;
}
