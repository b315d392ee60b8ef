import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { request } from "node:http";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import { promisify } from "node:util";
import { treeCpuUs } from "../../processes/child_program.ts";
import { startPeer } from "../contenders.ts";
import { BENCH_SECRET, prepareGateway } from "../gateway.ts";
import { type DatabaseServer, startPostgres, startRedis } from "../peers/database_servers.ts";
import { type Entrant, type RaceArguments, type Round, type Runner, race } from "../race.ts";

/** Options of `npm run bench -- start`. */
export interface StartArguments extends Omit<RaceArguments, "seconds"> {
  peers: boolean;
}

const COLUMNS = [
  { name: "s to the first durable 200", digits: 2, ratio: "ours ÷ it" },
  { name: "CPU s until then", digits: 2, ratio: "ours ÷ it" },
] as const;

/** Between two tries, in milliseconds. */
const TRY_MS = 5;
const START_MS_MAX = 30_000;

const BODY = `{"type":"payment.success","timestamp":"2026-01-01T00:00:00Z","data":{}}`;

/** Something that was just started. */
interface Launched {
  port: number;
  path: string;
  pid: number;
  stop(): Promise<void>;
}

interface Startable extends Runner {
  launch(): Promise<Launched>;
}

/** Measures the time from starting a command until a signed post is answered 200. The peers' servers run already. */
export async function benchStart({ rounds, peers, json }: StartArguments): Promise<void> {
  await race({
    entrants: [
      ourStart("npm start", { main: ourMain }),
      ourStart("npm start -- --one-process", { main: ourMain, args: ["--one-process"] }),
      ourStart("npx hookgate start, from the package", { main: packagedMain }),
      ...(peers
        ? [
            peer("R1 Express, its Redis runs", "express_bullmq.ts", startRedis),
            peer("R2 Fastify, its PostgreSQL runs", "fastify_postgres.ts", startPostgres),
          ]
        : []),
    ],
    rounds,
    measure: (one) => measure(one),
    title: "start",
    columns: COLUMNS,
    json,
  });
}

async function measure({ launch }: Startable): Promise<Round> {
  const startedAt = performance.now();
  const launched = await launch();
  try {
    while (!(await isAccepted(launched))) {
      if (performance.now() - startedAt > START_MS_MAX) {
        throw new Error(`Cannot measure: no 200 within ${START_MS_MAX} ms`);
      }
      await delay(TRY_MS);
    }
    return {
      "s to the first durable 200": (performance.now() - startedAt) / 1_000,
      "CPU s until then": treeCpuUs(launched.pid) / 1e6,
    };
  } finally {
    await launched.stop();
  }
}

function isAccepted({ port, path }: Launched): Promise<boolean> {
  const mac = createHmac("sha256", BENCH_SECRET).update(BODY).digest("hex");
  const headers = { "content-type": "application/json", "x-webhook-signature": `sha256=${mac}` };
  return new Promise((resolve) => {
    const sent = request({ port, path, host: "127.0.0.1", method: "POST", headers, agent: false });
    sent.on("response", (response) => {
      response.resume();
      resolve(response.statusCode === 200);
    });
    sent.on("error", () => resolve(false));
    sent.end(BODY);
  });
}

interface OurStartOptions {
  /** Finds the command line's main file; gets a folder to make it in. */
  main: (folder: string) => Promise<string>;
  /** @default none */
  args?: readonly string[];
}

function ourStart(name: string, { main, args = [] }: OurStartOptions): Entrant<Startable> {
  return {
    name,
    async start(folder) {
      const { edgePort: port, env } = await prepareGateway(folder, { subscriptions: "" });
      const path = await main(folder);
      return {
        async launch() {
          const child = spawn(process.execPath, [path, "start", ...args], {
            env: { ...process.env, ...env },
            stdio: "ignore",
          });
          const stop = () => endChild(child);
          return { port, path: "/api/webhooks/bench", pid: child.pid ?? 0, stop };
        },
        async stop() {},
      };
    },
  };
}

const ROOT = join(import.meta.dirname, "../../..");

async function ourMain(): Promise<string> {
  return join(ROOT, "apps/cli/main.ts");
}

/** Makes the package and unpacks it, as an installation does: everything but Node is in it. */
async function packagedMain(folder: string): Promise<string> {
  const run = promisify(execFile);
  const packs = join(ROOT, "tools/pack/main.ts");
  const { stdout } = await run(process.execPath, [packs, "hookgate", "--out", folder]);
  await run("tar", ["-xzf", stdout.trim(), "-C", folder]);
  const manifest = JSON.parse(await readFile(join(folder, "package/package.json"), "utf8"));
  return join(folder, "package", manifest.bin.hookgate);
}

async function endChild(child: ChildProcess): Promise<void> {
  const exited = once(child, "exit");
  child.kill("SIGTERM");
  await exited;
}

function peer(
  name: string,
  file: string,
  startServer: (folder: string) => Promise<DatabaseServer>,
): Entrant<Startable> {
  return {
    name,
    async start(folder) {
      const { socket, stop } = await startServer(folder);
      return {
        async launch() {
          const program = await startPeer(file, { REDIS_SOCKET: socket, POSTGRES_SOCKET: socket });
          const port = Number(program.ready.split(" ")[1]);
          return { port, path: "/", pid: program.pid, stop: () => program.stop() };
        },
        stop,
      };
    },
  };
}
