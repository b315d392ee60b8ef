/** Runs one attack as a process: its argument is an {@linkcode AttackPlan}, its output an {@linkcode Attacked}. */
import { newOutcome, type Outcome, type Target } from "./attack.ts";
import { ATTACKS } from "./attacks/attacks.ts";

/** What to run. */
export interface AttackPlan {
  /** Null: nothing but the program itself, whose start takes a core for a while. */
  id: string | null;
  target: Target;
}

/** What it saw, and what it used of the machine: it competes with the gateway. */
export interface Attacked extends Outcome {
  /** Of one core, 0 to 1 and above. */
  cpuShare: number;
}

const { id, target } = JSON.parse(process.argv[2] ?? "{}") as AttackPlan;
const nothing = { run: async () => newOutcome() };
const attack = id === null ? nothing : ATTACKS.find((one) => one.id === id);
if (attack === undefined) throw new RangeError(`Cannot attack: ${id} is unknown`);
const startedAt = performance.now();
const before = process.cpuUsage();
const outcome = await attack.run(target);
const { user, system } = process.cpuUsage(before);
const cpuShare = (user + system) / 1_000 / (performance.now() - startedAt);
process.stdout.write(JSON.stringify({ ...outcome, cpuShare } satisfies Attacked), () =>
  process.exit(0),
);
