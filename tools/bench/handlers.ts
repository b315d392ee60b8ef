import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { waitFor } from "@hookgate/testing";
import { compare, type Round, stopAll } from "./compare.ts";
import { type Contender, expressBullmq, ours } from "./contenders.ts";
import type { BenchIngestOptions } from "./ingest.ts";
import { warnIfBusy } from "./report.ts";

/** How long what was acknowledged may take to be handled after the load, in milliseconds. */
const DRAIN_MS_MAX = 120_000;

const COLUMNS = [
  { name: "acked/s", digits: 0, ratio: true },
  { name: "handled/s", digits: 0, ratio: true },
  { name: "CPU µs/event", digits: 0, ratio: true },
  { name: "handled meanwhile", digits: 2 },
] as const;

/**
 * Measures posts with one handler that returns at once, until the outcome of every event is durable: acknowledged and
 * handled events per second, and CPU per event of everything. `handled meanwhile` is the share that was handled before the
 * load ended. Beside it Express and BullMQ with a worker.
 */
export async function benchHandlers(options: BenchIngestOptions): Promise<void> {
  warnIfBusy();
  const folder = await mkdtemp(join(tmpdir(), "hookgate-handlers-"));
  const contenders: Contender[] = [];
  try {
    const handler = join(folder, "handler.ts");
    await writeFile(handler, "export async function handle() {}\n");
    const subscriptions = `all: { events: ["*"], handler: ${JSON.stringify(handler)} }`;
    contenders.push(await ours(join(folder, "two"), { subscriptions }));
    contenders.push(await ours(join(folder, "one"), { subscriptions, oneProcess: true }));
    if (options.peers) {
      contenders.push(await expressBullmq(join(folder, "redis"), { worker: true }));
    }
    const { rounds, seconds, connections, bytes, json } = options;
    await compare(contenders, {
      rounds,
      measure: (contender, round) => measure(contender, round, options),
      title: `with a handler: ${seconds} s, ${connections} connections, ${bytes} B`,
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
  const before = contender.cpuUs();
  const startedAt = performance.now();
  const plan = { seconds, connections, bodyBytes, rate: null, seed: `${round}` };
  const result = await contender.load(plan);
  const acked = result.answers["200"] ?? 0;
  const left = await contender.pending();
  const options = { what: "everything to be handled", timeoutMs: DRAIN_MS_MAX };
  await waitFor(async () => (await contender.pending()) === 0, options);
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  return {
    "acked/s": acked / result.seconds,
    "handled/s": acked / tookSeconds,
    "CPU µs/event": (contender.cpuUs() - before) / acked,
    "handled meanwhile": Math.max(0, acked - left) / acked,
  };
}
