import {
  COMMON_CREDENTIAL_HEADERS,
  findProvider,
  formatHeaderBlock,
  parseHeaderBlock,
} from "@hookgate/providers";
import { type AdminHandlers, deliveryToMessage, eventToMessage, RpcError } from "@hookgate/rpc";
import { DELIVERY_STATES, type DeliveryState, type ReceivedEvent } from "@hookgate/types";
import {
  type EventQuery,
  type EventStore,
  METRIC_RETENTION_MS,
  StoreUnavailableError,
} from "../store/event_store.ts";
import { HEALTH_WINDOW_MS, readHealth } from "./read_health.ts";

const PAGE_EVENTS_DEFAULT = 50;
const PAGE_EVENTS_MAX = 1_000;

/** Longest window of metrics, in milliseconds: 7 days, within what the store keeps. */
const WINDOW_MS_MAX = METRIC_RETENTION_MS - 86_400_000;

const NO_BYTES = new Uint8Array(0);

/** What stands in place of the value of a header that carries credentials. */
const HIDDEN = "(hidden)";

/** Options for {@linkcode createAdmin}. */
export interface CreateAdminOptions {
  store: EventStore;
  /** Has due deliveries claimed at once, after an operator made one due. */
  wake: (subscription: string) => void;
}

/** The operator's calls, over the store. */
export function createAdmin({ store, wake }: CreateAdminOptions): AdminHandlers {
  return {
    async listEvents(request) {
      const page = await asked(store.listEvents(toQuery(request)));
      return {
        events: page.events.map(({ event, bodyBytes, deliveries }) => ({
          event: eventToMessage({ ...event, headers: NO_BYTES, body: NO_BYTES }),
          bodyBytes,
          deliveries: deliveries.map(deliveryToMessage),
        })),
        nextPageToken: page.cursor ?? "",
      };
    },

    async getEvent({ id }) {
      const detail = await asked(store.getEvent(id));
      if (!detail) throw new RpcError("NOT_FOUND", `there is no event ${id}`);
      return {
        event: eventToMessage(hideCredentials(detail.event)),
        deliveries: detail.deliveries.map(deliveryToMessage),
      };
    },

    async retryDelivery({ id }) {
      const result = await asked(store.retryDelivery(id));
      if (result.outcome === "missing")
        throw new RpcError("NOT_FOUND", `there is no delivery ${id}`);
      if (result.outcome === "refused") {
        const problem = `delivery ${id} is ${result.delivery.state}: only dead and waiting ones can be tried again`;
        throw new RpcError("FAILED_PRECONDITION", problem);
      }
      wake(result.delivery.subscription);
      return { delivery: deliveryToMessage(result.delivery) };
    },

    async getMetrics(request) {
      const windowMs = request.windowMs || HEALTH_WINDOW_MS;
      if (windowMs < 0 || windowMs > WINDOW_MS_MAX) {
        throw new RpcError("INVALID_ARGUMENT", `window_ms must be 1 to ${WINDOW_MS_MAX}`);
      }
      const { received, processed, failed, retried, avgProcessingTime } = await asked(
        store.metrics({ windowMs }),
      );
      const avgProcessingTimeMs = avgProcessingTime;
      return { received, processed, failed, retried, avgProcessingTimeMs, windowMs };
    },

    async getHealth() {
      const { health, problems } = await asked(readHealth(store));
      return {
        status: `HEALTH_STATUS_${health.status.toUpperCase() as Uppercase<typeof health.status>}`,
        ...(health.lastProcessed && { lastProcessedAtMs: Date.parse(health.lastProcessed) }),
        failureRate: health.failureRate,
        queueSize: health.queueSize,
        problems,
      };
    },
  };
}

/** The store's faults in the caller's words. */
async function asked<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (cause) {
    if (cause instanceof RangeError) throw new RpcError("INVALID_ARGUMENT", cause.message);
    if (!(cause instanceof StoreUnavailableError)) throw cause;
    throw new RpcError("UNAVAILABLE", "the store does not answer; try again", { cause });
  }
}

function toQuery(request: Parameters<AdminHandlers["listEvents"]>[0]): EventQuery {
  const { source, type, state: stateName, unhandled, pageSize, pageToken } = request;
  const limit = pageSize || PAGE_EVENTS_DEFAULT;
  if (limit < 0 || limit > PAGE_EVENTS_MAX) {
    throw new RpcError("INVALID_ARGUMENT", `page_size must be 1 to ${PAGE_EVENTS_MAX}`);
  }
  const state = toState(stateName);
  if (state && unhandled) {
    throw new RpcError("INVALID_ARGUMENT", "state and unhandled exclude each other");
  }
  return {
    limit,
    ...(source && { source }),
    ...(type && { type }),
    ...(state && { state }),
    ...(unhandled && { unhandled }),
    ...(pageToken && { cursor: pageToken }),
  };
}

function toState(name: string): DeliveryState | null {
  const lower = name.replace("DELIVERY_STATE_", "").toLowerCase();
  return DELIVERY_STATES.find((state) => state === lower) ?? null;
}

function hideCredentials(event: ReceivedEvent): ReceivedEvent {
  const { credentialHeaders = COMMON_CREDENTIAL_HEADERS } = findProvider(event.provider) ?? {};
  const hidden = new Set(credentialHeaders);
  const headers = parseHeaderBlock(event.headers).flatMap(([name, value]) => [
    name,
    hidden.has(name.toLowerCase()) ? HIDDEN : value,
  ]);
  return { ...event, headers: formatHeaderBlock(headers) };
}
