import { waitFor } from "@hookgate/testing";
import { type Contender, cpuPerEvent, expressBullmq, ours } from "../contenders.ts";
import { type Round, race } from "../race.ts";
import type { PostArguments } from "./ingest.ts";

/** How long what was acknowledged may take to be handled after the load, in milliseconds. */
const DRAIN_MS_MAX = 120_000;

const COLUMNS = [
  { name: "acked/s", digits: 0, ratio: "ours ÷ it" },
  { name: "handled/s", digits: 0, ratio: "ours ÷ it" },
  { name: "CPU µs/event", digits: 0, ratio: "ours ÷ it", parts: true },
  { name: "handled meanwhile", digits: 2 },
] as const;

/** A handler that returns at once. */
export const IDLE_HANDLER = "export async function handle() {}\n";

/**
 * Measures posts with one handler that returns at once, until the outcome of every event is durable: acknowledged and
 * handled events per second, and CPU per event of everything. `handled meanwhile` is the share that was handled before the
 * load ended. Beside it Express and BullMQ with a worker.
 */
export async function benchHandlers(options: PostArguments): Promise<void> {
  const { rounds, seconds, connections, bytes, peers, json } = options;
  const handler = IDLE_HANDLER;
  await race({
    entrants: [
      ours({ handler }),
      ours({ handler, oneProcess: true }),
      ...(peers ? [expressBullmq({ worker: true })] : []),
    ],
    rounds,
    measure: (contender, { round }) => measure(contender, round, options),
    title: `with a handler: ${seconds} s, ${connections} connections, ${bytes} B`,
    columns: COLUMNS,
    json,
  });
}

async function measure(
  contender: Contender,
  round: number,
  { seconds, connections, bytes: bodyBytes }: PostArguments,
): Promise<Round> {
  const before = contender.cpuUs();
  const startedAt = performance.now();
  const plan = { seconds, connections, bodyBytes, rate: null, seed: `${round}`, acks: null };
  const result = await contender.load(plan);
  const acked = result.answers["200"] ?? 0;
  const left = await contender.pending();
  await allHandled(contender);
  const tookSeconds = (performance.now() - startedAt) / 1_000;
  return {
    "acked/s": acked / result.seconds,
    "handled/s": acked / tookSeconds,
    ...cpuPerEvent("CPU µs/event", { before, after: contender.cpuUs(), events: acked }),
    "handled meanwhile": Math.max(0, acked - left) / acked,
  };
}

/** Resolves once the outcome of everything that was acknowledged is durable. */
export async function allHandled(contender: Contender): Promise<void> {
  const options = { what: "everything to be handled", timeoutMs: DRAIN_MS_MAX };
  await waitFor(async () => (await contender.pending()) === 0, options);
}
