import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type ChildProgram, runProgram, startProgram } from "../processes/child_program.ts";
import type { BareStorePlan, BareStoreResult } from "./bare_store.ts";
import { BENCH_SECRET, startGateway } from "./gateway.ts";
import type { LoadPlan, LoadResult } from "./load.ts";
import { showFigure, shuffle } from "./statistics.ts";

/** Options of `npm run bench -- ingest`. */
export interface BenchIngestOptions {
  seconds: number;
  rounds: number;
  connections: number;
  bytes: number;
}

/** Result of one round of one contender. */
interface Round {
  perSecond: number;
  /** CPU per event of all the contender's processes, in microseconds. */
  cpuUs: number;
  /** Under full load, in milliseconds; null without a network. */
  p99Ms: number | null;
  /** At half of this round's rate, open loop, in milliseconds. */
  halfP99Ms: number | null;
}

interface Contender {
  name: string;
  run(round: number): Promise<Round>;
  stop(): Promise<void>;
}

const HERE = import.meta.dirname;

/**
 * Measures acknowledged posts per second, answer time and CPU per event of edge and dispatcher as two processes on the
 * embedded store, compared with two yardsticks: `node:http` with an HMAC and no storage, and the store alone. There are no
 * subscriptions, so that only storing is measured.
 */
export async function benchIngest(options: BenchIngestOptions): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), "hookgate-bench-"));
  const contenders: Contender[] = [];
  try {
    contenders.push(
      await ours(folder, options),
      await plainHttp(options),
      bareStore(folder, options),
    );
    const rounds = await runRounds(contenders, options);
    console.log(renderTable(contenders, rounds, options));
  } finally {
    for (const contender of contenders) await contender.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

async function runRounds(
  contenders: readonly Contender[],
  { rounds }: BenchIngestOptions,
): Promise<Map<Contender, Round[]>> {
  const results = new Map<Contender, Round[]>(contenders.map((contender) => [contender, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const contender of shuffle(contenders)) {
      const result = await contender.run(round);
      console.error(`round ${round}${round === 0 ? " (warm-up)" : ""}: ${contender.name}`, result);
      if (round > 0) results.get(contender)?.push(result);
    }
  }
  return results;
}

async function ours(folder: string, options: BenchIngestOptions): Promise<Contender> {
  const gateway = await startGateway(folder, { subscriptions: "" });
  return httpContender("edge + dispatcher", {
    programs: gateway.programs,
    port: gateway.edgePort,
    path: "/api/webhooks/bench",
    options,
  });
}

async function plainHttp(options: BenchIngestOptions): Promise<Contender> {
  const env = { BENCH_SECRET };
  const program = await startProgram(join(HERE, "plain_http.ts"), { env });
  const port = Number(program.ready.split(" ")[1]);
  return httpContender("node:http + HMAC", { programs: [program], port, path: "/", options });
}

interface HttpContenderOptions {
  programs: readonly ChildProgram[];
  port: number;
  path: string;
  options: BenchIngestOptions;
}

function httpContender(
  name: string,
  { programs, port, path, options }: HttpContenderOptions,
): Contender {
  const { seconds, connections, bytes } = options;
  const cpu = () => programs.reduce((sum, program) => sum + program.cpuUs(), 0);
  const load = (rate: number | null, seed: string) => {
    const plan: LoadPlan = {
      port,
      path,
      secret: BENCH_SECRET,
      seconds,
      connections,
      bodyBytes: bytes,
      rate,
      seed,
    };
    return runProgram<LoadResult>(join(HERE, "load.ts"), plan);
  };
  return {
    name,
    async run(round) {
      const before = cpu();
      const full = await load(null, `${round}-full`);
      const cpuUs = cpu() - before;
      const acknowledged = countAcknowledged(name, full);
      const perSecond = acknowledged / full.seconds;
      const half = await load(Math.round(perSecond / 2), `${round}-half`);
      countAcknowledged(name, half);
      return { perSecond, cpuUs: cpuUs / acknowledged, p99Ms: full.p99Ms, halfP99Ms: half.p99Ms };
    },
    async stop() {
      for (const program of programs) await program.stop();
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

function bareStore(folder: string, { seconds, bytes }: BenchIngestOptions): Contender {
  return {
    name: "the store alone",
    async run(round) {
      const dataDir = join(folder, `bare-${round}`);
      const plan: BareStorePlan = { dataDir, seconds, bodyBytes: bytes };
      const result = await runProgram<BareStoreResult>(join(HERE, "bare_store.ts"), plan);
      await rm(dataDir, { recursive: true, force: true });
      return {
        perSecond: result.events / result.seconds,
        cpuUs: result.cpuUs / result.events,
        p99Ms: null,
        halfP99Ms: null,
      };
    },
    async stop() {},
  };
}

function renderTable(
  contenders: readonly Contender[],
  rounds: ReadonlyMap<Contender, readonly Round[]>,
  { seconds, rounds: counted, connections, bytes }: BenchIngestOptions,
): string {
  const oursRounds = rounds.get(contenders[0] as Contender) ?? [];
  const lines = [
    `${counted} rounds of ${seconds} s, ${connections} connections, ${bytes} B: median (min to max)`,
    "",
    "| contender | acknowledged/s | ours ÷ it | CPU µs/event | ours ÷ it | p99 ms, full | p99 ms, half load |",
    "|---|---|---|---|---|---|---|",
  ];
  for (const contender of contenders) {
    const own = rounds.get(contender) ?? [];
    const ratio = (figure: (round: Round) => number) =>
      cell(
        own.map((round, index) => figure(oursRounds[index] ?? round) / figure(round)),
        2,
      );
    const cells = [
      contender.name,
      cell(
        own.map(({ perSecond }) => perSecond),
        0,
      ),
      ratio(({ perSecond }) => perSecond),
      cell(
        own.map(({ cpuUs }) => cpuUs),
        0,
      ),
      ratio(({ cpuUs }) => cpuUs),
      cell(
        own.map(({ p99Ms }) => p99Ms),
        1,
      ),
      cell(
        own.map(({ halfP99Ms }) => halfP99Ms),
        1,
      ),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}

function cell(values: readonly (number | null)[], digits: number): string {
  const numbers = values.filter((value) => value !== null);
  if (numbers.length === 0) return "–";
  return showFigure(numbers, digits);
}
