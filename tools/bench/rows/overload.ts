import {
  type Contender,
  cpuPerEvent,
  expressBullmq,
  fastifyPostgres,
  ours,
} from "../contenders.ts";
import { type Round, race } from "../race.ts";
import type { PostArguments } from "./ingest.ts";

const COLUMNS = [
  { name: "saturation/s", digits: 0 },
  { name: "accepted ÷ saturation", digits: 2 },
  { name: "accepted p99.9 ms", digits: 0 },
  { name: "refused/s", digits: 0 },
  { name: "refused p99 ms", digits: 0 },
  { name: "refusal ÷ accept, CPU", digits: 2 },
  { name: "resident MB, most", digits: 0 },
] as const;

/** Connections with which it is measured what a contender can take. */
const SATURATING_CONNECTIONS = 64;

/**
 * Sends twice what a contender can take, on a schedule, and shows what it accepts, how late, and what a refusal costs. What
 * it can take is measured first, in the same round. A refusal's CPU is what this round cost beyond its accepted posts, at
 * the cost of one at saturation.
 */
export async function benchOverload(options: PostArguments): Promise<void> {
  const { rounds, seconds, connections, bytes, peers, json } = options;
  await race({
    entrants: [ours(), ...(peers ? [expressBullmq(), fastifyPostgres()] : [])],
    rounds,
    measure: (contender, { round }) => measure(contender, round, options),
    title: `twice what it takes: ${seconds} s, ${connections} connections, ${bytes} B`,
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
  const saturated = await contender.load({
    bodyBytes,
    connections: SATURATING_CONNECTIONS,
    seconds: Math.ceil(seconds / 2),
    rate: null,
    seed: `${round}-full`,
    acks: null,
  });
  const between = contender.cpuUs();
  const most = (saturated.answers["200"] ?? 0) / saturated.seconds;
  const acceptUs = sumCpu(before, between, saturated.answers["200"] ?? 1);
  const over = await contender.load({
    ...{ connections, bodyBytes, seconds, seed: `${round}`, acks: null },
    rate: Math.round(2 * most),
  });
  const spentUs = sumCpu(between, contender.cpuUs(), 1);
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

function sumCpu(
  before: ReturnType<Contender["cpuUs"]>,
  after: ReturnType<Contender["cpuUs"]>,
  events: number,
): number {
  return cpuPerEvent("sum", { before, after, events })["sum"] ?? 0;
}
