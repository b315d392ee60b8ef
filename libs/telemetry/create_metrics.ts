import { Counter, Gauge, Registry } from "prom-client";

/** What a metric is. */
export interface MetricOptions<Label extends string> {
  name: `hookgate_${string}`;
  /** One sentence. */
  help: string;
  /**
   * Names of its labels. Their values come from the configuration or a list in the code, never from a request: each new
   * combination is kept for as long as the process runs.
   *
   * @default none
   */
  labels?: readonly Label[];
}

/** What a gauge is. */
export interface GaugeOptions<Label extends string> extends MetricOptions<Label> {
  /** Sets it when the metrics are read, for what nobody tells of when it changes. @default nothing is done */
  collect?: (gauge: Gauge<Label>) => Promise<void> | void;
}

/** The metrics of one process. */
export interface Metrics {
  /** Adds a number that only grows. */
  counter<Label extends string = never>(options: MetricOptions<Label>): Counter<Label>;
  /** Adds a number that goes up and down. */
  gauge<Label extends string = never>(options: GaugeOptions<Label>): Gauge<Label>;
  /** All of them, in Prometheus' text format. */
  text(): Promise<string>;
  /** The media type of that. */
  contentType: string;
}

/** Makes an empty set of metrics. A name that is there already is refused. */
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
