import { mkdir, mkdtemp, realpath, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { randomOfSeed } from "@hookgate/testing";
import type { DiskCall } from "./disk_calls.ts";
import { ALL_WRITTEN, DiskModel, type Survives, SYNCED_ONLY } from "./disk_model.ts";
import { judgeCut } from "./judge_cut.ts";
import { ACKNOWLEDGED, USED_KEY } from "./power_load.ts";
import { traceLoad } from "./trace_load.ts";

/** What goes wrong before the power does. */
export interface Fault {
  name: string;
  /** For strace. */
  inject: readonly string[];
  /** Whether the program is killed after the fault, and started again. @default {false} */
  restarts?: boolean;
}

/** The result of {@linkcode runPower}. */
export interface PowerVerdict {
  fault: string;
  acknowledged: number;
  /** Power cuts that were judged: moments, and what survived of that which was not fsynced. */
  cuts: number;
  /** Cuts after which an acknowledged event was missing, or changed. */
  losing: number;
  /** Events lost at once, at most. */
  lostMax: number;
  /** Cuts after which the file was damaged or the key was lost, whether or not an event was. */
  damaging: number;
  /** What was wrong first. */
  first: string | null;
}

/** Options for {@linkcode runPower}. */
export interface RunPowerOptions {
  commits: number;
  seed: number;
  /** Moments at which parts of what was not fsynced survive; at the others, nothing of it. */
  partialCuts: number;
}

/** The calls that follow a fault, and how much likelier than others they are to be followed by a power cut. */
const NEAR_CALLS = 200;
const NEAR_WEIGHT = 12;

/** The fsync fails `times` times, from the store's `first`-th on: a commit's, then those with which the file is closed. */
export function failedSyncs(first: number, times: number): Fault {
  const inject = [`fsync,fdatasync:error=EIO:when=${first}..${first + times - 1}`];
  return { name: `fsync ${first} to ${first + times - 1} fail`, inject };
}

/** Sabotage: an fsync that does nothing and says it did. */
export const NO_SYNC: Fault = {
  name: "fsync does nothing",
  inject: ["fsync,fdatasync:retval=0"],
};

/** What {@linkcode runPower} is run with: the whole list, or enough of it for a test. */
export const FAULTS: readonly Fault[] = [
  { name: "nothing fails", inject: [] },
  ...[16, 22, 33].flatMap((first) => [1, 2, 3, 5].map((times) => failedSyncs(first, times))),
  ...[16, 32].map((first) => {
    const fault = failedSyncs(first, 6);
    return { ...fault, name: `${fault.name}, then a restart`, restarts: true };
  }),
];

/** Runs the load with a fault, cuts the power at many moments, and looks for what was acknowledged before each. */
export async function runPower(fault: Fault, options: RunPowerOptions): Promise<PowerVerdict> {
  const folder = await realpath(await mkdtemp(join(tmpdir(), "hookgate-power-")));
  const root = join(folder, "root");
  const { commits } = options;
  const { inject, restarts = false } = fault;
  try {
    await mkdir(root);
    const calls = await traceLoad(root, { commits, inject, endsAfterFault: restarts });
    if (restarts) calls.push(...(await traceLoad(root, { commits })));
    return { ...judgeAll(calls, root, options), fault: fault.name };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function judgeAll(
  calls: readonly DiskCall[],
  root: string,
  { seed, partialCuts }: RunPowerOptions,
): Omit<PowerVerdict, "fault"> {
  const random = randomOfSeed(seed);
  const model = new DiskModel(root);
  const ledger = join(root, ACKNOWLEDGED);
  const usedKey = join(root, USED_KEY);
  const sum = { acknowledged: 0, cuts: 0, losing: 0, lostMax: 0, damaging: 0 };
  let first: string | null = null;
  let acknowledged: string[] = [];
  let key: Uint8Array | null = null;
  const cut = (when: string, survives: Survives) => {
    const files = [...model.cut(survives)].map(([path, bytes]) => {
      return [path.slice(root.length + 1), bytes] as const;
    });
    const { lost, damage } = judgeCut(new Map(files), { acknowledged, key });
    sum.cuts += 1;
    sum.lostMax = Math.max(sum.lostMax, lost);
    if (lost > 0) sum.losing += 1;
    if (damage !== null) sum.damaging += 1;
    if (lost === 0 && damage === null) return;
    first ??= `${when}: ${lost} of ${acknowledged.length} lost; ${damage ?? "the file is whole"}`;
  };
  const isFault = (call: DiskCall) => call.kind === "sync" && call.failed;
  const near = calls.map((_, at) => calls.slice(Math.max(0, at - NEAR_CALLS), at).some(isFault));
  const weights = near.map((isNear) => (isNear ? NEAR_WEIGHT : 1));
  const partial = partialCuts / weights.reduce((sum, weight) => sum + weight, 0);
  for (const [index, call] of calls.entries()) {
    model.apply(call);
    const isLedger = call.kind === "write" && call.path === ledger;
    if (isLedger) acknowledged = model.read(ledger).toString().trimEnd().split("\n");
    if (call.kind === "write" && call.path === usedKey) key = model.read(usedKey);
    const when = `after call ${index + 1} of ${calls.length}, ${call.kind}`;
    if (isLedger || call.kind === "sync") cut(when, SYNCED_ONLY);
    if (random() >= partial * (weights[index] ?? 1)) continue;
    cut(`${when}, everything written`, ALL_WRITTEN);
    const share = random();
    cut(`${when}, parts written`, () => random() < share);
  }
  return { ...sum, acknowledged: acknowledged.length, first };
}
