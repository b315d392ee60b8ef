import type { DatabaseSync } from "node:sqlite";
import { prepare } from "./rows.ts";

/**
 * The time in which the file says when deliveries are due: the store's clock without its steps. A step writes one number, however
 * much waits, and every delivery waits as long as before.
 */
export interface SteadyTime {
  /** The steady time when the store's clock shows `at`. */
  whenClockShows(at: number): number;
  /** What the store's clock shows at the time `steady`. */
  onClock(steady: number): number;
  /** Follows the steps that the owner's clock has made since its start. Returns what they moved by, in milliseconds. */
  follow(steps: number): number;
  /** Another owner begins, whose clock has made no steps since its start, and `stepMs` while nobody ran. */
  changeOwner(stepMs: number): void;
}

/** Prepares {@linkcode SteadyTime}. A transaction that is undone has to end the connection, and with it what this has in memory. */
export function prepareSteadyTime(db: DatabaseSync): SteadyTime {
  const read = prepare<{ earlier: number; ms: number }>(db, "SELECT earlier, ms FROM clock_steps");
  const write = prepare(db, "UPDATE clock_steps SET earlier = ?, ms = ?");
  // Steps in the time of earlier owners, and in this one's.
  let { earlier, ms: followed } = read.get() ?? { earlier: 0, ms: 0 };
  return {
    whenClockShows: (at) => at - earlier - followed,
    onClock: (steady) => steady + earlier + followed,
    follow(steps) {
      const stepMs = steps - followed;
      if (stepMs === 0) return 0;
      write.run(earlier, steps);
      followed = steps;
      return stepMs;
    },
    changeOwner(stepMs) {
      write.run(earlier + followed + stepMs, 0);
      earlier += followed + stepMs;
      followed = 0;
    },
  };
}
