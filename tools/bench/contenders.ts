import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { AdminHandlers } from "@hookgate/rpc";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { type ChildProgram, runProgram, startProgram } from "../processes/child_program.ts";
import { BENCH_SECRET, connectAdmin, startGateway } from "./gateway.ts";
import { startPostgres, startRedis } from "./peers/database_servers.ts";
import type { LoadPlan, LoadResult } from "./programs/load.ts";
import type { Entrant, Round, Runner } from "./race.ts";

/** Something that answers signed posts, to be compared with the others. */
export interface Contender extends Runner {
  /** Where posts go. */
  url: URL;
  /** Sends posts. */
  load(plan: Omit<LoadPlan, "port" | "path" | "secret">): Promise<LoadResult>;
  /** CPU time of each of its processes so far, in microseconds. */
  cpuUs(): CpuTimes;
  /** Events that were acknowledged and whose handlers have not ended, durably; 0 without handlers. */
  pending(): Promise<number>;
  /** Resident memory of each of its programs, in bytes; the first one listens. */
  residentBytes(): Promise<Readonly<Record<string, number>>>;
}

/** CPU time by process, in microseconds. */
export type CpuTimes = Readonly<Record<string, number>>;

const PEERS = join(import.meta.dirname, "peers");

/** Options for {@linkcode ours}. */
export interface OursOptions {
  /** Source of a module: a handler for every event. @default none */
  handler?: string;
  /** Text of the configuration. @default none */
  subscriptions?: string;
  oneProcess?: boolean;
  /** Further keys of the source, as text of the configuration. @default none */
  source?: string;
  /** Limits that are not the default's, as text of the configuration. @default none */
  limits?: string;
  /** Variables in addition. */
  env?: Record<string, string>;
  /** @default {how many processes it is} */
  name?: string;
  /** Called before the start with the folder of the store. */
  fill?: (dataDir: string) => Promise<unknown>;
}

/** Hookgate, and what its operator can ask it. */
export type OurContender = Contender & { admin: AdminHandlers };

/** Edge and dispatcher on the embedded store, as two processes or one. */
export function ours(options: OursOptions = {}): Entrant<OurContender> {
  const { oneProcess = false, handler, fill, source, limits, env } = options;
  return {
    name: options.name ?? `Hookgate, ${oneProcess ? "one process" : "two processes"}`,
    async start(folder) {
      let { subscriptions = "" } = options;
      if (handler !== undefined) {
        const file = join(folder, "handler.ts");
        await writeFile(file, handler);
        subscriptions = `all: { events: ["*"], handler: ${JSON.stringify(file)} }`;
      }
      await fill?.(join(folder, "data"));
      const gateway = await startGateway(folder, {
        subscriptions,
        oneProcess,
        source,
        limits,
        env,
      });
      const client = connectAdmin(gateway);
      const running = contender({
        programs: gateway.programs,
        others: [{ stop: async () => client.close() }],
        port: gateway.edgePort,
        path: "/api/webhooks/bench",
        pending: async () => (await client.admin.getHealth({})).queueSize,
      });
      return { ...running, admin: client.admin };
    },
  };
}

/** R3: `node:http` with an HMAC, nothing stored. */
export function plainHttp(): Entrant<Contender> {
  return {
    name: "R3 node:http + HMAC, nothing stored",
    start: async () => contender({ programs: { http: await startPeer("plain_http.ts", {}) } }),
  };
}

/** R1: Express with BullMQ, on a Redis of its own; with a worker if `worker` is set, which writes notes if `notes` names files. */
export function expressBullmq({ worker = false, notes = "" } = {}): Entrant<Contender> {
  return {
    name: `R1 Express + BullMQ + Redis always${worker ? " + worker" : ""}`,
    async start(folder) {
      const redis = await startRedis(folder);
      const env = { REDIS_SOCKET: redis.socket, NOTES: notes && join(folder, notes) };
      const express = await startPeer("express_bullmq.ts", env);
      const programs: Record<string, ChildProgram> = { express };
      if (worker) programs["worker"] = await startPeer("bullmq_worker.ts", env);
      const connection = new Redis({ path: redis.socket });
      const queue = new Queue("events", { connection });
      return contender({
        programs,
        servers: { redis },
        others: [{ stop: () => connection.quit() }],
        pending: () => countPending(queue),
      });
    },
  };
}

