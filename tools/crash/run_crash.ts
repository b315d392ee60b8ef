import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { findProvider } from "@hookgate/providers";
import { connectRpc } from "@hookgate/rpc";
import { sign } from "@hookgate/signature";
import { STORE_FILE } from "../../apps/dispatcher/store/sqlite/file.ts";
import { type ChildProgram, startProgram } from "../processes/child_program.ts";
import { freePorts } from "../processes/free_ports.ts";
import { judge, type Verdict } from "./judge.ts";
import { startLoad } from "./ledger.ts";
import { randomOfSeed } from "./random_of_seed.ts";

/** Options for {@linkcode runCrash}. */
export interface RunCrashOptions {
  kills: number;
  seed: number;
  report: (line: string) => void;
}

const SECRET = "crash-secret";
const CONCURRENCY = 16;

/** A fault comes this long after the processes are ready again, in milliseconds: zero hits the start itself. */
const QUIET_MS_MAX = 1_000;

/** What must have ended this long after the last restart, in milliseconds. */
const SETTLE_MS_MAX = 10_000;

const ROOT = join(import.meta.dirname, "../..");

/** The handler notes each event on disk before it returns, so that the judge sees what really ran. */
const HANDLER = `
import { appendFileSync } from "node:fs";
export function handle(event) { appendFileSync(process.env.CRASH_HANDLED, event.id + "\\n"); }
`;

/**
 * Runs edge and dispatcher on an embedded store under a load of signed posts, kills one or both with SIGKILL at random
 * moments, starts them again, and lets {@linkcode judge} compare what was promised with what is in the store.
 */
export async function runCrash({ kills, seed, report }: RunCrashOptions): Promise<Verdict> {
  const random = randomOfSeed(seed);
  const folder = await mkdtemp(join(tmpdir(), "hookgate-crash-"));
  const [edgePort, rpcPort, edgeOpsPort, dispatcherOpsPort] = await freePorts(4);
  const handledPath = join(folder, "handled");
  const dataDir = join(folder, "data");
  await writeFile(handledPath, "");
  await writeFile(join(folder, "handler.ts"), HANDLER);
  await writeFile(
    join(folder, "hookgate.config.ts"),
    `export default {
      sources: { crash: { provider: "generic", secrets: ["${SECRET}"] } },
      subscriptions: { crash: { events: ["*"], handler: "./handler.ts", retry: "fast" } },
    };\n`,
  );
  const env = {
    HOOKGATE_CONFIG: join(folder, "hookgate.config.ts"),
    DATA_DIR: dataDir,
    DISPATCHER_ADDRESS: `127.0.0.1:${rpcPort}`,
    EDGE_PORT: String(edgePort),
    EDGE_OPS_PORT: String(edgeOpsPort),
    DISPATCHER_OPS_PORT: String(dispatcherOpsPort),
    LOG_LEVEL: "fatal",
    WEBHOOK_SECRET: SECRET,
    MONGODB_URI: "",
    CRASH_HANDLED: handledPath,
  };
  const start = (app: string) => startProgram(join(ROOT, `apps/${app}/main.ts`), { env });
  const programs = new Map<string, ChildProgram>();
  const startAll = async (apps: readonly string[]) => {
    const started = await Promise.all(apps.map(start));
    apps.forEach((app, index) => {
      const program = started[index];
      if (program) programs.set(app, program);
    });
  };
  try {
    report(`seed ${seed}`);
    await startAll(["dispatcher", "edge"]);
    const recipe = findProvider("generic")?.recipe;
    if (!recipe) throw new Error("Cannot sign the load: there is no generic provider");
    const url = `http://127.0.0.1:${edgePort}/api/webhooks/crash`;
    const load = startLoad({
      url,
      sign(body) {
        const unsigned = { method: "POST", url, headers: {}, body: Buffer.from(body) };
        return { ...sign(recipe, unsigned, { secret: SECRET, now: Date.now() }).headers };
      },
      concurrency: CONCURRENCY,
    });
    for (let kill = 1; kill <= kills; kill += 1) {
      await new Promise((resolve) => setTimeout(resolve, random() * QUIET_MS_MAX));
      const victims =
        [["edge"], ["dispatcher"], ["edge", "dispatcher"]][Math.floor(random() * 3)] ?? [];
      report(
        `kill ${kill} of ${kills}: ${victims.join(" and ")}, ${load.entries.length} posts so far`,
      );
      await Promise.all(victims.map((app) => programs.get(app)?.kill()));
      await startAll(victims);
    }
    await load.stop();
    const late = await waitUntilIdle(env.DISPATCHER_ADDRESS);
    for (const program of programs.values()) await program.stop();
    const handled = (await readFile(handledPath, "utf8")).split("\n").filter((id) => id !== "");
    const verdict = judge({ entries: load.entries, storeFile: join(dataDir, STORE_FILE), handled });
    return late ? { ...verdict, problems: [late, ...verdict.problems] } : verdict;
  } finally {
    for (const program of programs.values()) await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until nothing is waiting or running any more; says so where that takes too long. */
async function waitUntilIdle(address: string): Promise<string | null> {
  const client = connectRpc({ address, security: { token: null, tls: null } });
  const giveUpAt = Date.now() + SETTLE_MS_MAX;
  try {
    for (;;) {
      const { queueSize } = await client.admin.getHealth({});
      if (queueSize === 0) return null;
      if (Date.now() > giveUpAt) {
        return `${queueSize} deliveries had not ended ${SETTLE_MS_MAX} ms after the last restart`;
      }
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  } finally {
    client.close();
  }
}
