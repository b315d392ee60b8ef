import type { ConfiguredSource } from "@hookgate/config";
import { type AdminHandlers, deliveryToMessage, eventToMessage, RpcError } from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import { DELIVERY_STATES, type DeliveryState } from "@hookgate/types";
import type { Matched } from "../ingest/store_events.ts";
import { type EventQuery, type EventStore, METRIC_RETENTION_MS } from "../store/event_store.ts";
import { asked } from "./asked.ts";
import { hideCredentials } from "./hide_credentials.ts";
import { pageLimit } from "./page_limit.ts";
import { quarantineCalls } from "./quarantine_calls.ts";
import { HEALTH_WINDOW_MS, readHealth } from "./read_health.ts";
import { secretCalls } from "./secret_calls.ts";

/** Longest window of metrics, in milliseconds: 7 days, within what the store keeps. */
const WINDOW_MS_MAX = METRIC_RETENTION_MS - 86_400_000;

const NO_BYTES = new Uint8Array(0);

/** Options for {@linkcode createAdmin}. */
export interface CreateAdminOptions extends Matched {
  store: EventStore;
  /** The sources of the configuration of now. */
  sources: () => readonly ConfiguredSource[];
  /** Has due deliveries claimed at once, after an operator made one due. */
  wake: (subscription: string) => void;
  log: Log;
}

/** The operator's calls, over the store. */
export function createAdmin(options: CreateAdminOptions): AdminHandlers {
  const { store, sources, wake } = options;
  return {
    ...quarantineCalls(options),
    ...secretCalls(options),

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
        event: eventToMessage(hideCredentials(detail.event, sources())),
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

function toQuery(request: Parameters<AdminHandlers["listEvents"]>[0]): EventQuery {
  const { source, type, state: stateName, unhandled, pageSize, pageToken } = request;
  const limit = pageLimit(pageSize);
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
