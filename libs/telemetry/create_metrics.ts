import { Counter, Gauge, Registry } from "prom-client";

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

/** The metrics of one process. */
export interface Metrics {
  /** Adds a counter, which only grows. */
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label>;
  /** Adds a gauge, which goes up and down. */
  gauge<Label extends string = never>(options: GaugeOptions<Label>): Gauge<Label>;
  /** All metrics in Prometheus' text format. */
  text(): Promise<string>;
  /** The media type of {@linkcode text}. */
  contentType: string;
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
    text: () => registry.metrics(),
    contentType: registry.contentType,
  };
}
