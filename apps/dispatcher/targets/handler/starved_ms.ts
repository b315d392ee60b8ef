import { readFileSync } from "node:fs";

/**
 * How long the main thread of a process was ready to run but had no core, in milliseconds since its start; 0 where the system does not
 * tell.
 */
export function starvedMs(pid: number | "self"): number {
  try {
    // Time on a core, time waiting for one, in nanoseconds; sched-stats of Linux.
    return Number(readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ")[1]) / 1e6;
  } catch {
    return 0;
  }
}
