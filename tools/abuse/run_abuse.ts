import { ensureLocalToken } from "@hookgate/config";
import { freePorts } from "@hookgate/testing";
import { prepareApps } from "../processes/apps.ts";
import { type ChildProgram, runProgram } from "../processes/child_program.ts";
import { type Attack, merge, type Target } from "./attack.ts";
import type { Attacked, AttackPlan } from "./attack_program.ts";
import { privateUrls, REDIRECTING_HOST } from "./attacks/ssrf.ts";
import type { Honest, HonestPlan } from "./honest_program.ts";
import { type Evidence, problemsOf } from "./judge.ts";

const SECRET = "abuse-secret-abuse-secret";

/** Honest posts a second. */
const HONEST_PER_SECOND = 100;

/** Before the first attack: as many as a busy gateway has seen, so that what it needs itself is not taken for what attacks cost. */
const WARM_PER_SECOND = 1_000;
const WARM_MS_MAX = 5_000;

/** Between two looks at what both processes hold, in milliseconds. */
const LOOK_EVERY_MS = 200;

/** Lines of the logs that are kept of one attack. */
const LINES_MAX = 100_000;

const HONEST_PROGRAM = new URL("honest_program.ts", import.meta.url).pathname;
const ATTACK_PROGRAM = new URL("attack_program.ts", import.meta.url).pathname;

type Ports = Pick<Target, "forbiddenPort" | "redirectPort">;

function configOf(ports: Ports, limits: object): string {
  const generic = { provider: "generic", secrets: [SECRET] };
  const endpoints = privateUrls(ports).map((endpoint, number) => {
    return [
      `private_${number}`,
      { events: ["ssrf.*"], endpoint, secret: SECRET, retries: 0, timeout: 3_000 },
    ];
  });
  return JSON.stringify({
    sources: {
      bench: generic,
      noisy: generic,
      smuggled: generic,
      stripe: {
        provider: "stripe",
        secrets: [
          { id: "new", value: SECRET, state: "active" },
          { id: "old", value: `${SECRET}-retiring`, state: "retiring" },
        ],
      },
      twilio: {
        provider: "twilio",
        secrets: ["0123456789abcdef0123456789abcdef"],
        publicUrl: "https://hooks.example.com/api/webhooks/twilio",
      },
      adyen: { provider: "adyen", secrets: ["0123456789ABCDEF".repeat(4)] },
      sns: {
        provider: "aws_sns",
        settings: { topicArns: ["arn:aws:sns:eu-west-1:123456789012:orders"] },
      },
      slack: { provider: "slack", secrets: ["8f742231b10e8888abcd99yyyzzz85a5"] },
      monday: { provider: "monday", secrets: ["monday-signing-secret-0123456789"] },
    },
    subscriptions: Object.fromEntries(endpoints),
    privateHosts: [REDIRECTING_HOST],
    limits,
  });
}

/** How one attack ended. */
export interface AbuseResult extends Omit<Evidence, "lines" | "ended"> {
  attack: Attack;
  problems: readonly string[];
}

/** Options for {@linkcode runAbuse}. */
export interface RunAbuseOptions {
  /** Where configuration and data are kept. */
  folder: string;
  attacks: readonly Attack[];
  /** Rounds of each attack, with and without it in turn. */
  rounds: number;
  /** Length of half a round, in milliseconds. */
  ms: number;
  /** Deadlines of the gateway, in milliseconds. */
  headersMs: number;
  bodyMs: number;
  /** Whether honest senders' times are judged, too. */
  timed: boolean;
  /** Gets each result at once. */
  onResult?: (result: AbuseResult) => void;
}

/** Starts a gateway of its own and attacks it, one attack after the other. Attackers and honest senders are processes. */
export async function runAbuse(options: RunAbuseOptions): Promise<AbuseResult[]> {
  const { folder, attacks, headersMs, bodyMs, onResult } = options;
  const [edgeOps = 0, dispatcherOps = 0, forbiddenPort = 0, redirectPort = 0] = await freePorts(4);
  const limits = { headersDeadlineMs: headersMs, bodyDeadlineMs: bodyMs };
  const apps = await prepareApps(folder, {
    config: configOf({ forbiddenPort, redirectPort }, limits),
    env: {
      EDGE_OPS_PORT: String(edgeOps),
      DISPATCHER_OPS_PORT: String(dispatcherOps),
      LOG_LEVEL: "info",
    },
  });
  const gateway = new Gateway();
  try {
    for (const app of ["dispatcher", "edge"] as const) {
      const started = apps.start(app, { onLine: (line) => gateway.keep(line) });
      gateway.add(app, await started.catch((error) => gateway.explain(error)));
    }
    const token = ensureLocalToken(apps.dataDir);
    const target: Target = {
      ...{
        edgePort: apps.edgePort,
        opsPorts: [edgeOps, dispatcherOps],
        rpcAddress: apps.rpcAddress,
      },
      ...{ token, secret: SECRET, headersMs, bodyMs, forbiddenPort, redirectPort, ms: options.ms },
    };
    const ms = Math.min(options.ms, WARM_MS_MAX);
    await measureHonest({ ...target, ms }, WARM_PER_SECOND);
    const baseline = options.timed ? null : await measureHonest(target);
    const results: AbuseResult[] = [];
    for (const attack of attacks) {
      const result = await runAttack(attack, { ...options, target, gateway, baseline });
      results.push(result);
      onResult?.(result);
    }
    return results;
  } finally {
    await gateway.stop();
  }
}

