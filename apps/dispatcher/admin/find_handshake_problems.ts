import type { ConfiguredSource } from "@hookgate/config";
import { sourceProvider } from "@hookgate/providers";
import type { HandshakeSeen } from "@hookgate/types";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { StoreTime } from "../store/contract/event_store.ts";

/** A recurring handshake is late once its last success is older than this many times its interval. */
const LATE_FACTOR = 1.5;

/** A source whose provider shakes hands again and again. */
export interface WatchedHandshake {
  source: ConfiguredSource;
  /** How often it comes, in milliseconds. */
  everyMs: number;
  /** `failed`: the last one did. `late`: it stopped arriving. Null where all is well, or where none ever came. */
  problem: "failed" | "late" | null;
  /** ISO 8601; null where none ever succeeded. */
  lastOkAt: string | null;
}

/** How recurring handshakes do; sources of providers that have none are left out. */
export async function findHandshakeProblems(
  store: StoreTime & Pick<Bookkeeping, "handshakes">,
  { sources }: { sources: readonly ConfiguredSource[] },
): Promise<WatchedHandshake[]> {
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
): Pick<WatchedHandshake, "problem" | "lastOkAt"> {
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
