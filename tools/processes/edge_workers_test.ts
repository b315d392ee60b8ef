import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { type AddressInfo, connect, createServer } from "node:net";
import { join } from "node:path";
import { signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { type Apps, prepareApps } from "./apps.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
const sourceOf = (name: string) => `${name}: { provider: "generic", secrets: ["${SECRET}"] }`;
const CONFIG = `{ sources: { ${sourceOf("academy")} }, subscriptions: {} }`;
const TIMEOUT = { timeoutMs: 60_000 };

let posted = 0;

/** Posts an event on a connection of its own; the status, 0 if the connection broke, or the error's code. */
async function post({ edgePort }: Apps, source = "academy"): Promise<number | string> {
  posted += 1;
  const { headers, body } = signedGenericRequest({ secret: SECRET, data: { posted } });
  const lines = Object.entries({ ...headers, Host: "x", "Content-Length": body.length });
  return new Promise((resolve) => {
    const socket = connect(edgePort, "127.0.0.1");
    socket.on("error", ({ code }: NodeJS.ErrnoException) => resolve(code ?? "error"));
    socket.on("close", () => resolve(0));
    socket.once("data", (chunk) => {
      resolve(Number(/^HTTP\/1\.1 (\d+)/.exec(String(chunk))?.[1]));
      socket.destroy();
    });
    socket.write(`POST /api/webhooks/${source} HTTP/1.1\r\n`);
    socket.write(`${lines.map(([name, value]) => `${name}: ${value}`).join("\r\n")}\r\n\r\n`);
    socket.write(body);
  });
}

const posts = (apps: Apps, count: number, source?: string) =>
  Promise.all(Array.from({ length: count }, () => post(apps, source)));

function workersOf(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim();
  return children === "" ? [] : children.split(" ").map(Number);
}

/** Requests whose events were stored, of all workers together. */
async function accepted(opsPort: number): Promise<number> {
  const text = await (await fetch(`http://127.0.0.1:${opsPort}/metrics`)).text();
  const lines = text.split("\n").filter((line) => /^hookgate_requests_total\{/.test(line));
  const ofStored = lines.filter((line) => line.includes('outcome="stored"'));
  return ofStored.reduce((sum, line) => sum + Number(line.split(" ").at(-1)), 0);
}

test("EDGE_WORKERS: several processes share a port, are restarted, reloaded and drained, and speak as one", async () => {
  await using folder = await temporaryDirectory();
  const apps = await prepareApps(folder.path, { config: CONFIG, env: { EDGE_WORKERS: "2" } });
  await using running = new AsyncDisposableStack();
  const dispatcher = await apps.start("dispatcher");
  running.defer(dispatcher.stop);
  const edge = await apps.start("edge");
  running.defer(() => edge.kill());
  const ready = async () => (await fetch(`http://127.0.0.1:${apps.edgeOpsPort}/readyz`)).status;
  const until = (what: string, condition: () => boolean | Promise<boolean>) =>
    waitFor(condition, { what, ...TIMEOUT });

  const [first = 0, second = 0] = workersOf(edge.pid);
  expect(workersOf(edge.pid)).toHaveLength(2);
  await until("ready", async () => (await ready()) === 200);
  expect(new Set(await posts(apps, 40))).toEqual(new Set([200]));
  await until("40 accepted in all", async () => (await accepted(apps.edgeOpsPort)) === 40);

  // Killed: the other one takes what comes.
  process.kill(first, "SIGKILL");
  await until("the killed one gone", () => !workersOf(edge.pid).includes(first));
  expect(new Set(await posts(apps, 10))).toEqual(new Set([200]));
  await until("two again", async () => workersOf(edge.pid).length === 2 && (await ready()) === 200);
  expect(new Set(await posts(apps, 10))).toEqual(new Set([200]));
  await until("60 accepted, none forgotten", async () => {
    return (await accepted(apps.edgeOpsPort)) === 60;
  });

  // Stuck: it is replaced.
  process.kill(second, "SIGSTOP");
  await until("the stuck one gone", () => !workersOf(edge.pid).includes(second));
  await until("two once more", async () => {
    return workersOf(edge.pid).length === 2 && (await ready()) === 200;
  });

  // A reload reaches all of them.
  const both = `{ sources: { ${sourceOf("academy")}, ${sourceOf("school")} }, subscriptions: {} }`;
  await writeFile(join(folder.path, "hookgate.config.ts"), `export default ${both};\n`);
  for (const { pid } of [dispatcher, edge]) process.kill(pid, "SIGHUP");
  await until("both to know the new source", async () => {
    const answers = await posts(apps, 8, "school");
    return answers.every((status) => status === 200);
  });

  const workers = workersOf(edge.pid);
  const last = posts(apps, 10);
  await edge.stop();
  expect(await edge.ended).toBe("0");
  // Those that a worker has taken are answered.
  for (const status of await last)
    expect([200, "ECONNREFUSED", "ECONNRESET", "EPIPE"]).toContain(status);
  expect(await post(apps)).toBe("ECONNREFUSED");
  for (const pid of workers) expect(() => process.kill(pid, 0)).toThrow("ESRCH");
}, 180_000);

test("EDGE_WORKERS: a port that is taken is told once, and ends the edge with 2", async () => {
  await using folder = await temporaryDirectory();
  const lines: string[] = [];
  await using other = createServer().listen(0);
  await once(other, "listening");
  const { port } = other.address() as AddressInfo;
  const apps = await prepareApps(folder.path, {
    config: CONFIG,
    env: { EDGE_WORKERS: "2", EDGE_PORT: String(port) },
  });
  const started = apps.start("edge", { onLine: (line) => void lines.push(line) });
  await expect(started).rejects.toThrow("it ended with 2");
  expect(lines.join("\n")).toContain(`Cannot listen on port ${port}`);
}, 60_000);