/** Jobs of a queue that have not ended. */
export async function countPending(queue: Queue): Promise<number> {
  const counts = await queue.getJobCounts("waiting", "active", "prioritized", "delayed");
  return Object.values(counts).reduce((sum, count) => sum + count, 0);
}

/** R2: Fastify with batched PostgreSQL, on a server of its own. */
export function fastifyPostgres(): Entrant<Contender> {
  return {
    name: "R2 Fastify + PostgreSQL batched",
    async start(folder) {
      const postgres = await startPostgres(folder);
      const env = { POSTGRES_SOCKET: postgres.socket };
      const fastify = await startPeer("fastify_postgres.ts", env);
      return contender({ programs: { fastify }, servers: { postgres } });
    },
  };
}

/** Starts a program of a peer. */
export function startPeer(file: string, env: Record<string, string>): Promise<ChildProgram> {
  return startProgram(join(PEERS, file), { env: { BENCH_SECRET, ...env } });
}

/** Reads the CPU time of several processes. */
export function readCpu(processes: Readonly<Record<string, { cpuUs(): number }>>): CpuTimes {
  return Object.fromEntries(Object.entries(processes).map(([name, one]) => [name, one.cpuUs()]));
}

/** The figures of a column for CPU time per event: all together, and each process. */
export function cpuPerEvent(
  column: string,
  { before, after, events }: { before: CpuTimes; after: CpuTimes; events: number },
): Round {
  const spent = Object.entries(after).map(
    ([name, us]) => [name, (us - (before[name] ?? 0)) / events] as const,
  );
  const sum = spent.reduce((all, [, us]) => all + us, 0);
  const parts = spent.length > 1 ? spent : [];
  return { [column]: sum, ...Object.fromEntries(parts.map(([n, us]) => [`${column}: ${n}`, us])) };
}

/** The figures of a run without posts: deliveries a second, its seconds, and CPU time per delivery. */
export function deliveryFigures({
  deliveries,
  ms,
  ...cpu
}: {
  deliveries: number;
  ms: number;
  before: CpuTimes;
  after: CpuTimes;
}): Round {
  return {
    "deliveries/s": deliveries / (ms / 1_000),
    seconds: ms / 1_000,
    ...cpuPerEvent("CPU µs/delivery", { ...cpu, events: deliveries }),
  };
}

interface Stoppable {
  stop(): Promise<unknown>;
}

interface ContenderParts {
  /** The first one listens. */
  programs: Readonly<Record<string, ChildProgram>>;
  servers?: Readonly<Record<string, Stoppable & { cpuUs(): number }>>;
  others?: readonly Stoppable[];
  /** @default {as its ready line says} */
  port?: number;
  path?: string;
  pending?: () => Promise<number>;
}

function contender({
  programs,
  servers = {},
  others = [],
  port = Number(Object.values(programs)[0]?.ready.split(" ")[1]),
  path = "/",
  pending = async () => 0,
}: ContenderParts): Contender {
  const processes = { ...programs, ...servers };
  return {
    url: new URL(`http://127.0.0.1:${port}${path}`),
    load: (plan) =>
      runProgram<LoadResult>(join(import.meta.dirname, "programs/load.ts"), {
        ...plan,
        port,
        path,
        secret: BENCH_SECRET,
      } satisfies LoadPlan),
    pending,
    cpuUs: () => readCpu(processes),
    async residentBytes() {
      const read = Object.entries(programs).map(async ([name, program]) => {
        return [name, await program.residentBytes()] as const;
      });
      return Object.fromEntries(await Promise.all(read));
    },
    async stop() {
      for (const part of [...others, ...Object.values(processes)]) await part.stop();
    },
  };
}
