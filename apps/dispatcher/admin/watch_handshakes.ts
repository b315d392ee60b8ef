import type { ConfiguredSource } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { StoreTime } from "../store/contract/event_store.ts";
import { findHandshakeProblems } from "./find_handshake_problems.ts";

/** Between two looks, in milliseconds. */
export const WATCH_EVERY_MS = 300_000;

/** At most one warning for each source in this time, in milliseconds. */
const WARN_EVERY_MS = 3_600_000;

/** Options for {@linkcode watchHandshakes}. */
export interface WatchHandshakesOptions {
  store: StoreTime & Pick<Bookkeeping, "handshakes">;
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
    const watched = await findHandshakeProblems(store, { sources: sources() });
    const wrong = watched.filter(({ problem }) => problem !== null);
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
