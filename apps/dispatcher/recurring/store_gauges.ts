import type { Metrics } from "@hookgate/telemetry";

/** How much room the store takes and has. */
export interface StoreRoom {
  /** The store's file and its log. */
  bytes: number;
  /** Free on its file system. */
  freeBytes: number;
  /** What stays free: below it events are refused. */
  reserveBytes: number;
}

/** Adds the gauges of the embedded store's size and of its disk. One that cannot be read is left out. */
export function storeGauges(metrics: Pick<Metrics, "gauge">, read: () => StoreRoom | null): void {
  const gauge = (name: `hookgate_${string}`, help: string, of: (room: StoreRoom) => number) =>
    metrics.gauge({
      name,
      help,
      collect(one) {
        const room = read();
        if (room === null) one.reset();
        else one.set(of(room));
      },
    });
  gauge("hookgate_store_bytes", "Size of the store's file and its log.", ({ bytes }) => bytes);
  gauge(
    "hookgate_store_free_bytes",
    "Free bytes of the store's file system.",
    ({ freeBytes }) => freeBytes,
  );
  gauge(
    "hookgate_store_reserve_bytes",
    "Bytes that stay free: below them events are refused with 503.",
    ({ reserveBytes }) => reserveBytes,
  );
}
