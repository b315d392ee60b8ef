import { join } from "node:path";
import { runProgram, startProgram } from "../processes/child_program.ts";
import { BENCH_SECRET, type Gateway } from "./gateway.ts";
import type { LoadPlan, LoadResult } from "./programs/load.ts";

const HERE = import.meta.dirname;

/** How the bad endpoint of `programs/sink.ts` can behave. */
export const BAD_MODES = ["fine", "500", "hang", "drip", "reset", "huge", "redirect"] as const;

/** One of {@linkcode BAD_MODES}. */
export type BadMode = (typeof BAD_MODES)[number];

/** What a sink has received. Times in milliseconds. */
export interface SinkStats {
  deliveries: number;
  /** Distinct events. */
  events: number;
  p50Ms: number;
  p99Ms: number;
  /** Milliseconds since the last delivery; null if there was none. */
  quietMs: number | null;
}

/** Times of live events, in milliseconds. */
export interface LiveRound {
  /** Until a post is answered. */
  postP99Ms: number;
  /** From making a body to its arrival at the endpoint. */
  deliveryP50Ms: number;
  deliveryP99Ms: number;
  deliveries: number;
}

/** An endpoint for measurements. */
export interface Sink {
  port: number;
  begin(): Promise<void>;
  stats(): Promise<SinkStats>;
  behave(mode: BadMode): Promise<void>;
  stop(): Promise<void>;
}

/** Starts an endpoint. */
export async function startSink(): Promise<Sink> {
  const program = await startProgram(join(HERE, "programs/sink.ts"));
  const port = Number(program.ready);
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  return {
    port,
    begin: async () => void (await ask("/begin")),
    stats: async () => JSON.parse(await ask("/stats")) as SinkStats,
    behave: async (mode) => void (await ask(`/mode/${mode}`)),
    stop: () => program.stop(),
  };
}

/** Posts at a rate for some seconds; returns how many were accepted, and how fast. */
export async function postLoad({
  edgePort,
  rate,
  seconds,
  seed,
}: {
  edgePort: number;
  rate: number;
  seconds: number;
  seed: string;
}): Promise<{ accepted: number; p99Ms: number }> {
  const plan: LoadPlan = {
    port: edgePort,
    path: "/api/webhooks/bench",
    secret: BENCH_SECRET,
    seconds,
    connections: 32,
    bodyBytes: 2_048,
    rate,
    seed,
    acks: null,
  };
  const { answers, errors, p99Ms } = await runProgram<LoadResult>(
    join(HERE, "programs/load.ts"),
    plan,
  );
  const { "200": accepted = 0, ...others } = answers;
  if (errors > 0 || Object.keys(others).length > 0) {
    throw new Error(`Cannot measure: answers ${JSON.stringify(answers)}, ${errors} broken`);
  }
  return { accepted, p99Ms };
}

/** Posts at a rate for some seconds, and measures the posts and their deliveries to an endpoint. */
export async function liveLoad(
  { edgePort }: Gateway,
  { sink, ...load }: { sink: Sink; rate: number; seconds: number; seed: string },
): Promise<LiveRound> {
  await sink.begin();
  const { p99Ms } = await postLoad({ edgePort, ...load });
  const { p50Ms, p99Ms: deliveryP99Ms, deliveries } = await sink.stats();
  return { postP99Ms: p99Ms, deliveryP50Ms: p50Ms, deliveryP99Ms, deliveries };
}
