import { join } from "node:path";
import { readLocalToken } from "@hookgate/config";
import { connectRpc } from "@hookgate/rpc";
import { Queue } from "bullmq";
import { Redis } from "ioredis";
import { type ChildProgram, runProgram, startProgram } from "../processes/child_program.ts";
import { BENCH_SECRET, startGateway } from "./gateway.ts";
import type { LoadPlan, LoadResult } from "./load.ts";
import { startPostgres, startRedis } from "./peers/database_servers.ts";

/** Something that answers signed posts, to be compared with the others. */
export interface Contender {
  name: string;
  /** Sends posts. */
  load(
    plan: Pick<LoadPlan, "seconds" | "connections" | "bodyBytes" | "rate" | "seed">,
  ): Promise<LoadResult>;
  /** CPU time of all its processes so far, in microseconds. */
  cpuUs(): number;
  /** Events that were acknowledged and whose handlers have not ended, durably; 0 without handlers. */
  pending(): Promise<number>;
  /** Resident memory of each of its programs, in bytes. */
  residentBytes(): Promise<number[]>;
  stop(): Promise<void>;
}

const PEERS = join(import.meta.dirname, "peers");

/** Edge and dispatcher on the embedded store, as two processes or one. `subscriptions`: text of the configuration. */
export async function ours(
  folder: string,
  { subscriptions = "", oneProcess = false } = {},
): Promise<Contender> {
  const gateway = await startGateway(folder, { subscriptions, oneProcess });
  const { programs, edgePort: port } = gateway;
  const security = { token: readLocalToken(gateway.dataDir), tls: null };
  const client = connectRpc({ address: gateway.rpcAddress, security });
  return contender(`Hookgate, ${oneProcess ? "one process" : "two processes"}`, {
    programs,
    servers: [{ cpuUs: () => 0, stop: async () => client.close() }],
    port,
    path: "/api/webhooks/bench",
    pending: async () => (await client.admin.getHealth({})).queueSize,
  });
}

/** R3: `node:http` with an HMAC, nothing stored. */
export async function plainHttp(): Promise<Contender> {
  const program = await startPeer("plain_http.ts", {});
  return contender("R3 node:http + HMAC, nothing stored", { programs: [program] });
}

/** R1: Express with BullMQ, on a Redis of its own in `folder`; with a worker if `worker` is set. */
export async function expressBullmq(folder: string, { worker = false } = {}): Promise<Contender> {
  const redis = await startRedis(folder);
  const env = { REDIS_SOCKET: redis.socket };
  const programs = [await startPeer("express_bullmq.ts", env)];
  if (worker) programs.push(await startPeer("bullmq_worker.ts", env));
  const connection = new Redis({ path: redis.socket });
  const queue = new Queue("events", { connection });
  const close = { cpuUs: () => 0, stop: () => connection.quit() };
  const name = `R1 Express + BullMQ + Redis always${worker ? " + worker" : ""}`;
  const pending = async () => {
    const counts = await queue.getJobCounts("waiting", "active", "prioritized");
    return Object.values(counts).reduce((sum, count) => sum + count, 0);
  };
  return contender(name, { programs, servers: [close, redis], pending });
}

/** R2: Fastify with batched PostgreSQL, on a server of its own in `folder`. */
export async function fastifyPostgres(folder: string): Promise<Contender> {
  const postgres = await startPostgres(folder);
  const program = await startPeer("fastify_postgres.ts", { POSTGRES_SOCKET: postgres.socket });
  return contender("R2 Fastify + PostgreSQL batched", { programs: [program], servers: [postgres] });
}

function startPeer(file: string, env: Record<string, string>): Promise<ChildProgram> {
  return startProgram(join(PEERS, file), { env: { BENCH_SECRET, ...env } });
}

interface ContenderParts {
  /** The first one listens. */
  programs: readonly ChildProgram[];
  servers?: readonly { cpuUs(): number; stop(): Promise<unknown> }[];
  /** @default {as its ready line says} */
  port?: number;
  path?: string;
  pending?: () => Promise<number>;
}

function contender(
  name: string,
  {
    programs,
    servers = [],
    port = Number(programs[0]?.ready.split(" ")[1]),
    path = "/",
    pending = async () => 0,
  }: ContenderParts,
): Contender {
  const parts = [...programs, ...servers];
  return {
    name,
    load: (plan) =>
      runProgram<LoadResult>(join(import.meta.dirname, "load.ts"), {
        ...plan,
        port,
        path,
        secret: BENCH_SECRET,
      } satisfies LoadPlan),
    pending,
    cpuUs: () => parts.reduce((sum, part) => sum + part.cpuUs(), 0),
    residentBytes: () => Promise.all(programs.map((program) => program.residentBytes())),
    async stop() {
      for (const part of parts) await part.stop();
    },
  };
}
