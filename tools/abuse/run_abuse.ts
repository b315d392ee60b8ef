import { readFileSync } from "node:fs";
import { prepareApps } from "../processes/apps.ts";
import type { ChildProgram } from "../processes/child_program.ts";
import type { Attack } from "./attack.ts";
import { type Honest, measureHonest } from "./measure_honest.ts";

const SECRET = "abuse-secret-abuse-secret";

/** Honest posts a second: about a tenth of what one machine takes. */
const HONEST_PER_SECOND = 100;

/** What honest posts may suffer: their p99 with the attack, relative to without it. */
const P99_RATIO_MAX = 2;

/** Below this a p99 says more about the machine than about the attack, in milliseconds. */
const P99_MS_FLOOR = 10;

/** What both processes together may grow by, in bytes. */
const GROWTH_BYTES_MAX = 512 * 1024 * 1024;

const CONFIG = `{ sources: {
  bench: { provider: "generic", secrets: ["${SECRET}"] },
  twilio: { provider: "twilio", secrets: ["0123456789abcdef0123456789abcdef"], publicUrl: "https://hooks.example.com/api/webhooks/twilio" },
  adyen: { provider: "adyen", secrets: ["${"0123456789ABCDEF".repeat(4)}"] },
  sns: { provider: "aws_sns", settings: { topicArns: ["arn:aws:sns:eu-west-1:123456789012:orders"] } },
  slack: { provider: "slack", secrets: ["8f742231b10e8888abcd99yyyzzz85a5"] },
  monday: { provider: "monday", secrets: ["monday-signing-secret-0123456789"] },
}, subscriptions: {} }`;

/** How one attack ended. */
export interface AbuseResult {
  attack: string;
  /** Requests or sockets of the attacker. */
  used: number;
  without: Honest;
  under: Honest;
  /** Growth of both processes, in bytes. */
  grownBytes: number;
  problems: readonly string[];
}

/** Options for {@linkcode runAbuse}. */
export interface RunAbuseOptions {
  /** Where configuration and data are kept. */
  folder: string;
  attacks: readonly Attack[];
  /** Rounds of each attack, with and without it in turn. */
  rounds: number;
  /** Length of half a round. */
  seconds: number;
}

/** Starts a gateway of its own and attacks it, one attack after the other. */
export async function runAbuse(options: RunAbuseOptions): Promise<AbuseResult[]> {
  const { folder, attacks, rounds, seconds } = options;
  const apps = await prepareApps(folder, { config: CONFIG });
  const programs: ChildProgram[] = [];
  try {
    programs.push(await apps.start("dispatcher"), await apps.start("edge"));
    const port = apps.edgePort;
    // Compiles the path of a request, and opens connections.
    await measureHonest({ port, secret: SECRET, seconds: 2, rate: HONEST_PER_SECOND });
    const results: AbuseResult[] = [];
    for (const attack of attacks) {
      results.push(await runAttack(attack, { port, programs, rounds, seconds }));
    }
    return results;
  } finally {
    for (const program of programs) await program.stop();
  }
}

async function runAttack(attack: Attack, options: AttackOptions): Promise<AbuseResult> {
  const { port, programs, rounds, seconds } = options;
  const honest = { port, secret: SECRET, seconds, rate: HONEST_PER_SECOND };
  const before = residentBytes(programs);
  const without: Honest[] = [];
  const under: Honest[] = [];
  let used = 0;
  for (let round = 0; round < rounds; round += 1) {
    without.push(await measureHonest(honest));
    const attacking = new AbortController();
    const attacked = attack.run({ port, signal: attacking.signal });
    under.push(await measureHonest(honest));
    attacking.abort();
    used += await attacked;
  }
  const grownBytes = residentBytes(programs) - before;
  const result = {
    attack: attack.name,
    used,
    without: middle(without),
    under: middle(under),
    grownBytes,
  };
  return { ...result, problems: problemsOf(result) };
}

interface AttackOptions extends Pick<RunAbuseOptions, "rounds" | "seconds"> {
  port: number;
  programs: readonly ChildProgram[];
}

/** The round with the median p99, with all failures. */
function middle(rounds: readonly Honest[]): Honest {
  const sorted = [...rounds].sort((a, b) => a.p99Ms - b.p99Ms);
  const median = sorted[Math.floor(sorted.length / 2)] ?? {
    sent: 0,
    failed: 0,
    p50Ms: 0,
    p99Ms: 0,
  };
  const failed = rounds.reduce((sum, round) => sum + round.failed, 0);
  return { ...median, failed };
}

/** Why an attack did not leave honest senders alone; empty if it did. */
export function problemsOf({
  without,
  under,
  grownBytes,
}: Pick<AbuseResult, "without" | "under" | "grownBytes">): string[] {
  const problems: string[] = [];
  const p99MsMax = P99_RATIO_MAX * Math.max(P99_MS_FLOOR, without.p99Ms);
  if (under.p99Ms > p99MsMax) problems.push(`p99 is over ${p99MsMax.toFixed(0)} ms`);
  if (under.failed > 0) problems.push(`${under.failed} honest posts failed`);
  if (grownBytes > GROWTH_BYTES_MAX) {
    problems.push(`memory grew by ${Math.round(grownBytes / 2 ** 20)} MiB`);
  }
  return problems;
}

/** Resident memory of these programs. @throws if one has ended. */
function residentBytes(programs: readonly ChildProgram[]): number {
  return programs.reduce((sum, { pid }) => {
    const status = readFileSync(`/proc/${pid}/status`, "latin1");
    return sum + Number(/VmRSS:\s+(\d+) kB/.exec(status)?.[1] ?? 0) * 1_024;
  }, 0);
}
