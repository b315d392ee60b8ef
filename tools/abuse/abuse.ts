import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Attack } from "./attack.ts";
import { mib } from "./judge.ts";
import { type AbuseResult, type RunAbuseOptions, runAbuse } from "./run_abuse.ts";

type Form = Pick<RunAbuseOptions, "rounds" | "ms" | "headersMs" | "bodyMs" | "timed">;

const SHORT: Form = { rounds: 1, ms: 1_500, headersMs: 500, bodyMs: 1_000, timed: false };
/** Deadlines as in the default configuration. */
const FULL: Form = { rounds: 5, ms: 10_000, headersMs: 5_000, bodyMs: 10_000, timed: true };

/** Options for {@linkcode abuse}. */
export interface AbuseOptions {
  attacks: readonly Attack[];
  /** Seconds instead of minutes for each. */
  short: boolean;
  report: (line: string) => void;
}

/** Attacks a gateway in a temporary folder, and reports a line for each attack; true if all was as it should be. */
export async function abuse({ attacks, short, report }: AbuseOptions): Promise<boolean> {
  const folder = await mkdtemp(join(tmpdir(), "hookgate-abuse-"));
  try {
    report(HEADINGS);
    const form = short ? SHORT : FULL;
    const onResult = (result: AbuseResult) => report(lineOf(result));
    const results = await runAbuse({ folder, attacks, ...form, onResult });
    const broken = results.filter(({ problems }) => problems.length > 0).length;
    report(broken === 0 ? `All ${results.length} attacks held off.` : `${broken} did not hold.`);
    return broken === 0;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

const WIDTHS = [4, 7, 15, 19, 6, 6, 6, 6];

function columns(texts: readonly string[]): string {
  return texts.map((text, at) => text.padEnd(WIDTHS[at] ?? 0)).join(" ");
}

const HEADINGS = columns([
  ...["", "used", "p50 ms", "p99 ms", "ratio", "503", "MiB", "CPU"],
  "what · answers · verdict",
]);

function lineOf(result: AbuseResult): string {
  const { attack, attacked, without, under, grownBytes, problems } = result;
  const arrow = (a: number, b: number) => `${a.toFixed(1)} → ${b.toFixed(1)}`;
  const answers = Object.entries(attacked.answers)
    .map(([status, times]) => (times === 1 ? status : `${status} × ${times}`))
    .join(", ");
  return columns([
    attack.id,
    String(attacked.used),
    arrow(without.p50Ms, under.p50Ms),
    arrow(without.p99Ms, under.p99Ms),
    (under.p99Ms / without.p99Ms).toFixed(2),
    String(under.refused),
    `+${mib(grownBytes)}`,
    `${Math.round(attacked.cpuShare * 100)} %`,
    [attack.name, answers, problems.length === 0 ? "held" : problems.join("; ")].join(" · "),
  ]);
}
