import { FAULTS, NO_SYNC, type PowerVerdict, runPower } from "./run_power.ts";
import { whyNoTrace } from "./trace_load.ts";

const FULL = { commits: 40, partialCuts: 120 };
const SHORT = { commits: 24, partialCuts: 12 };

/** Options for {@linkcode crashPower}. */
export interface CrashPowerOptions {
  short: boolean;
  seed: number;
  report: (line: string) => void;
}

/** Cuts the power of a model in all ways, the sabotage first, with a line for each. Returns whether nothing was lost. */
export async function crashPower({ short, seed, report }: CrashPowerOptions): Promise<boolean> {
  const problem = await whyNoTrace();
  if (problem) {
    report(`Cannot follow system calls: ${problem}`);
    return false;
  }
  const length = { ...(short ? SHORT : FULL), seed };
  report(`seed ${seed}`);
  const sabotage = await runPower(NO_SYNC, length);
  const caught = sabotage.losing > 0;
  report(`${describe(sabotage)} · ${caught ? "caught" : "NOT CAUGHT"}`);
  let held = caught;
  let cuts = 0;
  for (const fault of FAULTS) {
    const verdict = await runPower(fault, length);
    report(describe(verdict));
    if (verdict.first) report(`  first ${verdict.first}`);
    cuts += verdict.cuts;
    held = held && verdict.first === null;
  }
  report(
    held
      ? `Held: ${cuts} power cuts, nothing acknowledged was lost.`
      : `Not held. The same again: --fault power --seed ${seed}`,
  );
  return held;
}

function describe({ fault, acknowledged, cuts, losing, lostMax, damaging }: PowerVerdict): string {
  const result = `lost ${lostMax} in ${losing} of them · damaged in ${damaging}`;
  return `${fault} · acked ${acknowledged} · cuts ${cuts} · ${result}`;
}
