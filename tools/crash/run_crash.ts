import { mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { readLocalToken } from "@hookgate/config";
import { findProvider } from "@hookgate/providers";
import { connectRpc } from "@hookgate/rpc";
import { sign } from "@hookgate/signature";
import { randomOfSeed } from "@hookgate/testing";
import { STORE_FILE } from "../../apps/dispatcher/store/sqlite/file.ts";
import { type Apps, prepareApps } from "../processes/apps.ts";
import type { ChildProgram } from "../processes/child_program.ts";
import { judge, type Verdict } from "./judge.ts";
import { startLoad } from "./ledger.ts";

/** Options for {@linkcode runCrash}. */
export interface RunCrashOptions {
  kills: number;
  seed: number;
  report: (line: string) => void;
}

const SECRET = "crash-secret";
const CONCURRENCY = 16;

/** Longest time from ready to the next kill, in milliseconds: 0 hits the start itself. */
const QUIET_MS_MAX = 1_000;

/** All deliveries must have ended this long after the last restart, in milliseconds. */
const SETTLE_MS_MAX = 10_000;

type App = "edge" | "dispatcher";

const VICTIMS: readonly (readonly App[])[] = [["edge"], ["dispatcher"], ["edge", "dispatcher"]];

/** The handler records each event on disk before it returns, so that the judge sees what really ran. */
const HANDLER = `
import { appendFileSync } from "node:fs";
export function handle(event) { appendFileSync(process.env.CRASH_HANDLED, event.id + "\\n"); }
`;

/**
 * Runs edge and dispatcher on an embedded store under a load of signed posts, kills one or both with SIGKILL at random
 * moments, restarts them, and finally lets {@linkcode judge} compare the answers with the store.
 */
export async function runCrash({ kills, seed, report }: RunCrashOptions): Promise<Verdict> {
  const random = randomOfSeed(seed);
  const folder = await mkdtemp(join(tmpdir(), "hookgate-crash-"));
  const handledPath = join(folder, "handled");
  await writeFile(handledPath, "");
  await writeFile(join(folder, "handler.ts"), HANDLER);
  const apps = await prepareApps(folder, {
    config: `{
      sources: { crash: { provider: "generic", secrets: ["${SECRET}"] } },
      subscriptions: { crash: { events: ["*"], handler: "./handler.ts", retry: "fast" } },
      handlerEnv: ["CRASH_HANDLED"],
    }`,
    env: { CRASH_HANDLED: handledPath },
  });
  const programs = new Map<App, ChildProgram>();
  const startAll = async (names: readonly App[]) => {
    await Promise.all(names.map(async (name) => programs.set(name, await apps.start(name))));
  };
  try {
    report(`seed ${seed}`);
    await startAll(["dispatcher", "edge"]);
    const recipe = findProvider("generic")?.recipe;
    if (!recipe) throw new Error("Cannot sign the load: no generic provider");
    const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/crash`;
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
      const victims = VICTIMS[Math.floor(random() * 3)] ?? [];
      report(
        `kill ${kill} of ${kills}: ${victims.join(" and ")}, ${load.entries.length} posts so far`,
      );
      await Promise.all(victims.map((app) => programs.get(app)?.kill()));
      await startAll(victims);
    }
    await load.stop();
    const late = await waitUntilIdle(apps);
    for (const program of programs.values()) await program.stop();
    const handled = (await readFile(handledPath, "utf8")).split("\n").filter((id) => id !== "");
    const verdict = judge({
      entries: load.entries,
      storeFile: join(apps.dataDir, STORE_FILE),
      handled,
    });
    return late ? { ...verdict, problems: [late, ...verdict.problems] } : verdict;
  } finally {
    for (const program of programs.values()) await program.stop();
    await rm(folder, { recursive: true, force: true });
  }
}

/** Waits until no delivery is waiting or running; returns a problem if that takes too long. */
async function waitUntilIdle({ rpcAddress, dataDir }: Apps): Promise<string | null> {
  const security = { token: readLocalToken(dataDir), tls: null };
  const client = connectRpc({ address: rpcAddress, security });
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
