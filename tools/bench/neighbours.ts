import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { startGateway } from "./gateway.ts";
import { BAD_MODES, type BadMode, type LiveRound, liveLoad, startSink } from "./live_load.ts";
import { showFigure, shuffle } from "./statistics.ts";

/** Options of `npm run bench -- neighbours`. */
export interface BenchNeighboursOptions {
  seconds: number;
  rounds: number;
  rate: number;
}

interface Round extends LiveRound {
  residentMib: number;
}

/**
 * Measures what a misbehaving endpoint costs its neighbour: two subscriptions get the same events, one is healthy, the
 * other's endpoint behaves in one of {@linkcode BAD_MODES}. Edge and dispatcher are restarted for each.
 */
export async function benchNeighbours(options: BenchNeighboursOptions): Promise<void> {
  const { rounds } = options;
  const results = new Map<BadMode, Round[]>(BAD_MODES.map((mode) => [mode, []]));
  for (let round = 0; round <= rounds; round += 1) {
    for (const mode of shuffle(BAD_MODES)) {
      const result = await measure(mode, { ...options, seed: `${round}-${mode}` });
      console.error(`round ${round}${round === 0 ? " (warm-up)" : ""}: ${mode}`, result);
      if (round > 0) results.get(mode)?.push(result);
    }
  }
  console.log(renderTable(results, options));
}

async function measure(
  mode: BadMode,
  { seconds, rate, seed }: BenchNeighboursOptions & { seed: string },
): Promise<Round> {
  const folder = await mkdtemp(join(tmpdir(), "hookgate-neighbours-"));
  const sink = await startSink();
  await sink.behave(mode);
  const endpoint = (path: string) =>
    `endpoint: "http://127.0.0.1:${sink.port}${path}", secret: "neighbours-secret-of-the-bench"`;
  const gateway = await startGateway(folder, {
    subscriptions: `healthy: { events: ["*"], ${endpoint("/healthy")} },
      bad: { events: ["*"], ${endpoint("/bad")}, timeout: 2_000, retry: "fast" }`,
  });
  try {
    // Warm-up of the new processes.
    await liveLoad(gateway, { sink, rate, seconds: 1, seed: `${seed}-warm` });
    const live = await liveLoad(gateway, { sink, rate, seconds, seed });
    return { ...live, residentMib: Math.round((await gateway.residentBytes()) / 2 ** 20) };
  } finally {
    await gateway.stop();
    await sink.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

function renderTable(
  results: ReadonlyMap<BadMode, readonly Round[]>,
  { seconds, rounds, rate }: BenchNeighboursOptions,
): string {
  const fine = results.get("fine") ?? [];
  const lines = [
    `${rounds} rounds of ${seconds} s, ${rate} events/s of 2,048 B: median (min to max)`,
    "",
    "| other endpoint | delivery p50 ms | p99 ms | ÷ fine | post p99 ms | ÷ fine | dispatcher MiB |",
    "|---|---|---|---|---|---|---|",
  ];
  for (const [mode, own] of results) {
    const figure = (of: (round: Round) => number, digits = 1) => showFigure(own.map(of), digits);
    const ratio = (of: (round: Round) => number) =>
      showFigure(
        own.map((round, index) => of(round) / of(fine[index] ?? round)),
        2,
      );
    const cells = [
      mode,
      figure(({ deliveryP50Ms }) => deliveryP50Ms),
      figure(({ deliveryP99Ms }) => deliveryP99Ms),
      ratio(({ deliveryP99Ms }) => deliveryP99Ms),
      figure(({ postP99Ms }) => postP99Ms),
      ratio(({ postP99Ms }) => postP99Ms),
      figure(({ residentMib }) => residentMib, 0),
    ];
    lines.push(`| ${cells.join(" | ")} |`);
  }
  return lines.join("\n");
}
