import { mkdir } from "node:fs/promises";
import { type ClientRequest, request } from "node:http";
import { join } from "node:path";
import {
  type Contender,
  type CpuTimes,
  cpuPerEvent,
  expressBullmq,
  fastifyPostgres,
  ours,
} from "../contenders.ts";
import type { LoadResult } from "../programs/load.ts";
import { type Entrant, type Round, type Runner, race } from "../race.ts";
import type { PostArguments } from "./ingest.ts";

const COLUMNS = [
  { name: "saturation/s", digits: 0 },
  { name: "accepted ÷ saturation", digits: 2 },
  { name: "accepted p99.9 ms", digits: 0 },
  { name: "refused/s", digits: 0 },
  { name: "refused p99 ms", digits: 0 },
  { name: "of it once sent", digits: 0 },
  { name: "client's loop p99 ms", digits: 0 },
  { name: "refusal ÷ accept, CPU", digits: 2 },
  { name: "resident MB, most", digits: 0, parts: true },
] as const;

/** Connections with which it is measured what a contender can take, and what a refusal costs. */
const SATURATING_CONNECTIONS = 64;

/** So little room that one sender has all of it. */
const ROOM_BYTES = 65_536;
const REFUSING = `bodyBytesMax: ${ROOM_BYTES}, inFlightBytesMax: ${ROOM_BYTES}`;

/** How long only refusals are measured. A body may take 10 s. */
const REFUSING_SECONDS = 2;

interface OverloadRunner extends Runner {
  run(round: number): Promise<Round>;
}

/** What is sent, and how. */
type Plan = Pick<Parameters<Contender["load"]>[0], "connections" | "seconds" | "rate" | "seed">;

/** What came of it, and its CPU time in microseconds. */
interface Spent extends LoadResult {
  accepted: number;
  refused: number;
  cpuUs: number;
}

/**
 * Sends twice what a contender can take, on a schedule, and shows what it accepts, how late, and what a refusal costs. What it can
 * take is measured first, in the same round. Answers are as late as the client was with sending, too, for want of a connection
 * or of time: what it was once a request was sent, and how late the client's own loop was, stand beside it.
 */
export async function benchOverload(options: PostArguments): Promise<void> {
  const { rounds, seconds, connections, bytes, peers, json } = options;
  await race({
    entrants: [
      overloaded(ours(), options, ours({ limits: REFUSING })),
      overloaded(ours({ oneProcess: true }), options, ours({ oneProcess: true, limits: REFUSING })),
      ...(peers
        ? [overloaded(expressBullmq(), options), overloaded(fastifyPostgres(), options)]
        : []),
    ],
    rounds,
    measure: (one, { round }) => one.run(round),
    title: `twice what it takes: ${seconds} s, ${connections} connections, ${bytes} B`,
    columns: COLUMNS,
    json,
  });
}

function overloaded(
  entrant: Entrant<Contender>,
  { seconds, connections, bytes: bodyBytes }: PostArguments,
  refusing?: Entrant<Contender>,
): Entrant<OverloadRunner> {
  const shortly = Math.ceil(seconds / 2);
  const load = async (contender: Contender, plan: Plan): Promise<Spent> => {
    const before = contender.cpuUs();
    const result = await contender.load({ bodyBytes, acks: null, ...plan });
    const cpuUs = sumCpu(before, contender.cpuUs());
    const accepted = result.answers["200"] ?? 0;
    const answered = Object.values(result.answers).reduce((sum, count) => sum + count, 0);
    return { ...result, accepted, refused: answered - accepted, cpuUs };
  };

  /** The CPU time of a refusal, in microseconds: of a contender that refuses everything. */
  async function refusalUs(one: Entrant<Contender>, folder: string): Promise<number> {
    await mkdir(folder);
    const contender = await one.start(folder);
    const sender = takeAllRoom(contender.url);
    try {
      const plan = { connections: SATURATING_CONNECTIONS, rate: null };
      await load(contender, { ...plan, seconds: 1, seed: "warm-up" });
      const all = await load(contender, { ...plan, seconds: REFUSING_SECONDS, seed: "refused" });
      if (all.accepted > 0) throw new Error(`Cannot measure refusals: ${all.accepted} accepted`);
      return all.cpuUs / all.refused;
    } finally {
      sender.destroy();
      await contender.stop();
    }
  }

  return {
    name: entrant.name,
    async start(folder) {
      const contender = await entrant.start(folder);
      return {
        async run(round) {
          const full = { connections: SATURATING_CONNECTIONS, seconds: shortly, rate: null };
          const saturated = await load(contender, { ...full, seed: `${round}-full` });
          const most = saturated.accepted / saturated.seconds;
          const rate = Math.round(2 * most);
          const over = await load(contender, { connections, seconds, rate, seed: `${round}` });
          const resident = await contender.residentBytes();
          const acceptUs = saturated.cpuUs / saturated.accepted;
          return {
            "saturation/s": most,
            "accepted ÷ saturation": over.accepted / over.seconds / most,
            "accepted p99.9 ms": over.acceptedP999Ms,
            "refused/s": over.refused / over.seconds,
            ...(over.refused > 0 && {
              "refused p99 ms": over.refusedP99Ms,
              "of it once sent": over.refusedSentP99Ms,
            }),
            "client's loop p99 ms": over.loopP99Ms,
            ...(refusing && {
              "refusal ÷ accept, CPU":
                (await refusalUs(refusing, join(folder, `refusing-${round}`))) / acceptUs,
            }),
            "resident MB, most": Math.max(...Object.values(resident)) / 1e6,
            ...residentParts(resident),
          };
        },
        stop: () => contender.stop(),
      };
    },
  };
}

/** Sends a body that fills the room and does not end. */
function takeAllRoom(url: URL): ClientRequest {
  const sender = request(url, { method: "POST" });
  // It is broken off in the end.
  sender.on("error", () => {});
  sender.write(Buffer.alloc(ROOM_BYTES));
  return sender;
}

function sumCpu(before: CpuTimes, after: CpuTimes): number {
  return cpuPerEvent("sum", { before, after, events: 1 })["sum"] ?? 0;
}

function residentParts(resident: Readonly<Record<string, number>>): Round {
  const parts = Object.entries(resident);
  if (parts.length < 2) return {};
  return Object.fromEntries(parts.map(([name, one]) => [`resident MB, most: ${name}`, one / 1e6]));
}
