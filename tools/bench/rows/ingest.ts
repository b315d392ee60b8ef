import { rm } from "node:fs/promises";
import { join } from "node:path";
import { runProgram } from "../../processes/child_program.ts";
import {
  type Contender,
  cpuPerEvent,
  expressBullmq,
  fastifyPostgres,
  ours,
  plainHttp,
} from "../contenders.ts";
import type { BareStorePlan, BareStoreResult } from "../programs/bare_store.ts";
import type { LoadResult } from "../programs/load.ts";
import { type Entrant, type RaceArguments, type Round, type Runner, race } from "../race.ts";

/** Options of the rows that send posts. */
export interface PostArguments extends RaceArguments {
  connections: number;
  bytes: number;
  /** False: only `node:http` and the store alone, which need nothing installed. */
  peers: boolean;
}

/** Options of `npm run bench -- ingest`. */
export interface IngestArguments extends PostArguments {
  /** A new connection for each post. */
  fresh?: boolean;
}

const COLUMNS = [
  { name: "acked/s", digits: 0, ratio: "ours ÷ it" },
  { name: "CPU µs/event", digits: 0, ratio: "ours ÷ it", parts: true },
  { name: "p99 ms", digits: 1 },
  { name: "half load: p50 ms", digits: 2 },
  { name: "half load: p99 ms", digits: 1 },
  { name: "half load: CPU µs/event", digits: 0, ratio: "ours ÷ it" },
] as const;

interface IngestRunner extends Runner {
  run(name: string, round: number): Promise<Round>;
}

/**
 * Measures acknowledged posts per second, answer time and CPU per event of edge and dispatcher as two processes on the
 * embedded store, compared with peers that a team would write itself, and with the store alone. There are no
 * subscriptions, so that only storing is measured. Half load is half of what the contender itself reached in that round.
 */
export async function benchIngest(options: IngestArguments): Promise<void> {
  const { rounds, seconds, connections, fresh = false, bytes, peers, json } = options;
  const contenders = [
    ours(),
    ours({ oneProcess: true }),
    ...(peers ? [expressBullmq(), fastifyPostgres()] : []),
    plainHttp(),
  ];
  await race({
    entrants: [...contenders.map((one) => posted(one, options)), bareStore(options)],
    rounds,
    measure: (one, { name, round }) => one.run(name, round),
    title: `ingest: ${seconds} s, ${connections} connections${fresh ? ", each for one post" : ""}, ${bytes} B`,
    columns: COLUMNS,
    json,
  });
}

function posted(entrant: Entrant<Contender>, options: IngestArguments): Entrant<IngestRunner> {
  const { seconds, connections, fresh = false, bytes: bodyBytes } = options;
  return {
    name: entrant.name,
    async start(folder) {
      const contender = await entrant.start(folder);
      const load = async (rate: number | null, { name, seed }: { name: string; seed: string }) => {
        const before = contender.cpuUs();
        const plan = { seconds, connections, fresh, bodyBytes, rate, seed, acks: null };
        const result = await contender.load(plan);
        const events = countAcknowledged(name, result);
        const cpu = { before, after: contender.cpuUs(), events };
        return { ...result, perSecond: events / result.seconds, cpu };
      };
      return {
        async run(name, round) {
          const full = await load(null, { name, seed: `${round}-full` });
          const rate = Math.round(full.perSecond / 2);
          const half = await load(rate, { name, seed: `${round}-half` });
          return {
            "acked/s": full.perSecond,
            ...cpuPerEvent("CPU µs/event", full.cpu),
            "p99 ms": full.p99Ms,
            "half load: p50 ms": half.p50Ms,
            "half load: p99 ms": half.p99Ms,
            ...cpuPerEvent("half load: CPU µs/event", half.cpu),
          };
        },
        stop: () => contender.stop(),
      };
    },
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

function bareStore({ seconds, bytes }: PostArguments): Entrant<IngestRunner> {
  return {
    name: "R0 the store alone",
    start: async (folder) => ({
      async run(_name, round) {
        const dataDir = join(folder, String(round));
        const plan: BareStorePlan = { dataDir, seconds, bodyBytes: bytes };
        const program = join(import.meta.dirname, "../programs/bare_store.ts");
        const result = await runProgram<BareStoreResult>(program, plan);
        await rm(dataDir, { recursive: true, force: true });
        return {
          "acked/s": result.events / result.seconds,
          "CPU µs/event": result.cpuUs / result.events,
        };
      },
      async stop() {},
    }),
  };
}
