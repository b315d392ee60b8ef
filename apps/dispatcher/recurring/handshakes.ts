import { deadline } from "@hookgate/async";
import type { ConfiguredSource } from "@hookgate/config";
import { sourceProvider } from "@hookgate/providers";
import type { Log, Metrics } from "@hookgate/telemetry";
import type { HandshakeSeen } from "@hookgate/types";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { StoreTime } from "../store/contract/event_store.ts";

/** Between two looks at handshakes, in milliseconds. */
export const HANDSHAKES_EVERY_MS = 300_000;

/** At most one warning per source in this time, in milliseconds. */
const WARN_EVERY_MS = 3_600_000;

/** A recurring handshake is late if its last success is older than this many times its interval. */
const LATE_FACTOR = 1.5;

/** How long a scrape of metrics waits for the store, in milliseconds. */
const MEASURE_MS_MAX = 1_000;

/** Options for {@linkcode watchHandshakes} and {@linkcode measureHandshakes}. */
export interface HandshakesOptions {
  store: StoreTime & Pick<Bookkeeping, "handshakes">;
  sources: () => readonly ConfiguredSource[];
  log: Log;
}

/**
 * Watches recurring handshakes. Warns if one stopped arriving or failed last, because the provider then stops sending
 * events. One that never arrived is not expected.
 */
export function watchHandshakes({ store, sources, log }: HandshakesOptions): () => Promise<void> {
  const warnedAt = new Map<string, number>();
  return async () => {
    const handshakes = await readHandshakes(store, { sources: sources() });
    const wrong = handshakes.filter(({ problem }) => problem !== null);
    for (const name of warnedAt.keys()) {
      if (!wrong.some(({ source }) => source.name === name)) warnedAt.delete(name);
    }
    const now = store.now();
    for (const { source, ...found } of wrong) {
      const { name, provider } = source;
      if (now - (warnedAt.get(name) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY_MS) continue;
      warnedAt.set(name, now);
      log.warn({ source: name, provider, ...found }, WARNING);
    }
  };
}

const WARNING = "a recurring handshake stopped or fails: the provider may stop sending events";

/**
 * Adds the metric of recurring handshakes. It reads them whenever it is scraped: only one of several dispatchers does the
 * recurring work, and the others would report old values.
 */
export function measureHandshakes(metrics: Metrics, options: HandshakesOptions): void {
  const { store, sources, log } = options;
  metrics.gauge({
    name: "hookgate_handshake_problem",
    help: "1 where a provider's recurring handshake is late or failed last, 0 where all is well.",
    labels: ["source"],
    async collect(gauge) {
      gauge.reset();
      try {
        const handshakes = await deadline(readHandshakes(store, { sources: sources() }), {
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

/** The recurring handshake of a source. */
interface RecurringHandshake {
  source: ConfiguredSource;
  /** How often it arrives, in milliseconds. */
  everyMs: number;
  /** `failed`: the last one did. `late`: it stopped arriving. Null if all is well, or if none ever arrived. */
  problem: "failed" | "late" | null;
  /** ISO 8601; null if none ever succeeded. */
  lastOkAt: string | null;
}

/** The recurring handshakes of all sources whose providers have one. */
async function readHandshakes(
  store: HandshakesOptions["store"],
  { sources }: { sources: readonly ConfiguredSource[] },
): Promise<RecurringHandshake[]> {
  const seen = await store.handshakes();
  const now = store.now();
  return sources.flatMap((source) => {
    const everyMs = sourceProvider(source)?.handshake?.everyMs ?? null;
    if (everyMs === null) return [];
    const own = seen.filter((one) => one.source === source.name);
    return [{ source, everyMs, ...judge(own, { everyMs, now }) }];
  });
}

function judge(
  seen: readonly HandshakeSeen[],
  { everyMs, now }: { everyMs: number; now: number },
): Pick<RecurringHandshake, "problem" | "lastOkAt"> {
  const ok = lastAt(seen, true);
  const failed = lastAt(seen, false);
  const lastOkAt = ok === null ? null : new Date(ok).toISOString();
  if (failed !== null && failed > (ok ?? Number.NEGATIVE_INFINITY)) {
    return { problem: "failed", lastOkAt };
  }
  const late = ok !== null && now - ok > everyMs * LATE_FACTOR;
  return { problem: late ? "late" : null, lastOkAt };
}

function lastAt(seen: readonly HandshakeSeen[], ok: boolean): number | null {
  const times = seen.filter((one) => one.ok === ok).map(({ at }) => at);
  return times.length === 0 ? null : Math.max(...times);
}
