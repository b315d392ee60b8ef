import { pathToFileURL } from "node:url";
import type { StartProgramOptions } from "../../processes/child_program.ts";
import type { CrashPoint } from "./points.ts";
import type { Sabotage } from "./sabotages.ts";

/** In NODE_OPTIONS rather than as an argument, so that the store's thread loads it too. */
const NODE_OPTIONS = `--import=${pathToFileURL(`${import.meta.dirname}/preload.ts`)}`;

/** How to start a dispatcher that dies when it passes a point for the `count`-th time. */
export function diesAt(point: CrashPoint, count: number): StartProgramOptions {
  if (point === "in_handler") return { env: { CRASH_IN_HANDLER: `SIGKILL:${count}` } };
  return { env: { NODE_OPTIONS, CRASH_POINT: `${point}:${count}` } };
}

/** How to start a dispatcher that freezes while one of its handlers runs, the `count`-th of a host. */
export function freezesInHandler(count: number): StartProgramOptions {
  return { env: { CRASH_IN_HANDLER: `SIGSTOP:${count}` } };
}

/** How to start dispatchers that break a promise. */
export function sabotaged(name: Sabotage): StartProgramOptions {
  return { env: { NODE_OPTIONS, CRASH_SABOTAGE: name } };
}
