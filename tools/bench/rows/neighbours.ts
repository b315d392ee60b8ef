import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { startGateway } from "../gateway.ts";
import { BAD_MODES, liveLoad, startSink } from "../live_load.ts";
import { type RaceArguments, type Round, type Runner, race } from "../race.ts";

/** Options of the rows about neighbours. */
export interface NeighboursArguments extends RaceArguments {
  rate: number;
}

/** A way to misbehave, measured with processes of its own in each round. */
interface Neighbour extends Runner {
  run(seed: string): Promise<Round>;
}

/** Options for {@linkcode raceNeighbours}. */
export interface RaceNeighboursOptions extends NeighboursArguments {
  /** The first one behaves well. */
  modes: readonly string[];
  /** Measures one of them in an empty folder. */
  measure: (mode: string, options: { folder: string; seed: string }) => Promise<Round>;
  title: string;
  columns: Parameters<typeof race>[0]["columns"];
}

/** Measures what each way to misbehave costs a neighbour: edge and dispatcher are started anew for each. */
export async function raceNeighbours({
  modes,
  measure,
  ...options
}: RaceNeighboursOptions): Promise<void> {
  await race<Neighbour>({
    ...options,
    entrants: modes.map((name) => ({
      name,
      start: async (folder) => ({
        async run(seed) {
          const own = join(folder, seed);
          await mkdir(own);
          try {
            return await measure(name, { folder: own, seed: `${seed}-${name}` });
          } finally {
            await rm(own, { recursive: true, force: true });
          }
        },
        async stop() {},
      }),
    })),
    measure: (one, { round }) => one.run(String(round)),
    title: `${options.title}: ${options.seconds} s, ${options.rate} events/s of 2,048 B`,
  });
}

const COLUMNS = [
  { name: "delivery p50 ms", digits: 1 },
  { name: "delivery p99 ms", digits: 1, ratio: "÷ first" },
  { name: "post p99 ms", digits: 1, ratio: "÷ first" },
  { name: "dispatcher MB", digits: 0 },
] as const;

/**
 * Measures what a misbehaving endpoint costs its neighbour: two subscriptions get the same events, one is healthy, the
 * other's endpoint behaves in one of {@linkcode BAD_MODES}.
 */
export async function benchNeighbours(options: NeighboursArguments): Promise<void> {
  await raceNeighbours({
    ...options,
    modes: BAD_MODES,
    measure: (mode, where) => measure(mode as (typeof BAD_MODES)[number], { ...options, ...where }),
    title: "beside an endpoint that misbehaves",
    columns: COLUMNS,
  });
}

async function measure(
  mode: (typeof BAD_MODES)[number],
  { seconds, rate, seed, folder }: NeighboursArguments & { folder: string; seed: string },
): Promise<Round> {
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
    return {
      "delivery p50 ms": live.deliveryP50Ms,
      "delivery p99 ms": live.deliveryP99Ms,
      "post p99 ms": live.postP99Ms,
      "dispatcher MB": (await gateway.residentBytes()) / 1e6,
    };
  } finally {
    await gateway.stop();
    await sink.stop();
  }
}
