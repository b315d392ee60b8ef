import {
  type AdminHandlers,
  deliveryFromMessage,
  type EventSummaryMessage,
  eventFromMessage,
  type QuarantinedRequestMessage,
  quarantinedFromMessage,
  replayFilterToMessage,
} from "@hookgate/rpc";
import type { Delivery, ReceivedEvent, ReplayFilter } from "@hookgate/types";
import { type Cli, CliError, tell } from "../cli.ts";
import type { ListedRequest } from "../show/describe.ts";
import { showText } from "../show/show_text.ts";

/** A request for one page. */
export interface PageRequest {
  pageSize: number;
  pageToken: string;
}

/** One page. A page that is short, or empty, need not be the last. */
export interface Page<Row> {
  rows: readonly Row[];
  nextPageToken: string;
  /** About names in the request that are not known now. */
  notes: readonly string[];
}

const PAGE_ROWS_MAX = 500;

/** Options for {@linkcode followPages}. */
export interface FollowPagesOptions {
  limit: number;
  /** Where notes are written; null if they were already. */
  cli: Pick<Cli, "stderr"> | null;
}

/** Follows page tokens until there are enough rows, or no more. */
export async function* followPages<Row>(
  ask: (request: PageRequest) => Promise<Page<Row>>,
  { limit, cli }: FollowPagesOptions,
): AsyncGenerator<readonly Row[]> {
  let pageToken = "";
  let left = limit;
  do {
    const page = await ask({ pageSize: Math.min(left, PAGE_ROWS_MAX), pageToken });
    if (cli !== null) await tellNotes(page.notes, cli);
    const rows = page.rows.slice(0, left);
    yield rows;
    left -= rows.length;
    pageToken = page.nextPageToken;
  } while (left > 0 && pageToken !== "");
}

/** Tells the operator what the dispatcher noted. */
export async function tellNotes(notes: readonly string[], cli: Pick<Cli, "stderr">): Promise<void> {
  for (const note of notes) await tell(cli, `Note: ${showText(note)}\n`);
}

/** Tells the operator which of these names are not known now: with one of them, nothing is found and nothing comes. */
export async function tellUnknown(
  admin: AdminHandlers,
  names: Pick<EventFilter, "source" | "type" | "subscription">,
  cli: Pick<Cli, "stderr">,
): Promise<void> {
  if (Object.values(names).every((name) => name === "")) return;
  const { notes } = await listEventPage(admin, names, { pageSize: 1, pageToken: "" });
  await tellNotes(notes, cli);
}

/** The same of several names; patterns are none. */
export async function tellUnknownNames(
  admin: AdminHandlers,
  { sources = [], types = [] }: { sources?: readonly string[]; types?: readonly string[] },
  cli: Pick<Cli, "stderr">,
): Promise<void> {
  const names = [...sources.map((source) => ({ source })), ...types.map((type) => ({ type }))];
  for (const name of names) {
    if (!Object.values(name).some((text) => text.includes("*")))
      await tellUnknown(admin, name, cli);
  }
}

/** The events that a replay with this filter would look at, or those that no subscription wanted. */
export interface EventFilter extends Omit<ReplayFilter, "ids"> {
  unhandled?: boolean;
}

/** An event and its deliveries. */
export interface ListedEvent {
  event: ReceivedEvent;
  deliveries: readonly Delivery[];
}

/** One page of events, newest first. */
export async function listEventPage(
  admin: AdminHandlers,
  { unhandled = false, ...filter }: EventFilter,
  page: PageRequest,
): Promise<Page<ListedEvent>> {
  const { ids: _, ...fields } = replayFilterToMessage(filter);
  const answer = await admin.listEvents({ ...fields, unhandled, ...page });
  return { ...answer, rows: answer.events.map(toListed) };
}

/** An event of a list. */
export function toListed({ event, deliveries }: EventSummaryMessage): ListedEvent {
  if (event === null) {
    throw new CliError("Cannot list events: the dispatcher sent one without an id");
  }
  return { event: eventFromMessage(event), deliveries: deliveries.map(deliveryFromMessage) };
}

/** Which refused requests to list. */
export type QuarantineFilter = Omit<
  Parameters<AdminHandlers["listQuarantine"]>[0],
  keyof PageRequest
>;

/** Pages of refused requests, newest first. */
export function quarantinePages(
  admin: AdminHandlers,
  filter: QuarantineFilter,
  options: FollowPagesOptions,
): AsyncGenerator<readonly ListedRequest[]> {
  const ask = async (page: PageRequest) => {
    const answer = await admin.listQuarantine({ ...filter, ...page });
    return { ...answer, rows: answer.requests.map(toListedRequest) };
  };
  return followPages(ask, options);
}

function toListedRequest(message: QuarantinedRequestMessage): ListedRequest {
  return { request: quarantinedFromMessage(message), bodyBytes: message.bodyBytes };
}
