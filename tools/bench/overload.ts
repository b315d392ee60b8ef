import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { compare, type Round, stopAll } from "./compare.ts";
import { type Contender, expressBullmq, fastifyPostgres, ours } from "./contenders.ts";
import type { BenchIngestOptions } from "./ingest.ts";
import { warnIfBusy } from "./report.ts";

const COLUMNS = [
  { name: "saturation/s", digits: 0 },
  { name: "accepted ÷ saturation", digits: 2 },
  { name: "accepted p99.9 ms", digits: 0 },
  { name: "refused/s", digits: 0 },
  { name: "refused p99 ms", digits: 0 },
  { name: "refusal ÷ accept, CPU", digits: 2 },
  { name: "resident MB, most", digits: 0 },
] as const;

/**
 * Sends twice what a contender can take, on a schedule, and shows what it accepts, how late, and what a refusal costs. What
 * it can take is measured first, in the same round. A refusal's CPU is what this round cost beyond its accepted posts, at
 * the cost of one at saturation.
 */
export async function benchOverload(options: BenchIngestOptions): Promise<void> {
  warnIfBusy();
  const folder = await mkdtemp(join(tmpdir(), "hookgate-overload-"));
  const contenders: Contender[] = [];
  try {
    contenders.push(await ours(join(folder, "ours")));
    if (options.peers) {
      contenders.push(await expressBullmq(join(folder, "redis")));
      contenders.push(await fastifyPostgres(join(folder, "postgres")));
    }
    const { rounds, seconds, connections, bytes, json } = options;
    await compare(contenders, {
      rounds,
      measure: (contender, round) => measure(contender, round, options),
      title: `twice what it takes: ${seconds} s, ${connections} connections, ${bytes} B`,
      columns: COLUMNS,
      json,
    });
  } finally {
    await stopAll(contenders);
    await rm(folder, { recursive: true, force: true });
  }
}

async function measure(
  contender: Contender,
  round: number,
  { seconds, connections, bytes: bodyBytes }: BenchIngestOptions,
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
