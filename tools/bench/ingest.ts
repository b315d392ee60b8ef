import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { runProgram } from "../processes/child_program.ts";
import type { BareStorePlan, BareStoreResult } from "./bare_store.ts";
import { compare, type Entrant, type Round, stopAll } from "./compare.ts";
import { type Contender, expressBullmq, fastifyPostgres, ours, plainHttp } from "./contenders.ts";
import type { LoadResult } from "./load.ts";
import { warnIfBusy } from "./report.ts";

/** Options of `npm run bench -- ingest`. */
export interface BenchIngestOptions {
  seconds: number;
  rounds: number;
  connections: number;
  bytes: number;
  /** False: only `node:http` and the store alone, which need nothing installed. */
  peers: boolean;
  json?: string;
}

/** Columns, with the digits after the point. */
const COLUMNS = [
  { name: "acked/s", digits: 0, ratio: true },
  { name: "CPU µs/event", digits: 0, ratio: true },
  { name: "p99 ms", digits: 1 },
  { name: "half load: p50 ms", digits: 2 },
  { name: "half load: p99 ms", digits: 1 },
  { name: "half load: CPU µs/event", digits: 0, ratio: true },
] as const;

interface Runner extends Entrant {
  run(round: number): Promise<Round>;
}

/**
 * Measures acknowledged posts per second, answer time and CPU per event of edge and dispatcher as two processes on the
 * embedded store, compared with peers that a team would write itself, and with the store alone. There are no
 * subscriptions, so that only storing is measured. Half load is half of what the contender itself reached in that round.
 */
export async function benchIngest(options: BenchIngestOptions): Promise<void> {
  warnIfBusy();
  const folder = await mkdtemp(join(tmpdir(), "hookgate-bench-"));
  const entrants: Runner[] = [];
  const enter = async (contender: Promise<Contender>) =>
    entrants.push(httpEntrant(await contender, options));
  try {
    await enter(ours(join(folder, "two")));
    await enter(ours(join(folder, "one"), { oneProcess: true }));
    if (options.peers) {
      await enter(expressBullmq(join(folder, "redis")));
      await enter(fastifyPostgres(join(folder, "postgres")));
    }
    await enter(plainHttp());
    entrants.push(bareStore(folder, options));
    const { rounds, seconds, connections, bytes, json } = options;
    await compare(entrants, {
      rounds,
      measure: (entrant, round) => entrant.run(round),
      title: `${seconds} s, ${connections} connections, ${bytes} B`,
      columns: COLUMNS,
      json,
    });
  } finally {
    await stopAll(entrants);
    await rm(folder, { recursive: true, force: true });
  }
}

function httpEntrant(contender: Contender, options: BenchIngestOptions): Runner {
  const { seconds, connections, bytes: bodyBytes } = options;
  const load = async (rate: number | null, seed: string) => {
    const before = contender.cpuUs();
    const result = await contender.load({ seconds, connections, bodyBytes, rate, seed });
    const cpuUs = contender.cpuUs() - before;
    const acknowledged = countAcknowledged(contender.name, result);
    return { ...result, perSecond: acknowledged / result.seconds, cpuUs: cpuUs / acknowledged };
  };
  return {
    name: contender.name,
    async run(round) {
      const full = await load(null, `${round}-full`);
      const half = await load(Math.round(full.perSecond / 2), `${round}-half`);
      return {
        "acked/s": full.perSecond,
        "CPU µs/event": full.cpuUs,
        "p99 ms": full.p99Ms,
        "half load: p50 ms": half.p50Ms,
        "half load: p99 ms": half.p99Ms,
        "half load: CPU µs/event": half.cpuUs,
      };
    },
    stop: () => contender.stop(),
  };
}

/** Counts the 200s; throws for any other answer, because the round would measure something else. */
function countAcknowledged(name: string, { answers, errors }: LoadResult): number {
  const { "200": acknowledged = 0, ...others } = answers;
  if (acknowledged === 0 || errors > 0 || Object.keys(others).length > 0) {
    throw new Error(
      `Cannot measure ${name}: answers ${JSON.stringify(answers)}, broken connections ${errors}`,
    );
  }
  return acknowledged;
}

function bareStore(folder: string, { seconds, bytes }: BenchIngestOptions): Runner {
  return {
    name: "R0 the store alone",
    async run(round) {
      const dataDir = join(folder, `bare-${round}`);
      const plan: BareStorePlan = { dataDir, seconds, bodyBytes: bytes };
      const result = await runProgram<BareStoreResult>(
        join(import.meta.dirname, "bare_store.ts"),
        plan,
      );
      await rm(dataDir, { recursive: true, force: true });
      return {
        "acked/s": result.events / result.seconds,
        "CPU µs/event": result.cpuUs / result.events,
      };
    },
    async stop() {},
  };
}
