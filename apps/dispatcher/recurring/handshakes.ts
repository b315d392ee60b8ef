import { deadline } from "@hookgate/async";
import type { ConfiguredSource } from "@hookgate/config";
import type { Log, Metrics } from "@hookgate/telemetry";
import { readHandshakes } from "../sources/handshake_state.ts";
import type { PassedTime } from "../sources/passed_time.ts";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { StoreTime } from "../store/contract/event_store.ts";

/** Between two looks at handshakes, in milliseconds. */
export const HANDSHAKES_EVERY_MS = 300_000;

/** At most one warning per source in this time, in milliseconds. */
const WARN_EVERY_MS = 3_600_000;

/** How long a scrape of metrics waits for the store, in milliseconds. */
const MEASURE_MS_MAX = 1_000;

/** Options for {@linkcode watchHandshakes} and {@linkcode measureHandshakes}. */
export interface HandshakesOptions {
  store: StoreTime & Pick<Bookkeeping, "handshakes">;
  passed: Pick<PassedTime, "ago">;
  sources: () => readonly ConfiguredSource[];
  log: Log;
}

/**
 * Watches recurring handshakes. Warns if one stopped arriving or failed last, because the provider then stops sending
 * events. One that never arrived is not expected.
 */
export function watchHandshakes(options: HandshakesOptions): () => Promise<void> {
  const { store, passed, sources, log } = options;
  const warnedAt = new Map<string, number>();
  return async () => {
    const handshakes = await readHandshakes(store, { sources: sources(), passed });
    const wrong = handshakes.filter(({ problem }) => problem !== null);
    for (const name of warnedAt.keys()) {
      if (!wrong.some(({ source }) => source.name === name)) warnedAt.delete(name);
    }
    const now = store.now();
    for (const { source, lastOkAt, ...found } of wrong) {
      const { name, provider } = source;
      // The distance, so that a clock that was set back keeps nothing quiet.
      const warnedMs = Math.abs(now - (warnedAt.get(name) ?? Number.NEGATIVE_INFINITY));
      if (warnedMs < WARN_EVERY_MS) continue;
      warnedAt.set(name, now);
      const lastOk = lastOkAt === null ? null : new Date(lastOkAt).toISOString();
      log.warn({ source: name, provider, lastOkAt: lastOk, ...found }, WARNING);
    }
  };
}

const WARNING = "a recurring handshake stopped or fails: the provider may stop sending events";

/**
 * Adds the metric of recurring handshakes. It reads them whenever it is scraped: only one of several dispatchers does the
 * recurring work, and the others would report old values.
 */
export function measureHandshakes(metrics: Metrics, options: HandshakesOptions): void {
  const { store, passed, sources, log } = options;
  metrics.gauge({
    name: "hookgate_handshake_problem",
    help: "1 where a provider's recurring handshake is late or failed last, 0 where all is well.",
    labels: ["source"],
    async collect(gauge) {
      gauge.reset();
      try {
        const handshakes = await deadline(readHandshakes(store, { sources: sources(), passed }), {
          ms: MEASURE_MS_MAX,
          late: () => {
            throw new Error(`Cannot measure handshakes: no answer within ${MEASURE_MS_MAX} ms`);
          },
        });
        gauge.reset();
        for (const { source, problem } of handshakes) {
          gauge.set({ source: source.name }, problem === null ? 0 : 1);
        }
      } catch (error) {
        log.warn({ err: error }, "handshakes not measured, leaving them out of this scrape");
      }
    },
  });
}
