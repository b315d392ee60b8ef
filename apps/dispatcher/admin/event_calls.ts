import { type AdminHandlers, deliveryToMessage, eventToMessage, RpcError } from "@hookgate/rpc";
import { DELIVERY_STATES, type DeliveryState, type ReceivedEvent } from "@hookgate/types";
import { leavingHeaders } from "../headers/leaving_headers.ts";
import type { EventQuery, Events } from "../store/contract/events.ts";
import { type KnownNames, nameNotes } from "./name_notes.ts";
import { checkPageSize, missing, toRpcError } from "./rpc_errors.ts";

const NO_BYTES = new Uint8Array(0);

/** Options for {@linkcode eventCalls}. */
export interface EventCallsOptions extends KnownNames {
  store: Pick<Events, "listEvents" | "getEvent">;
  /** An event as operators see it. @default as it is stored */
  show?: (event: ReceivedEvent) => Promise<ReceivedEvent>;
}

/** The operator's calls about events. */
export function eventCalls({
  store,
  show = async (event) => event,
  ...known
}: EventCallsOptions): Pick<AdminHandlers, "listEvents" | "getEvent"> {
  return {
    async listEvents(request) {
      const page = await store.listEvents(toQuery(request)).catch(toRpcError);
      return {
        events: page.events.map(({ event, bodyBytes, deliveries }) => ({
          event: eventToMessage({ ...event, headers: NO_BYTES, body: NO_BYTES }),
          bodyBytes,
          deliveries: deliveries.map(deliveryToMessage),
        })),
        nextPageToken: page.cursor ?? "",
        notes: request.pageToken === "" ? nameNotes(request, known) : [],
      };
    },

    async getEvent({ id }) {
      const detail = await store.getEvent(id).catch(toRpcError);
      if (!detail) throw missing("event", id);
      const event = await show(detail.event).catch(toRpcError);
      const headers = leavingHeaders(event, known.sources());
      return {
        event: eventToMessage({ ...event, headers }),
        deliveries: detail.deliveries.map(deliveryToMessage),
        skipped: [...detail.skipped],
      };
    },
  };
}

function toQuery(request: Parameters<AdminHandlers["listEvents"]>[0]): EventQuery {
  const { source, type, unhandled, subscription, fromMs, toMs, pageSize, pageToken } = request;
  const limit = checkPageSize(pageSize);
  const state = toState(request.state);
  if (unhandled && (state || subscription)) {
    const other = state ? "state" : "subscription";
    throw new RpcError("INVALID_ARGUMENT", `${other} and unhandled cannot be combined`);
  }
  if (fromMs !== undefined && toMs !== undefined && fromMs >= toMs) {
    throw new RpcError("INVALID_ARGUMENT", "from_ms must be before to_ms");
  }
  return {
    limit,
    ...(source && { source }),
    ...(type && { type }),
    ...(state && { state }),
    ...(unhandled && { unhandled }),
    ...(subscription && { subscription }),
    ...(fromMs !== undefined && { from: fromMs }),
    ...(toMs !== undefined && { to: toMs }),
    ...(pageToken && { cursor: pageToken }),
  };
}

function toState(name: string): DeliveryState | null {
  const lower = name.replace("DELIVERY_STATE_", "").toLowerCase();
  return DELIVERY_STATES.find((state) => state === lower) ?? null;
}
