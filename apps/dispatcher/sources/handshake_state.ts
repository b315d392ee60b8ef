import type { ConfiguredSource } from "@hookgate/config";
import { sourceProvider } from "@hookgate/providers";
import type { HandshakeSeen } from "@hookgate/types";
import type { Bookkeeping } from "../store/contract/bookkeeping.ts";
import type { PassedTime } from "./passed_time.ts";

/** A recurring handshake is late if its last success is older than this many times its interval. */
const LATE_FACTOR = 1.5;

/** The recurring handshake of a source. */
export interface RecurringHandshake {
  source: ConfiguredSource;
  /** How often it arrives, in milliseconds. */
  everyMs: number;
  /** `failed`: the last one did. `late`: it stopped arriving. Null if all is well, or if none ever arrived. */
  problem: "failed" | "late" | null;
  /** In milliseconds since 1970; null if none ever succeeded. */
  lastOkAt: number | null;
}

/** The recurring handshakes of all sources whose providers have one. */
export async function readHandshakes(
  store: Pick<Bookkeeping, "handshakes">,
  { sources, passed }: { sources: readonly ConfiguredSource[]; passed: Pick<PassedTime, "ago"> },
): Promise<RecurringHandshake[]> {
  const seen = await store.handshakes();
  return sources.flatMap((source) => {
    const everyMs = sourceProvider(source)?.handshake?.everyMs ?? null;
    if (everyMs === null) return [];
    const own = seen.filter((one) => one.source === source.name);
    return [{ source, everyMs, ...judge(own, passed.ago(everyMs * LATE_FACTOR)) }];
  });
}

function judge(
  seen: readonly HandshakeSeen[],
  lateBefore: number,
): Pick<RecurringHandshake, "problem" | "lastOkAt"> {
  const lastOkAt = lastAt(seen, true);
  const failed = lastAt(seen, false);
  if (failed !== null && failed > (lastOkAt ?? Number.NEGATIVE_INFINITY)) {
    return { problem: "failed", lastOkAt };
  }
  const late = lastOkAt !== null && lastOkAt < lateBefore;
  return { problem: late ? "late" : null, lastOkAt };
}

function lastAt(seen: readonly HandshakeSeen[], ok: boolean): number | null {
  const times = seen.filter((one) => one.ok === ok).map(({ at }) => at);
  return times.length === 0 ? null : Math.max(...times);
}
