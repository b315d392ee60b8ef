import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readNotes } from "../attempt_notes.ts";
import { type Contender, cpuPerEvent, expressBullmq, ours } from "../contenders.ts";
import { type Entrant, type Round, race } from "../race.ts";
import { allHandled } from "./handlers.ts";
import type { PostArguments } from "./ingest.ts";

const COLUMNS = [
  { name: "half load/s", digits: 0 },
  { name: "ack p50 ms", digits: 2 },
  { name: "ack p99 ms", digits: 1 },
  { name: "first attempt after the ack: p50 ms", digits: 2 },
  { name: "first attempt after the ack: p99 ms", digits: 1, ratio: "ours ÷ it" },
  { name: "CPU µs/event", digits: 0, ratio: "ours ÷ it", parts: true },
] as const;

/** Begins the names of the notes. */
const NOTES = "notes";

/** Longer than notes wait to be written, in milliseconds. */
const NOTED_MS = 300;

/** A contender, and the folder with its handlers' notes. */
type Noted = Contender & { folder: string };

/**
 * Measures at half load how long after the answer a handler begins: the client notes when it has read an answer, the handler
 * when it is called, on one clock. An attempt may be earlier than the client reads the answer; that counts as 0. Half load is
 * half of what the contender reached with its handler in that round.
 */
export async function benchLatency(options: PostArguments): Promise<void> {
  const { rounds, seconds, connections, bytes, peers, json } = options;
  await race({
    entrants: [
      oursNoted(false),
      oursNoted(true),
      ...(peers ? [noted(expressBullmq({ worker: true, notes: NOTES }))] : []),
    ],
    rounds,
    measure: (contender, { round }) => measure(contender, round, options),
    title: `first attempt at half load: ${seconds} s, ${connections} connections, ${bytes} B`,
    columns: COLUMNS,
    json,
  });
}

function oursNoted(oneProcess: boolean): Entrant<Noted> {
  const { name } = ours({ oneProcess });
  const module = join(import.meta.dirname, "../attempt_notes.ts");
  return {
    name,
    start(folder) {
      const handler = `import { noteAttempt } from ${JSON.stringify(module)};
        export async function handle({ data }) {
          noteAttempt(${JSON.stringify(join(folder, NOTES))}, data);
        }\n`;
      return noted(ours({ oneProcess, handler })).start(folder);
    },
  };
}

function noted({ name, start }: Entrant<Contender>): Entrant<Noted> {
  return { name, start: async (folder) => ({ ...(await start(folder)), folder }) };
}

async function measure(
  contender: Noted,
  round: number,
  { seconds, connections, bytes: bodyBytes }: PostArguments,
): Promise<Round> {
  const { folder } = contender;
  const plan = { seconds, connections, bodyBytes };
  const full = await contender.load({ ...plan, rate: null, seed: `${round}-full`, acks: null });
  await allHandled(contender);
  const rate = Math.round((full.answers["200"] ?? 0) / full.seconds / 2);
  const before = contender.cpuUs();
  const acks = join(folder, `acks-${round}`);
  const half = await contender.load({ ...plan, rate, seed: `${round}-half`, acks });
  await allHandled(contender);
  const after = contender.cpuUs();
  await delay(NOTED_MS);
  const waits = await readWaits(folder, round);
  const percentile = (share: number) => waits[Math.floor((waits.length - 1) * share)] ?? 0;
  return {
    "half load/s": rate,
    "ack p50 ms": half.p50Ms,
    "ack p99 ms": half.p99Ms,
    "first attempt after the ack: p50 ms": percentile(0.5),
    "first attempt after the ack: p99 ms": percentile(0.99),
    ...cpuPerEvent("CPU µs/event", { before, after, events: waits.length }),
  };
}

/** From each answer to the first attempt, in milliseconds, in order of their length. */
async function readWaits(folder: string, round: number): Promise<number[]> {
  const acked = await readNotes(folder, `acks-${round}`);
  const attempted = await readNotes(folder, `${NOTES}-${round}-half-`);
  const waits = [...acked].flatMap(([number, ackedAt]) => {
    const at = attempted.get(number);
    return at === undefined ? [] : Math.max(0, at - ackedAt) / 1e6;
  });
  if (waits.length < acked.size * 0.99) {
    throw new Error(`Cannot measure: ${acked.size} posts, and the attempts of ${waits.length}`);
  }
  return waits.toSorted((a, b) => a - b);
}
