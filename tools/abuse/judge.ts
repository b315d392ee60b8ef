import type { Attack } from "./attack.ts";
import type { Attacked } from "./attack_program.ts";
import type { Honest } from "./honest_program.ts";

/** Below this a p99 says more about the machine than about the attack, in milliseconds. */
const P99_MS_FLOOR = 10;

const RATIO_MAX = 2;
const GROWTH_BYTES_MAX = 256 * 1024 * 1024;

/** What is known after an attack. */
export interface Evidence {
  attacked: Attacked;
  without: Honest;
  under: Honest;
  /** The most that both processes had more than before, in bytes. */
  grownBytes: number;
  /** Lines of both logs. */
  lines: readonly string[];
  /** How a process ended that should not have. */
  ended: readonly string[];
}

/** Options for {@linkcode problemsOf}. */
export interface ProblemsOfOptions {
  /** Texts that must not be in a log. */
  secrets: readonly string[];
  /** Whether honest senders' times count: a few seconds say little. */
  timed: boolean;
}

/** What did not hold under an attack; empty if all did. */
export function problemsOf(
  attack: Pick<Attack, "ratioMax" | "growthBytesMax">,
  { attacked, without, under, grownBytes, lines, ended }: Evidence,
  { secrets, timed }: ProblemsOfOptions,
): string[] {
  const problems = [...ended, ...attacked.problems];
  if (under.failed > 0) problems.push(`${under.failed} honest posts failed`);
  const { ratioMax = RATIO_MAX, growthBytesMax = GROWTH_BYTES_MAX } = attack;
  const p99MsMax = ratioMax * Math.max(P99_MS_FLOOR, without.p99Ms);
  if (timed && under.p99Ms > p99MsMax) problems.push(`p99 is over ${p99MsMax.toFixed(0)} ms`);
  if (grownBytes > growthBytesMax) problems.push(`memory grew by ${mib(grownBytes)} MiB`);
  for (const problem of new Set(lines.map((line) => problemOf(line, secrets)))) {
    if (problem !== null) problems.push(problem);
  }
  return problems;
}

/** What is wrong with a line of the log. */
function problemOf(line: string, secrets: readonly string[]): string | null {
  if (secrets.some((secret) => line.includes(secret))) return "a secret is in the log";
  let parsed: { level?: string; name?: string; msg?: string };
  try {
    parsed = JSON.parse(line);
  } catch {
    return `a line of the log is no JSON: ${line.slice(0, 100)}`;
  }
  if (parsed.name !== "edge" && parsed.name !== "dispatcher") return "a line was injected";
  const unexpected = /unhandled|uncaught|unexpected/i.test(parsed.msg ?? "");
  return parsed.level === "fatal" || unexpected ? `logged: ${parsed.msg}` : null;
}

/** Whole mebibytes. */
export function mib(bytes: number): number {
  return Math.round(bytes / 2 ** 20);
}
