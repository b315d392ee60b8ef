import { readFileSync } from "node:fs";

/** Where the time of a thread went so far, in milliseconds; zeros where the system does not tell. */
export interface ThreadTime {
  /** On a core. */
  ranMs: number;
  /** Ready to run, without a core. */
  starvedMs: number;
}

/** Reads {@linkcode ThreadTime} of the main thread of a process: from sched-stats of Linux, in nanoseconds. */
export function threadTime(pid: number | "self"): ThreadTime {
  try {
    const [ran, starved] = readFileSync(`/proc/${pid}/schedstat`, "latin1").split(" ");
    return { ranMs: Number(ran) / 1e6, starvedMs: Number(starved) / 1e6 };
  } catch {
    return { ranMs: 0, starvedMs: 0 };
  }
}
