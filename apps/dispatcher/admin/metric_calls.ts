import {
  type AdminHandlers,
  type GetMetricSeriesRequest,
  type MetricPointMessage,
  type MetricSeriesMessage,
  RpcError,
} from "@hookgate/rpc";
import { EDGE_HERE, readsSums } from "../store/contract/buckets.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import type { BucketQuery, Metrics } from "../store/contract/metrics.ts";
import {
  type CountSeries,
  type PointCounts,
  readSeries,
  timesOf,
  windowOf,
} from "./metric_series.ts";
import { toRpcError } from "./rpc_errors.ts";

/** The window if none is asked for, in milliseconds. */
const WINDOW_MS_DEFAULT = 3_600_000;

/** Series if no number is asked for, and at most. */
const SERIES = { default: 20, max: 100 };

/** What series can be made for, and the field that they are told apart by. */
const GROUPS: Readonly<Record<string, BucketQuery["by"]>> = {
  "": null,
  source: "source",
  type: "type",
  subscription: "subscription",
  reason: "outcome",
};

/** Outcomes that are no refusals. */
const NO_REASONS: ReadonlySet<string> = new Set(["stored", "duplicate", "handshake", EDGE_HERE]);

/** Options for {@linkcode metricCalls}. */
export interface MetricCallsOptions {
  store: StoreTime & Pick<Metrics, "readBuckets">;
}

/** The operator's calls about counts over time. */
export function metricCalls({ store }: MetricCallsOptions): Pick<AdminHandlers, "getMetricSeries"> {
  return {
    async getMetricSeries(request) {
      const { windowMs, toMs, stepMs, groupBy, seriesMax } = request;
      const by = GROUPS[groupBy];
      if (by === undefined) {
        const names = Object.keys(GROUPS).slice(1).join(", ");
        throw new RpcError("INVALID_ARGUMENT", `group_by must be empty or one of ${names}`);
      }
      const filter = filterOf(request);
      const window = windowOf(store.now(), {
        windowMs: windowMs || WINDOW_MS_DEFAULT,
        ...(toMs !== undefined && { to: toMs }),
        stepMs,
        each: !readsSums({ by, ...filter }),
      });
      if (typeof window === "string") throw new RpcError("INVALID_ARGUMENT", window);
      if (seriesMax < 0 || seriesMax > SERIES.max) {
        throw new RpcError("INVALID_ARGUMENT", `series_max must be 1 to ${SERIES.max}`);
      }
      const series = await readSeries(store, window, {
        by,
        seriesMax: seriesMax || SERIES.default,
        ...filter,
      }).catch(toRpcError);
      const shown = by === "outcome" ? series.filter(({ name }) => !NO_REASONS.has(name)) : series;
      const { from, to } = window;
      return { fromMs: from, toMs: to, stepMs: window.stepMs, series: shown.map(seriesMessage) };
    },
  };
}

function filterOf({ source, type, subscription }: GetMetricSeriesRequest) {
  return {
    ...(source && { source }),
    ...(type && { type }),
    ...(subscription && { subscription }),
  };
}

function seriesMessage({ name, total, points }: CountSeries): MetricSeriesMessage {
  const [first = 0] = points.keys();
  return {
    name,
    total: pointMessage(first, total),
    points: [...points].map(([at, point]) => pointMessage(at, point)),
  };
}

/** A point as a message. Only requests that were accepted are timed. */
export function pointMessage(atMs: number, { events, requests }: PointCounts): MetricPointMessage {
  const attemptTimes = timesOf(events);
  const answerTimes = timesOf(requests);
  const { received, duplicates, processed, failed, retried, attempts, succeeded } = events;
  return {
    atMs,
    received,
    duplicates,
    processed,
    dead: failed,
    retried,
    attempts,
    failedAttempts: attempts - succeeded,
    ...(attemptTimes && { attemptTimes }),
    requests: requests.requests,
    refused: requests.requests - (answerTimes?.count ?? 0),
    ...(answerTimes && { answerTimes }),
  };
}
