import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { DatabaseSync } from "node:sqlite";
import { expect, jest, test } from "@jest/globals";
import type { EventStore } from "../contract/event_store.ts";
import { type Acknowledged, bodyOf } from "../suite/load_child.ts";
import { STORE_FILE } from "./file.ts";
import { openSqliteStore } from "./sqlite_store.ts";

const KILLS = 4;
const log = { info() {}, warn() {}, error() {} };
const child = new URL("../suite/load_child.ts", import.meta.url).pathname;

jest.setTimeout(60_000);

/** Starts a dispatcher on `dataDir`, kills it after it has said `lines` lines; returns what it had been promised. */
async function runAndKill(dataDir: string, lines: number): Promise<Acknowledged[]> {
  const { NODE_OPTIONS: _, ...env } = process.env;
  const running = spawn(process.execPath, [child, dataDir], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  const exited = once(running, "exit");
  const said: Acknowledged[] = [];
  for await (const line of createInterface({ input: running.stdout })) {
    // The last line may be cut short by the kill: it was not said.
    if (line.endsWith("}")) said.push(JSON.parse(line));
    if (said.length === lines) running.kill("SIGKILL");
  }
  expect(await exited).toEqual([null, "SIGKILL"]);
  return said;
}

/** Whether the store has all that it acknowledged. */
async function verify(store: EventStore, said: readonly Acknowledged[]): Promise<void> {
  const delivered = new Set(said.flatMap((line) => line.delivered ?? []));
  for (const id of said.flatMap((line) => line.committed ?? [])) {
    const detail = await store.getEvent(id);
    if (!detail) throw new Error(`Cannot find ${id}: an acknowledged event is lost`);
    expect(Buffer.compare(detail.event.body, bodyOf(id))).toBe(0);
    const state = detail.deliveries[0]?.state;
    // One that was settled without being told is delivered too; none may still be running.
    expect(delivered.has(id) ? ["delivered"] : ["waiting", "delivered"]).toContain(state);
    expect(detail.deliveries[0]?.interruptions).toBe(state === "waiting" ? 1 : 0);
  }
}

test("openSqliteStore() finds everything acknowledged before a kill -9, and returns what ran to the queue", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "hookgate-kill-"));
  const said: Acknowledged[] = [];
  for (let kill = 0; kill < KILLS; kill += 1) {
    said.push(...(await runAndKill(dataDir, 7 + kill * 9)));
    const store = await openSqliteStore({ dataDir, dispatcherId: "next", log });
    await verify(store, said);
    await store.close();
  }
  expect(said.flatMap((line) => line.committed ?? []).length).toBeGreaterThan(KILLS * 40);
  const db = new DatabaseSync(join(dataDir, STORE_FILE), { readOnly: true });
  expect(db.prepare("PRAGMA integrity_check").all()).toEqual([{ integrity_check: "ok" }]);
  db.close();
  rmSync(dataDir, { recursive: true });
});

test("openSqliteStore() refuses while another process owns the file, and not after its kill -9", async () => {
  const dataDir = mkdtempSync(join(tmpdir(), "hookgate-kill-"));
  const { NODE_OPTIONS: _, ...env } = process.env;
  const owner = spawn(process.execPath, [child, dataDir], {
    env,
    stdio: ["ignore", "pipe", "inherit"],
  });
  await once(owner.stdout, "data");
  await expect(openSqliteStore({ dataDir, dispatcherId: "second", log })).rejects.toThrow(
    `Cannot open the store: ${join(dataDir, STORE_FILE)} is in use by another dispatcher`,
  );
  const exited = once(owner, "exit");
  owner.kill("SIGKILL");
  await exited;
  const store = await openSqliteStore({ dataDir, dispatcherId: "second", log });
  await store.close();
  rmSync(dataDir, { recursive: true });
});
