import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type Contender, expressBullmq, fastifyPostgres, ours } from "./contenders.ts";
import { report, warnIfBusy } from "./report.ts";
import { shuffle } from "./statistics.ts";

/** Options of `npm run bench -- overload`. */
export interface BenchOverloadOptions {
  seconds: number;
  rounds: number;
  connections: number;
  bytes: number;
  peers: boolean;
  json?: string;
}

const COLUMNS = [
  { name: "saturation/s", digits: 0 },
  { name: "accepted ÷ saturation", digits: 2 },
  { name: "accepted p99.9 ms", digits: 0 },
  { name: "refused/s", digits: 0 },
  { name: "refused p99 ms", digits: 0 },
  { name: "refusal ÷ accept, CPU", digits: 2 },
  { name: "resident MB, most", digits: 0 },
] as const;

type Round = Partial<Record<(typeof COLUMNS)[number]["name"], number>>;

/**
 * Sends twice what a contender can take, on a schedule, and shows what it accepts, how late, and what a refusal costs. What
 * it can take is measured first, in the same round. A refusal's CPU is what this round cost beyond its accepted posts, at
 * the cost of one at saturation.
 */
export async function benchOverload(options: BenchOverloadOptions): Promise<void> {
  warnIfBusy();
  const folder = await mkdtemp(join(tmpdir(), "hookgate-overload-"));
  const contenders: Contender[] = [];
  const rounds = new Map<Contender, Round[]>();
  try {
    contenders.push(await ours(join(folder, "ours")));
    if (options.peers) {
      contenders.push(await expressBullmq(join(folder, "redis")));
      contenders.push(await fastifyPostgres(join(folder, "postgres")));
    }
    for (let round = 0; round <= options.rounds; round += 1) {
      for (const contender of shuffle(contenders)) {
        const result = await measure(contender, round, options);
        console.error(`round ${round}: ${contender.name}`, result);
        if (round > 0) rounds.set(contender, [...(rounds.get(contender) ?? []), result]);
      }
    }
    const rows = contenders.map((contender) => {
      const own = rounds.get(contender) ?? [];
      const figures = COLUMNS.map(({ name }) => [name, own.map((round) => round[name] ?? null)]);
      return { name: contender.name, figures: Object.fromEntries(figures) };
    });
    const { rounds: counted, seconds, connections, bytes, json } = options;
    const title = `twice what it takes: ${counted} rounds of ${seconds} s, ${connections} connections, ${bytes} B`;
    await report(rows, { title, columns: COLUMNS, json });
  } finally {
    for (const contender of contenders) await contender.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  contender: Contender,
  round: number,
  { seconds, connections, bytes: bodyBytes }: BenchOverloadOptions,
): Promise<Round> {
  const plan = { connections, bodyBytes, seed: `${round}` };
  const before = contender.cpuUs();
  const saturated = await contender.load({
    ...plan,
    connections: 64,
    seconds: Math.ceil(seconds / 2),
    rate: null,
    seed: `${round}-full`,
  });
  const between = contender.cpuUs();
  const most = (saturated.answers["200"] ?? 0) / saturated.seconds;
  const acceptUs = (between - before) / (saturated.answers["200"] ?? 1);
  const over = await contender.load({ ...plan, seconds, rate: Math.round(2 * most) });
  const spentUs = contender.cpuUs() - between;
  const accepted = over.answers["200"] ?? 0;
  const refused = Object.values(over.answers).reduce((sum, count) => sum + count, 0) - accepted;
  const resident = Math.max(...(await contender.residentBytes()));
  return {
    "saturation/s": most,
    "accepted ÷ saturation": accepted / over.seconds / most,
    "accepted p99.9 ms": over.acceptedP999Ms,
    "refused/s": refused / over.seconds,
    ...(refused > 0 && {
      "refused p99 ms": over.refusedP99Ms,
      "refusal ÷ accept, CPU": Math.max(0, spentUs - accepted * acceptUs) / refused / acceptUs,
    }),
    "resident MB, most": resident / 1e6,
  };
}
