import { join } from "node:path";
import { readLocalToken } from "@hookgate/config";
import { waitFor } from "@hookgate/testing";
import type { Apps } from "../../processes/apps.ts";
import { type ChildProgram, startProgram } from "../../processes/child_program.ts";
import { connectAdmin } from "../gateway.ts";
import type { HeldSubscribersPlan } from "../programs/held_subscribers.ts";
import { type Entrant, type Round, type Runner, race } from "../race.ts";
import { type FanoutArguments, readStored, WINDOW_EVENTS } from "./fanout.ts";

const COLUMNS = [
  { name: "deliveries/s", digits: 0, ratio: "÷ first" },
  { name: "CPU µs/delivery", digits: 0, ratio: "÷ first", parts: true },
] as const;

/** The subscription whose subscriber is stuck. */
const STUCK = "stuck";

interface ReadingRunner extends Runner {
  run(round: number): Promise<Round>;
}

/**
 * Measures what a subscriber that is stuck costs the others, which read and acknowledge the same events: first without it, then while
 * it holds as many as it may, then while its process stands still and reads nothing more.
 */
export async function benchSubscriberNeighbours(options: FanoutArguments): Promise<void> {
  const { rounds, events, subscribers, bytes, json } = options;
  const entrant = (name: string, begin: (apps: Apps) => Promise<ChildProgram | null>) => ({
    name,
    start: async (folder: string) => ({
      run: (round: number) =>
        readStored(join(folder, String(round)), options, { name: STUCK, begin }),
      async stop() {},
    }),
  });
  const entrants: Entrant<ReadingRunner>[] = [
    entrant("one more is not connected", async () => null),
    entrant("one more never acknowledges", holdEvents),
    entrant("one more stands still", async (apps) => {
      const program = await holdEvents(apps);
      process.kill(program.pid, "SIGSTOP");
      return program;
    }),
  ];
  await race({
    entrants,
    rounds,
    measure: (one, { round }) => one.run(round),
    title: `beside a stuck subscriber: ${events} events of ${bytes} B for ${subscribers} others`,
    columns: COLUMNS,
    json,
  });
}

/** Starts a subscriber, and waits until it has all that it may have. */
async function holdEvents(apps: Apps): Promise<ChildProgram> {
  const plan: HeldSubscribersPlan = {
    address: apps.rpcAddress,
    token: readLocalToken(apps.dataDir) ?? "",
    name: STUCK,
    count: 1,
    concurrency: WINDOW_EVENTS,
  };
  const program = await startProgram(join(import.meta.dirname, "../programs/held_subscribers.ts"), {
    args: [JSON.stringify(plan)],
  });
  const client = connectAdmin(apps);
  try {
    const isFull = async () => {
      const { subscriptions } = await client.admin.listSubscriptions({});
      return subscriptions.some(({ name, running }) => name === STUCK && running >= WINDOW_EVENTS);
    };
    await waitFor(isFull, { what: "a subscriber that holds all it may", timeoutMs: 10_000 });
    return program;
  } finally {
    client.close();
  }
}
