import { TIME_BOUNDS_MS } from "@hookgate/types";
import {
  AggregatorRegistry,
  Counter,
  collectDefaultMetrics,
  Gauge,
  type Metric,
  type MetricObject,
  Registry,
} from "prom-client";

/** Describes a metric. */
export interface MetricOptions<Label extends string> {
  name: `hookgate_${string}`;
  /** One sentence. */
  help: string;
  /**
   * Names of its labels. Take their values from the configuration or the code, never from a request: every combination
   * stays in memory for as long as the process runs.
   *
   * @default none
   */
  labels?: readonly Label[];
}

/** Describes a gauge. */
export interface GaugeOptions<Label extends string> extends MetricOptions<Label> {
  /** Sets the value when the metrics are read, if nothing sets it when it changes. */
  collect?: (gauge: Gauge<Label>) => Promise<void> | void;
}

/** A value that is counted elsewhere. */
export interface CountedValue<Label extends string> {
  labels: Readonly<Record<Label, string>>;
  value: number;
}

/** Describes a counter whose values are counted elsewhere: what is counted for every request should cost no more than an addition. */
export interface CountedOptions<Label extends string> extends MetricOptions<Label> {
  read: () => Iterable<CountedValue<Label>>;
}

/** Durations that are counted elsewhere, by the buckets of `TIME_BOUNDS_MS`. */
export interface CountedTimes<Label extends string> {
  labels: Readonly<Record<Label, string>>;
  times: readonly number[];
  timedMs: number;
}

/** Describes a histogram of durations that are counted elsewhere. */
export interface TimesOptions<Label extends string> extends MetricOptions<Label> {
  name: `hookgate_${string}_seconds`;
  read: () => Iterable<CountedTimes<Label>>;
}

/** The metrics of one process. */
export interface Metrics {
  /** Adds a counter, which only grows. */
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label>;
  /** Adds a gauge, which goes up and down. */
  gauge<Label extends string = never>(options: GaugeOptions<Label>): Gauge<Label>;
  /** Adds a counter whose values are counted elsewhere. */
  counted<Label extends string = never>(options: CountedOptions<Label>): void;
  /** Adds a histogram of durations that are counted elsewhere, in seconds. */
  times<Label extends string = never>(options: TimesOptions<Label>): void;
  /** Adds the usual metrics of a Node process: CPU, memory, files, garbage collection, lag of the event loop. */
  process(): void;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
  /** All metrics as plain data, for {@linkcode sumMetrics} in another process. */
  data(): Promise<MetricsData>;
  /** The media type of {@linkcode text}. */
  contentType: string;
}

/** The metrics of a process as plain data. */
export type MetricsData = readonly MetricObject[];

/** Adds up the metrics of several processes that do the same: counters and gauges of one name and labels become one. */
export async function sumMetrics(
  parts: readonly MetricsData[],
): Promise<{ data: MetricsData; text: string }> {
  const summed = AggregatorRegistry.aggregate(parts.map((part) => [...part]));
  return { data: await readData(summed), text: await summed.metrics() };
}

function readData(registry: Pick<Registry, "getMetricsAsJSON">): Promise<MetricsData> {
  return registry.getMetricsAsJSON() as Promise<MetricObject[]>;
}

/** Makes an empty set of metrics. Adding a name twice throws. */
export function createMetrics(): Metrics {
  const registry = new Registry();
  return {
    counter({ name, help, labels = [] }) {
      return new Counter({ name, help, labelNames: labels, registers: [registry] });
    },
    gauge({ name, help, labels = [], collect }) {
      const gauge: Gauge<(typeof labels)[number]> = new Gauge({
        name,
        help,
        labelNames: labels,
        registers: [registry],
        ...(collect && { collect: () => collect(gauge) }),
      });
      return gauge;
    },
    counted({ read, ...options }) {
      addRead(registry, options, "counter", () => [...read()]);
    },
    times({ read, ...options }) {
      const { name } = options;
      addRead(registry, options, "histogram", () =>
        [...read()].flatMap((counted) => histogramOf(name, counted)),
      );
    },
    process() {
      collectDefaultMetrics({ register: registry });
    },
    text: () => registry.metrics(),
    data: () => readData(registry),
    contentType: registry.contentType,
  };
}

interface Sample {
  metricName?: string;
  labels: Readonly<Record<string, string>>;
  value: number;
}

/** Registers a metric that is read from somewhere: the registry asks a metric for no more than this. */
function addRead(
  registry: Registry,
  { name, help }: { name: string; help: string },
  type: "counter" | "histogram",
  read: () => Sample[],
): void {
  const get = async () => ({ name, help, type, values: read(), aggregator: "sum" });
  const metric = { name, help, type, get, reset() {} };
  registry.registerMetric(metric as unknown as Metric);
}

function histogramOf(name: string, { labels, times, timedMs }: CountedTimes<string>): Sample[] {
  let count = 0;
  const buckets = TIME_BOUNDS_MS.map((bound, index) => {
    count += times[index] ?? 0;
    const le = String(bound / 1_000);
    return { metricName: `${name}_bucket`, labels: { ...labels, le }, value: count };
  });
  count += times[TIME_BOUNDS_MS.length] ?? 0;
  return [
    ...buckets,
    { metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" }, value: count },
    { metricName: `${name}_sum`, labels, value: timedMs / 1_000 },
    { metricName: `${name}_count`, labels, value: count },
  ];
}
