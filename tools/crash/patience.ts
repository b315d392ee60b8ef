import { setTimeout as delay } from "node:timers/promises";
import { threadTime } from "../../apps/dispatcher/targets/handler/thread_time.ts";

/** Between two ticks, in milliseconds. */
const TICK_MS = 100;

/** Share of the time that counts at the least, however starved the processes are: a wait has an end. */
const COUNTED_SHARE_MIN = 0.2;

/**
 * Resolves after this time, measured in ticks of this process: while the whole machine stands still nobody is late. Time in
 * which one of `pids` was ready to run but had no core does not count either. Does not keep the process alive.
 */
export function patience(ms: number, pids: () => readonly number[] = () => []): Promise<void> {
  return new Promise((resolve) => {
    const known = new Map(pids().map((pid) => [pid, threadTime(pid).starvedMs]));
    let ticks = 0;
    let starved = 0;
    const timer = setInterval(() => {
      ticks += 1;
      for (const pid of pids()) {
        const before = known.get(pid) ?? 0;
        const now = Math.max(before, threadTime(pid).starvedMs);
        known.set(pid, now);
        starved += now - before;
      }
      const passed = ticks * TICK_MS;
      if (Math.max(passed - starved, passed * COUNTED_SHARE_MIN) < ms) return;
      clearInterval(timer);
      resolve();
    }, TICK_MS);
    timer.unref();
  });
}

/** Options for {@linkcode comesTrue}. */
export interface ComesTrueOptions {
  /** Patience, in milliseconds; see {@linkcode patience}. */
  ms: number;
  pids: () => readonly number[];
  /** Between two looks, in milliseconds. @default {10} */
  everyMs?: number;
}

/** Looks until it is true; returns false if patience runs out first. */
export async function comesTrue(
  look: () => boolean | Promise<boolean>,
  { ms, pids, everyMs = 10 }: ComesTrueOptions,
): Promise<boolean> {
  let late = false;
  void patience(ms, pids).then(() => {
    late = true;
  });
  while (!(await look())) {
    if (late) return false;
    await delay(everyMs);
  }
  return true;
}
