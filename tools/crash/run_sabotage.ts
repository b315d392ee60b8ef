import type { Fault, StoreName } from "./fault.ts";
import { frozenDispatcher } from "./faults/freeze.ts";
import { killDispatcher } from "./faults/kills.ts";
import { sabotaged } from "./inject/options.ts";
import { SABOTAGES, type Sabotage } from "./inject/sabotages.ts";
import { runFault } from "./run_fault.ts";

/** A run without a fault, until so many posts have been answered. */
function calm(posts: number): Fault {
  return {
    name: "F4",
    what: "no fault",
    stores: ["embedded"],
    kills: { short: {}, full: 0 },
    async strike({ load, acked }) {
      while (load.entries.length < posts) await acked();
    },
  };
}

/** How a sabotage is made to show, at the least, and as what. */
interface Showing {
  fault: Fault;
  store: StoreName;
  kills: number;
  perSecond: number;
  shows: RegExp;
}

/** Runs with one sabotage: a dispatcher that was frozen while it ran nothing breaks no promise, fence or not. */
const TRIES_MAX = 3;

const EMBEDDED = { store: "embedded", kills: 0, perSecond: 100 } as const;

const SHOWN_BY: Readonly<Record<Sabotage, Showing>> = {
  "ack before commit": { ...EMBEDDED, fault: killDispatcher, kills: 2, shows: /is not stored/ },
  "one event in a thousand dropped": {
    ...EMBEDDED,
    fault: calm(1_500),
    perSecond: 300,
    shows: /is not stored/,
  },
  "one byte changed": { ...EMBEDDED, fault: calm(200), shows: /not what was sent, byte for byte/ },
  "the fence removed": {
    fault: frozenDispatcher,
    store: "mongodb",
    kills: 1,
    perSecond: 4,
    shows: /ends were counted/,
  },
  "dedupe removed": { ...EMBEDDED, fault: calm(300), shows: /is stored \d+ times/ },
};

/** Names of all sabotages. */
export const SABOTAGE_NAMES = Object.keys(SABOTAGES) as Sabotage[];

/** Options for {@linkcode runSabotage}. */
export interface RunSabotageOptions {
  seed: number;
  /** Where to try it. @default {wherever it shows} */
  store?: StoreName;
}

/**
 * Breaks a promise in a running dispatcher, and lets the judge look. Returns which broken promise it found, empty if none: then
 * it is the judge that fails. Null if the sabotage shows on another store only.
 */
export async function runSabotage(
  name: Sabotage,
  { seed, store }: RunSabotageOptions,
): Promise<string | null> {
  const { fault, shows, ...options } = SHOWN_BY[name];
  if (store && store !== options.store) return null;
  for (let tries = 0; tries < TRIES_MAX; tries += 1) {
    const { verdict } = await runFault(fault, {
      ...options,
      seed: seed + tries,
      short: true,
      dispatcherOptions: sabotaged(name),
      keep: false,
    });
    const found = verdict.problems.find((problem) => shows.test(problem));
    if (found !== undefined) return found;
  }
  return "";
}
