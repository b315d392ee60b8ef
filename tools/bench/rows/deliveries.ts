import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { waitFor } from "@hookgate/testing";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { type ChildProgram, runProgram } from "../../processes/child_program.ts";
import { countPending, deliveryFigures, readCpu, startPeer } from "../contenders.ts";
import { connectAdmin, prepareGateway } from "../gateway.ts";
import { startRedis } from "../peers/database_servers.ts";
import type { FillPlan, FillResult } from "../programs/fill_store.ts";
import { type Entrant, type RaceArguments, type Round, type Runner, race } from "../race.ts";
import { IDLE_HANDLER } from "./handlers.ts";

/** Options of the rows without posts. */
export interface DeliveryArguments extends Omit<RaceArguments, "seconds"> {
  deliveries: number;
  bytes: number;
  peers: boolean;
}

const COLUMNS = [
  { name: "deliveries/s", digits: 0, ratio: "ours ÷ it" },
  { name: "seconds", digits: 2, ratio: "ours ÷ it" },
  { name: "CPU µs/delivery", digits: 0, ratio: "ours ÷ it", parts: true },
] as const;

/** Jobs that BullMQ is given in one call, and at once in each worker. */
const BULK_JOBS = 500;
const JOBS_AT_ONCE = 256;

/** From the last delivery that is stored until they are due, for programs to start, in milliseconds: doubled if they are late. */
const START_MS = 2_500;
const START_MS_MAX = 60_000;

/** Deliveries that are stored in a second, at least, with {@linkcode START_MS} to spare. */
const STORED_PER_SECOND = 10_000;

const DRAIN_MS_MAX = 300_000;

/** Between two looks at what is left, in milliseconds. */
const LOOK_MS = 200;

interface Drained extends Runner {
  run(): Promise<Round>;
}

/** Measures first attempts with a handler that returns at once: what waits when the dispatcher, or a worker, may begin. */
export async function benchDispatch(options: DeliveryArguments): Promise<void> {
  await benchDeliveries("first", { ...options, title: "deliveries" });
}

/** The same for retries, all due at the same time. */
export async function benchRetries(options: DeliveryArguments): Promise<void> {
  await benchDeliveries("retry", { ...options, title: "retries due at once" });
}

async function benchDeliveries(
  become: "first" | "retry",
  { title, ...options }: DeliveryArguments & { title: string },
): Promise<void> {
  const { rounds, deliveries, bytes, peers, json } = options;
  await race({
    entrants: [
      hookgate(become, options),
      ...(peers ? [1, 2].map((workers) => bullmq(become, { ...options, workers })) : []),
    ],
    rounds,
    measure: (one) => one.run(),
    title: `${title}: ${deliveries} of ${bytes} B`,
    columns: COLUMNS,
    json,
  });
}

function hookgate(
  become: FillPlan["become"],
  { deliveries, bytes }: DeliveryArguments,
): Entrant<Drained> {
  const fill = (dataDir: string, startMs: number) =>
    runProgram<FillResult>(join(import.meta.dirname, "../programs/fill_store.ts"), {
      ...{ dataDir, subscriptions: ["all"], events: deliveries, bodyBytes: bytes, become, startMs },
    } satisfies FillPlan);
  async function tryOnce(place: string, startMs: number): Promise<Round | null> {
    const handler = join(place, "handler.ts");
    await writeFile(handler, IDLE_HANDLER);
    const apps = await prepareGateway(place, {
      subscriptions: `all: { events: ["*"], handler: ${JSON.stringify(handler)} }`,
    });
    const { dueAt } = await fill(apps.dataDir, startMs);
    const dispatcher = await apps.start("dispatcher");
    const client = connectAdmin(apps);
    try {
      if (!(await reached(dueAt))) return null;
      const before = readCpu({ dispatcher });
      const health = () => client.admin.getHealth({});
      await drained(async () => (await health()).queueSize);
      // The time of the last outcome: looking is not exact.
      const { lastProcessedAtMs = Date.now() } = await health();
      const after = readCpu({ dispatcher });
      return deliveryFigures({ deliveries, ms: lastProcessedAtMs - dueAt, before, after });
    } finally {
      client.close();
      await dispatcher.stop();
    }
  }
  return {
    name: "Hookgate, at its defaults",
    start: async (folder) => ({
      run: () =>
        inTime(async (startMs) => {
          const place = await mkdtemp(join(folder, "round-"));
          try {
            return await tryOnce(place, startMs);
          } finally {
            await rm(place, { recursive: true, force: true });
          }
        }),
      async stop() {},
    }),
  };
}

