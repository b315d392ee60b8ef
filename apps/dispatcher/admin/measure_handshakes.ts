import type { ConfiguredSource } from "@hookgate/config";
import type { Log, Metrics } from "@hookgate/telemetry";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import { findHandshakeProblems } from "./find_handshake_problems.ts";

/** Options for {@linkcode measureHandshakes}. */
export interface MeasureHandshakesOptions {
  store: StoreTime & Pick<Bookkeeping, "handshakes">;
  sources: () => readonly ConfiguredSource[];
  log: Log;
}

/**
 * Adds the metric of handshakes that come again and again. It looks whenever it is read: of several dispatchers only one
 * does the recurring work, and the others would go on telling what they found last.
 */
export function measureHandshakes(metrics: Metrics, options: MeasureHandshakesOptions): void {
  const { store, sources, log } = options;
  metrics.gauge({
    name: "hookgate_handshake_problem",
    help: "1 where a provider's recurring handshake is late or failed last, 0 where all is well.",
    labels: ["source"],
    async collect(gauge) {
      try {
        const watched = await findHandshakeProblems(store, { sources: sources() });
        gauge.reset();
        for (const { source, problem } of watched) {
          gauge.set({ source: source.name }, problem === null ? 0 : 1);
        }
      } catch (error) {
        // What cannot be told is left out; the other metrics are told all the same.
        gauge.reset();
        log.warn({ err: error }, "handshakes not measured");
      }
    },
  });
}