/** Both processes, and what they wrote. */
class Gateway {
  readonly #programs: ChildProgram[] = [];
  #lines: string[] = [];
  #ended: string[] = [];
  #stopping = false;

  add(app: string, program: ChildProgram): void {
    this.#programs.push(program);
    void program.ended.then((how) => {
      if (!this.#stopping) this.#ended.push(`the ${app} ended: ${how}`);
    });
  }

  keep(line: string): void {
    if (this.#lines.length < LINES_MAX) this.#lines.push(line);
  }

  /** An app that did not start said why. */
  explain(error: Error): never {
    throw new Error(`${error.message}\n${this.#lines.join("\n")}`, { cause: error });
  }

  /** What was written since the last call, and who has ended. */
  take(): { lines: string[]; ended: string[] } {
    const lines = this.#lines;
    this.#lines = [];
    return { lines, ended: this.#ended };
  }

  /** What both hold, in bytes. */
  async residentBytes(): Promise<number> {
    const each = this.#programs.map((program) => program.residentBytes().catch(() => 0));
    return (await Promise.all(each)).reduce((sum, bytes) => sum + bytes, 0);
  }

  async stop(): Promise<void> {
    this.#stopping = true;
    for (const program of this.#programs) await program.stop();
  }
}

async function runAttack(attack: Attack, options: AttackOptions): Promise<AbuseResult> {
  const { target, gateway, rounds, timed, baseline } = options;
  const without: Honest[] = [];
  const under: Honest[] = [];
  const attacked: Attacked[] = [];
  let most = 0;
  const before = await gateway.residentBytes();
  // What it grows by without the attack is not the attack's: its heaps and the store's pages fill up for a minute.
  let own = 0;
  const watch = setInterval(async () => {
    most = Math.max(most, await gateway.residentBytes());
  }, LOOK_EVERY_MS);
  gateway.take();
  for (let round = 0; round < rounds; round += 1) {
    const begin = await gateway.residentBytes();
    without.push(baseline ?? (await measureBeside(null, target)).honest);
    own += Math.max(0, (await gateway.residentBytes()) - begin);
    const { honest, seen } = await measureBeside(attack.id, target);
    under.push(honest);
    attacked.push(seen);
  }
  clearInterval(watch);
  const cpuShare = Math.max(...attacked.map((one) => one.cpuShare));
  const result = {
    attacked: { ...merge(attacked), cpuShare },
    without: middle(without),
    under: middle(under),
    grownBytes: Math.max(0, most - before - own),
  };
  const evidence = { ...result, ...gateway.take() };
  const secrets = [SECRET, target.token];
  return { ...result, attack, problems: problemsOf(attack, evidence, { secrets, timed }) };
}

interface AttackOptions extends Pick<RunAbuseOptions, "rounds" | "timed"> {
  target: Target;
  gateway: Gateway;
  /** Honest senders without any attack; null measures them before each round. */
  baseline: Honest | null;
}

/** Honest senders beside an attack; beside null only the attackers' program starts, as it does each time. */
async function measureBeside(
  id: string | null,
  target: Target,
): Promise<{ honest: Honest; seen: Attacked }> {
  const plan: AttackPlan = { id, target };
  const attacking = runProgram<Attacked>(ATTACK_PROGRAM, plan);
  const [honest, seen] = await Promise.all([measureHonest(target), attacking]);
  return { honest, seen };
}

function measureHonest(
  { edgePort, secret, ms }: Target,
  perSecond = HONEST_PER_SECOND,
): Promise<Honest> {
  const plan: HonestPlan = { port: edgePort, secret, ms, perSecond };
  return runProgram<Honest>(HONEST_PROGRAM, plan);
}

/** The round with the median p99, with what was refused and failed in all of them. */
function middle(rounds: readonly Honest[]): Honest {
  const sorted = rounds.toSorted((a, b) => a.p99Ms - b.p99Ms);
  const median = sorted[Math.floor(sorted.length / 2)];
  const sum = (key: "sent" | "refused" | "failed") =>
    rounds.reduce((total, round) => total + round[key], 0);
  return {
    ...{ sent: sum("sent"), refused: sum("refused"), failed: sum("failed") },
    ...{ p50Ms: median?.p50Ms ?? 0, p99Ms: median?.p99Ms ?? 0 },
  };
}
