import { type ConfiguredSource, sourceProvider } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import type { HandshakeSeen } from "@hookgate/types";
import type { EventStore } from "../store/event_store.ts";

/** Between two looks, in milliseconds. */
export const WATCH_EVERY_MS = 300_000;

/** At most one warning for each source in this time, in milliseconds. */
const WARN_EVERY_MS = 3_600_000;

/** A recurring handshake is late once its last success is older than this many times its interval. */
const LATE_FACTOR = 1.5;

/** Options for {@linkcode watchHandshakes}. */
export interface WatchHandshakesOptions {
  store: Pick<EventStore, "now" | "handshakes">;
  sources: () => readonly ConfiguredSource[];
  log: Log;
}

/**
 * Makes the watch over handshakes that come again and again: it warns where one stopped arriving, or failed last, because
 * the provider then stops sending events. One that never came is not awaited.
 */
export function watchHandshakes({
  store,
  sources,
  log,
}: WatchHandshakesOptions): () => Promise<void> {
  const warnedAt = new Map<string, number>();
  return async () => {
    const seen = await store.handshakes();
    const now = store.now();
    const watched = sources();
    for (const name of warnedAt.keys()) {
      if (!watched.some((source) => source.name === name)) warnedAt.delete(name);
    }
    for (const source of watched) {
      const everyMs = sourceProvider(source)?.handshake?.everyMs ?? null;
      if (everyMs === null) continue;
      const own = seen.filter((one) => one.source === source.name);
      const problem = problemOf(own, { everyMs, now });
      if (problem === null) {
        warnedAt.delete(source.name);
        continue;
      }
      if (now - (warnedAt.get(source.name) ?? Number.NEGATIVE_INFINITY) < WARN_EVERY_MS) continue;
      warnedAt.set(source.name, now);
      log.warn({ source: source.name, provider: source.provider, everyMs, ...problem }, WARNING);
    }
  };
}

const WARNING = "a recurring handshake stopped or fails: the provider may stop sending events";

function problemOf(
  seen: readonly HandshakeSeen[],
  { everyMs, now }: { everyMs: number; now: number },
): { problem: "failed" | "late"; lastOkAt: string | null } | null {
  const ok = lastAt(seen, true);
  const failed = lastAt(seen, false);
  const lastOkAt = ok === null ? null : new Date(ok).toISOString();
  if (failed !== null && failed > (ok ?? Number.NEGATIVE_INFINITY)) {
    return { problem: "failed", lastOkAt };
  }
  return ok !== null && now - ok > everyMs * LATE_FACTOR ? { problem: "late", lastOkAt } : null;
}

function lastAt(seen: readonly HandshakeSeen[], ok: boolean): number | null {
  const times = seen.filter((one) => one.ok === ok).map(({ at }) => at);
  return times.length === 0 ? null : Math.max(...times);
}
