import { mkdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { readLocalToken } from "@hookgate/config";
import { waitFor } from "@hookgate/testing";
import { type ChildProgram, startProgram } from "../../processes/child_program.ts";
import { connectAdmin, prepareGateway } from "../gateway.ts";
import type { ReadersPlan } from "../peers/grpc/fanout_readers.ts";
import type { HeldSubscribersPlan } from "../programs/held_subscribers.ts";
import { type Entrant, type RaceArguments, type Round, type Runner, race } from "../race.ts";

/** Options of `npm run bench -- idle-subscribers`. */
export interface IdleSubscribersArguments extends Omit<RaceArguments, "seconds"> {
  subscribers: number;
}

const COLUMNS = [
  { name: "KiB/subscriber", digits: 1, ratio: "ours ÷ it" },
  { name: "CPU ms/s, all waiting", digits: 1 },
] as const;

/** How long all are connected and wait, in milliseconds. */
const WAITING_MS = 5_000;

const HERE = import.meta.dirname;

interface WaitingRunner extends Runner {
  run(round: number): Promise<Round>;
}

/**
 * Measures what subscribers cost that wait for events, each with a connection of its own: how much the dispatcher's resident memory
 * grows with them, and its CPU time while they wait. The peer is grpc-js alone.
 */
export async function benchIdleSubscribers(options: IdleSubscribersArguments): Promise<void> {
  const { rounds, subscribers, json } = options;
  await race({
    entrants: [hookgate(subscribers), raw(subscribers)],
    rounds,
    measure: (one, { round }) => one.run(round),
    title: `${subscribers} subscribers that wait`,
    columns: COLUMNS,
    json,
  });
}

/** The figures of a server when so many have connected to it. */
async function waitBeside(
  server: ChildProgram,
  { subscribers, connect }: { subscribers: number; connect: () => Promise<ChildProgram> },
): Promise<Round> {
  const before = await server.residentBytes();
  const clients = await connect();
  try {
    const cpuUs = server.cpuUs();
    await delay(WAITING_MS);
    const grown = (await server.residentBytes()) - before;
    return {
      "KiB/subscriber": grown / 1024 / subscribers,
      "CPU ms/s, all waiting": (server.cpuUs() - cpuUs) / WAITING_MS,
    };
  } finally {
    await clients.kill();
  }
}

function hookgate(subscribers: number): Entrant<WaitingRunner> {
  return {
    name: "Hookgate's dispatcher",
    start: async (folder) => ({
      async run(round) {
        const place = join(folder, String(round));
        await mkdir(place);
        const apps = await prepareGateway(place, {
          subscriptions: `idle: { events: ["never"], stream: true }`,
        });
        const dispatcher = await apps.start("dispatcher");
        const client = connectAdmin(apps);
        const areConnected = async () => {
          const { subscriptions } = await client.admin.listSubscriptions({});
          return subscriptions.some(({ streams }) => streams >= subscribers);
        };
        try {
          // What answering takes is there before, and is no subscriber's.
          await areConnected();
          return await waitBeside(dispatcher, {
            subscribers,
            async connect() {
              const plan: HeldSubscribersPlan = {
                address: apps.rpcAddress,
                token: readLocalToken(apps.dataDir) ?? "",
                ...{ name: "idle", count: subscribers, concurrency: 20 },
              };
              const program = await startProgram(join(HERE, "../programs/held_subscribers.ts"), {
                args: [JSON.stringify(plan)],
              });
              await waitFor(areConnected, { what: "all subscribers", timeoutMs: 60_000 });
              return program;
            },
          });
        } finally {
          client.close();
          await dispatcher.stop();
          await rm(place, { recursive: true, force: true });
        }
      },
      async stop() {},
    }),
  };
}

function raw(subscribers: number): Entrant<WaitingRunner> {
  return {
    name: "grpc-js alone",
    start: async () => ({
      async run() {
        // One small event for each, so that a reader knows that it is connected.
        const env = { EVENTS: "1", BYTES: "32", WINDOW: "1", BATCH: "1" };
        const server = await startProgram(join(HERE, "../peers/grpc/fanout_server.ts"), { env });
        const plan: ReadersPlan = {
          port: Number(server.ready.split(" ")[1]),
          readers: subscribers,
          batched: false,
        };
        try {
          return await waitBeside(server, {
            subscribers,
            connect: () =>
              startProgram(join(HERE, "../peers/grpc/idle_readers.ts"), {
                args: [JSON.stringify(plan)],
              }),
          });
        } finally {
          await server.stop();
        }
      },
      async stop() {},
    }),
  };
}
