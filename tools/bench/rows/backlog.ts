import { join } from "node:path";
import { runProgram } from "../../processes/child_program.ts";
import { type Contender, cpuPerEvent, ours } from "../contenders.ts";
import type { FillPlan } from "../programs/fill_store.ts";
import { type Entrant, type RaceArguments, race } from "../race.ts";

/** Options of `npm run bench -- backlog`. */
export interface BacklogArguments extends RaceArguments {
  deliveries: number;
  connections: number;
  bytes: number;
}

const COLUMNS = [
  { name: "acked/s", digits: 0, ratio: "÷ first" },
  { name: "CPU µs/event", digits: 0, ratio: "÷ first", parts: true },
  { name: "p99 ms", digits: 1 },
  { name: "dispatcher MB", digits: 0, ratio: "÷ first" },
] as const;

/** Measures what the backlog of a subscription that nobody reads costs the posts of others. */
export async function benchBacklog(options: BacklogArguments): Promise<void> {
  const { rounds, seconds, connections, bytes: bodyBytes, deliveries, json } = options;
  await race({
    entrants: [0, deliveries].map((count) => withBacklog(count, bodyBytes)),
    rounds,
    async measure(contender, { round }) {
      const plan = { seconds, connections, bodyBytes, rate: null, seed: `${round}`, acks: null };
      const before = contender.cpuUs();
      const { answers, seconds: took, p99Ms } = await contender.load(plan);
      const events = answers["200"] ?? 0;
      const resident = Object.values(await contender.residentBytes()).at(-1) ?? 0;
      return {
        "acked/s": events / took,
        ...cpuPerEvent("CPU µs/event", { before, after: contender.cpuUs(), events }),
        "p99 ms": p99Ms,
        "dispatcher MB": resident / 1e6,
      };
    },
    title: `ingest beside a backlog: ${seconds} s, ${connections} connections, ${bodyBytes} B`,
    columns: COLUMNS,
    json,
  });
}

function withBacklog(events: number, bodyBytes: number): Entrant<Contender> {
  const fill = (dataDir: string) =>
    runProgram(join(import.meta.dirname, "../programs/fill_store.ts"), {
      ...{ dataDir, subscriptions: ["stuck"], events, bodyBytes, become: "waiting" },
    } satisfies FillPlan);
  return ours({
    name: events === 0 ? "no backlog" : `a backlog of ${events}`,
    subscriptions: `stuck: { events: ["never"], stream: true }`,
    ...(events > 0 && { fill }),
  });
}