function bullmq(
  become: "first" | "retry",
  { deliveries, bytes, workers }: DeliveryArguments & { workers: number },
): Entrant<Drained> {
  return {
    name: `BullMQ, ${workers === 1 ? "a worker" : `${workers} workers`} of ${JOBS_AT_ONCE} jobs at once`,
    async start(folder) {
      const redis = await startRedis(folder);
      const connection = new Redis({ path: redis.socket });
      const queue = new Queue("events", { connection });
      const env = { REDIS_SOCKET: redis.socket, WORKER_CONCURRENCY: String(JOBS_AT_ONCE) };
      async function fill(dueAt: number): Promise<void> {
        await queue.obliterate({ force: true });
        // First attempts wait in a paused queue, retries are delayed.
        if (become === "first") await queue.pause();
        for (let at = 0; at < deliveries; at += BULK_JOBS) {
          const count = Math.min(BULK_JOBS, deliveries - at);
          const delayed = become === "first" ? 0 : Math.max(1, dueAt - Date.now());
          await queue.addBulk(makeJobs(at, { count, bytes, delay: delayed }));
        }
      }
      async function tryOnce(startMs: number): Promise<Round | null> {
        let dueAt = Date.now() + startMs + (deliveries / STORED_PER_SECOND) * 1_000;
        await fill(dueAt);
        const programs = await startAll(workers, () => startPeer("bullmq_worker.ts", env));
        try {
          if (become === "first") dueAt = Date.now();
          if (!(await reached(dueAt))) return null;
          const processes = { redis, ...programs };
          const before = readCpu(processes);
          if (become === "first") await queue.resume();
          await drained(() => countPending(queue), { lookMs: 10 });
          const ms = Date.now() - dueAt;
          return deliveryFigures({ deliveries, ms, before, after: readCpu(processes) });
        } finally {
          for (const program of Object.values(programs)) await program.stop();
        }
      }
      return {
        run: () => inTime(tryOnce),
        async stop() {
          await connection.quit();
          await redis.stop();
        },
      };
    },
  };
}

/** Tries with more and more time to start, until everything is ready when the deliveries are due. */
async function inTime(tryOnce: (startMs: number) => Promise<Round | null>): Promise<Round> {
  for (let startMs = START_MS; startMs <= START_MS_MAX; startMs *= 2) {
    const round = await tryOnce(startMs);
    if (round) return round;
  }
  throw new Error("Cannot measure: programs do not start before their deliveries are due");
}

async function startAll(
  count: number,
  start: () => Promise<ChildProgram>,
): Promise<Record<string, ChildProgram>> {
  const programs: Record<string, ChildProgram> = {};
  for (let n = 1; n <= count; n += 1) programs[`worker ${n}`] = await start();
  return programs;
}

function makeJobs(from: number, options: { count: number; bytes: number; delay: number }) {
  const { count, bytes, delay: ms } = options;
  return Array.from({ length: count }, (_, n) => ({
    name: "payment.success",
    data: { headers: [], body: `{"n":${from + n}}`.padEnd(bytes, " ") },
    opts: { removeOnComplete: true, ...(ms > 0 && { delay: ms }) },
  }));
}

/** Waits until a time, in milliseconds since 1970; false if it has passed. */
async function reached(time: number): Promise<boolean> {
  const waitMs = time - Date.now();
  if (waitMs < -1) return false;
  await delay(waitMs);
  return true;
}

async function drained(left: () => Promise<number>, { lookMs = LOOK_MS } = {}): Promise<void> {
  const none = async () => {
    await delay(lookMs);
    return (await left()) === 0;
  };
  await waitFor(none, { what: "the end of all deliveries", timeoutMs: DRAIN_MS_MAX });
}
