import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { type Attack, slowSockets } from "./attack.ts";
import { hostileForms } from "./hostile_forms.ts";
import { hostileHandshakes } from "./hostile_handshakes.ts";
import { hostileJson } from "./hostile_json.ts";
import { type AbuseResult, runAbuse } from "./run_abuse.ts";

/** Every attack, one file each. */
const ATTACKS: readonly Attack[] = [
  hostileForms,
  hostileJson,
  hostileHandshakes,
  slowSockets("slow sockets", { sockets: 500 }),
];

function row({ attack, used, without, under, grownBytes, problems }: AbuseResult): object {
  return {
    attack,
    used,
    "p50 ms": `${without.p50Ms.toFixed(1)} → ${under.p50Ms.toFixed(1)}`,
    "p99 ms": `${without.p99Ms.toFixed(1)} → ${under.p99Ms.toFixed(1)}`,
    failed: under.failed,
    "MiB grown": Math.round(grownBytes / 2 ** 20),
    verdict: problems.length === 0 ? "held" : problems.join("; "),
  };
}

async function attackGateway({ short = false }: { short?: boolean }): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hookgate-abuse-"));
  try {
    const length = short ? { rounds: 1, seconds: 5 } : { rounds: 5, seconds: 10 };
    const results = await runAbuse({ folder, attacks: ATTACKS, ...length });
    console.table(results.map(row));
    const held = results.every(({ problems }) => problems.length === 0);
    console.log(held ? "Held: honest senders were left alone." : "Not held.");
    if (!held) process.exitCode = 1;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

await new Command("npm run abuse --")
  .description(
    "Attacks a gateway of its own on loopback, and measures what honest senders notice: p50 and p99 without → under attack.",
  )
  .option("--short", "one round of five seconds each, about a minute in all")
  .action(attackGateway)
  .parseAsync();
