import {
  type AdminHandlers,
  deliveryFromMessage,
  type EventSummaryMessage,
  eventFromMessage,
  replayFilterToMessage,
} from "@hookgate/rpc";
import type { Delivery, ReceivedEvent, ReplayFilter } from "@hookgate/types";
import { CliError } from "../cli_error.ts";
import type { Page, PageRequest } from "./follow_pages.ts";

/** Which events are meant: those that a replay with this filter looks at, or those that nobody wanted. */
export interface EventFilter extends Omit<ReplayFilter, "ids"> {
  unhandled?: boolean;
}

/** An event and what became of it. */
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
  const { events, nextPageToken } = await admin.listEvents({ ...fields, unhandled, ...page });
  return { rows: events.map(toListed), nextPageToken };
}

function toListed({ event, deliveries }: EventSummaryMessage): ListedEvent {
  if (event === null)
    throw new CliError("Cannot list events: the dispatcher sent one without an id");
  return { event: eventFromMessage(event), deliveries: deliveries.map(deliveryFromMessage) };
}
