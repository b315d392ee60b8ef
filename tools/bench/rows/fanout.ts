import { rm } from "node:fs/promises";
import { join } from "node:path";
import { readLocalToken } from "@hookgate/config";
import { waitFor } from "@hookgate/testing";
import type { Apps } from "../../processes/apps.ts";
import { type ChildProgram, runProgram, startProgram } from "../../processes/child_program.ts";
import { deliveryFigures, readCpu } from "../contenders.ts";
import { connectAdmin, prepareGateway } from "../gateway.ts";
import type { ReadersPlan } from "../peers/grpc/fanout_readers.ts";
import type { FillPlan, FillResult } from "../programs/fill_store.ts";
import type { SubscribersPlan, SubscribersResult } from "../programs/subscribers.ts";
import { type Entrant, type RaceArguments, type Round, type Runner, race } from "../race.ts";

/** Options of `npm run bench -- fanout`. */
export interface FanoutArguments extends Omit<RaceArguments, "seconds"> {
  events: number;
  subscribers: number;
  bytes: number;
}

const COLUMNS = [
  { name: "deliveries/s", digits: 0, ratio: "ours ÷ it" },
  { name: "CPU µs/delivery", digits: 0, ratio: "ours ÷ it", parts: true },
] as const;

/** Events that a subscriber has unanswered at most, with us and with the peers. */
export const WINDOW_EVENTS = 500;

/** Events that share a message of the peer that batches. */
const BATCH_EVENTS = 128;

const DRAIN_MS_MAX = 120_000;

const HERE = import.meta.dirname;

interface FanoutRunner extends Runner {
  run(round: number): Promise<Round>;
}

/**
 * Measures events for several gRPC subscribers, each of which gets all and acknowledges each. Ours come from the store, and the
 * time ends when the last outcome is durable. The peers are grpc-js alone: events from memory, nothing is stored.
 */
export async function benchFanout(options: FanoutArguments): Promise<void> {
  const { rounds, events, subscribers, bytes, json } = options;
  await race({
    entrants: [hookgate(options), raw(options, 1), raw(options, BATCH_EVENTS)],
    rounds,
    measure: (one, { round }) => one.run(round),
    title: `fan-out: ${events} events of ${bytes} B for ${subscribers} subscribers`,
    columns: COLUMNS,
    json,
  });
}

function hookgate(options: FanoutArguments): Entrant<FanoutRunner> {
  return {
    name: "Hookgate, stored, outcomes durable",
    start: async (folder) => ({
      run: (round) => readStored(join(folder, String(round)), options),
      async stop() {},
    }),
  };
}

/** What goes on beside the subscribers that are measured. */
export interface Beside {
  /** A subscription that gets the same events. */
  name: string;
  /** Begins what its subscriber does; what ends that is returned. */
  begin: (apps: Apps) => Promise<ChildProgram | null>;
}

/** Has subscribers of a store that was filled before read all of it, beside something else if that is given. */
export async function readStored(
  place: string,
  { events, subscribers, bytes }: FanoutArguments,
  beside: Beside | null = null,
): Promise<Round> {
  const names = Array.from({ length: subscribers }, (_, n) => `reader-${n}`);
  const all = beside === null ? names : [...names, beside.name];
  const subscriptions = all.map((name) => `"${name}": { events: ["never"], stream: true }`);
  const apps = await prepareGateway(place, { subscriptions: subscriptions.join(", ") });
  const { dataDir, rpcAddress: address } = apps;
  await runProgram<FillResult>(join(HERE, "../programs/fill_store.ts"), {
    ...{ dataDir, subscriptions: all, events, bodyBytes: bytes },
    become: "waiting",
  } satisfies FillPlan);
  const dispatcher = await apps.start("dispatcher");
  const client = connectAdmin(apps);
  const other = (await beside?.begin(apps)) ?? null;
  try {
    const before = readCpu({ dispatcher });
    const read = await runProgram<SubscribersResult>(join(HERE, "../programs/subscribers.ts"), {
      ...{ address, names, events, concurrency: WINDOW_EVENTS },
      token: readLocalToken(dataDir) ?? "",
    } satisfies SubscribersPlan);
    const health = () => client.admin.getHealth({});
    const left = beside === null ? 0 : events;
    await waitFor(async () => (await health()).queueSize <= left, {
      what: "every outcome",
      timeoutMs: DRAIN_MS_MAX,
    });
    const { lastProcessedAtMs = Date.now() } = await health();
    return deliveryFigures({
      deliveries: events * subscribers,
      ms: lastProcessedAtMs - read.firstAt,
      before: { ...before, subscribers: 0 },
      after: { ...readCpu({ dispatcher }), subscribers: read.cpuUs },
    });
  } finally {
    client.close();
    await other?.kill();
    await dispatcher.stop();
    await rm(place, { recursive: true, force: true });
  }
}

function raw(
  { events, subscribers, bytes }: FanoutArguments,
  batch: number,
): Entrant<FanoutRunner> {
  const batched = batch > 1;
  return {
    name: `grpc-js alone, ${batched ? `up to ${batch} events` : "an event"} a message`,
    start: async () => ({
      async run() {
        const counts = { EVENTS: events, BYTES: bytes, WINDOW: WINDOW_EVENTS, BATCH: batch };
        const env = Object.fromEntries(Object.entries(counts).map(([k, v]) => [k, String(v)]));
        const server = await startProgram(join(HERE, "../peers/grpc/fanout_server.ts"), { env });
        try {
          const before = readCpu({ server });
          const port = Number(server.ready.split(" ")[1]);
          const read = await runProgram<SubscribersResult>(
            join(HERE, "../peers/grpc/fanout_readers.ts"),
            { port, readers: subscribers, batched } satisfies ReadersPlan,
          );
          return deliveryFigures({
            deliveries: events * subscribers,
            ms: read.lastAt - read.firstAt,
            before: { ...before, readers: 0 },
            after: { ...readCpu({ server }), readers: read.cpuUs },
          });
        } finally {
          await server.stop();
        }
      },
      async stop() {},
    }),
  };
}
