import type { Fault, StoreName } from "./fault.ts";
import { FAULTS } from "./faults/faults.ts";
import { describeMs } from "./judge/recovery.ts";
import { crashPower } from "./power/crash_power.ts";
import { whyNoTrace } from "./power/trace_load.ts";
import { type FaultResult, runFault } from "./run_fault.ts";
import { runSabotage, SABOTAGE_NAMES } from "./run_sabotage.ts";

/** The harness's own test: see `run_sabotage.ts`. */
const SABOTAGE = "F4";

/** Power cuts, in a model: see `power/`. */
const POWER = "power";

/** Names of all faults. */
export const FAULT_NAMES: readonly string[] = [
  SABOTAGE,
  ...new Set(FAULTS.map(({ name }) => name)),
  POWER,
];

/** Options for {@linkcode crash}. */
export interface CrashOptions {
  /** Of {@linkcode FAULT_NAMES}. */
  names: readonly string[];
  /** Whether these are all, so that each store has its share. */
  all: boolean;
  short: boolean;
  seed: number;
  perSecond: number;
  /** @default {both, where a fault means something there} */
  store?: StoreName;
  /** @default {each fault's own} */
  kills?: number;
  report: (line: string) => void;
}

/** Runs faults one after the other, with a line for each. Returns whether every promise was kept. */
export async function crash(options: CrashOptions): Promise<boolean> {
  const { names, seed, report } = options;
  report(`seed ${seed}`);
  const notRun: string[] = [];
  let held = true;
  // First: what the others say is worth nothing if a broken promise goes unnoticed.
  if (names.includes(SABOTAGE)) held = await sabotageAll(options);
  for (const fault of FAULTS.filter(({ name }) => names.includes(name))) {
    const missing = (await fault.missing?.()) ?? null;
    if (missing) notRun.push(`${fault.name} (${missing})`);
    else held = (await strikeAll(fault, options)) && held;
  }
  if (names.includes(POWER)) {
    const missing = await whyNoTrace();
    if (missing) notRun.push(`${POWER} (${missing})`);
    else held = (await crashPower(options)) && held;
  }
  if (notRun.length > 0) report(`not run: ${notRun.join(", ")}`);
  report(
    held ? "Held: nothing acknowledged was lost." : `Not held. The same again: --seed ${seed}`,
  );
  return held;
}

async function sabotageAll({ seed, report, store }: CrashOptions): Promise<boolean> {
  let caught = true;
  for (const name of SABOTAGE_NAMES) {
    const found = await runSabotage(name, { seed, ...(store && { store }) });
    if (found === null) continue;
    report(`${SABOTAGE} ${name} · ${found ? `caught: ${found}` : "NOT CAUGHT"}`);
    if (!found) caught = false;
  }
  return caught;
}

async function strikeAll(fault: Fault, options: CrashOptions): Promise<boolean> {
  const { seed, short, perSecond, report } = options;
  let held = true;
  for (const store of fault.stores) {
    const own = short ? fault.kills.short[store] : fault.kills.full;
    // What is left out of the short form runs once if it is asked for by name.
    const kills = options.kills ?? own ?? (options.all ? 0 : 1);
    if (kills === 0 || (options.store && store !== options.store)) continue;
    const result = await runFault(fault, { store, seed, kills, short, perSecond });
    for (const line of describeResult(fault, { store, ...result })) report(line);
    if (result.problems.length > 0) held = false;
  }
  return held;
}

function describeResult(
  { name, what }: Fault,
  { store, verdict, problems, recovery, kills, keptIn }: FaultResult & { store: StoreName },
): string[] {
  const { posts, acked, maybe, lost, altered, twice } = verdict;
  const { edgeMs, acksMs, deliveriesMs } = recovery;
  return [
    `${name} ${store} · ${what}`,
    `  acked ${acked} · kills ${kills} · lost ${lost} · altered ${altered} · twice ${twice} (posts ${posts}, stored without a 200: ${maybe})`,
    `  back: edge ${describeMs(edgeMs)} · acks ${describeMs(acksMs)} · deliveries ${describeMs(deliveriesMs)}`,
    ...problems.map((problem) => `  broken: ${problem}`),
    ...(keptIn ? [`  kept: ${keptIn}`] : []),
  ];
}
