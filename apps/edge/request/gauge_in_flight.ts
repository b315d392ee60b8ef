import type { Metrics } from "@hookgate/telemetry";
import type { InFlight } from "./in_flight.ts";

/** Adds the gauges of what the edge works on, against its bounds. */
export function gaugeInFlight(metrics: Pick<Metrics, "gauge">, inFlight: InFlight): void {
  const gauge = (name: `hookgate_${string}`, help: string, read: () => number) =>
    metrics.gauge({ name, help, collect: (one) => one.set(read()) });
  gauge(
    "hookgate_in_flight_requests",
    "Requests whose body is complete and that are not answered yet.",
    () => inFlight.requests,
  );
  gauge(
    "hookgate_in_flight_requests_max",
    "The bound of hookgate_in_flight_requests: above it the edge answers 503.",
    () => inFlight.requestsMax,
  );
  gauge(
    "hookgate_in_flight_bytes",
    "Bytes of bodies, complete or not, of requests that are not answered yet.",
    () => inFlight.bytes,
  );
  gauge(
    "hookgate_in_flight_bytes_max",
    "The bound of hookgate_in_flight_bytes: above it the edge answers 503.",
    () => inFlight.bounds.bytesMax,
  );
}
