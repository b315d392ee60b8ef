import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { callHookgate } from "../../apps/cli/suite/call_hookgate.ts";
import { type Apps, prepareApps } from "./apps.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
const MAIN = join(import.meta.dirname, "../../apps/cli/main.ts");

/** It runs a command in a terminal of its own. */
const { stdout: version } = spawnSync("script", ["--version"], { encoding: "utf8" });
const testTerminal = version?.includes("util-linux") ? test : test.skip;

const running = new AsyncDisposableStack();
let apps: Apps;
let gateway: Awaited<ReturnType<Apps["start"]>>;
let isAnswering = true;
let posts = 0;
let to: string;

beforeAll(async () => {
  const folder = running.use(await temporaryDirectory());
  const config = { sources: { academy: { provider: "generic", secrets: [SECRET] } } };
  apps = await prepareApps(folder.path, { config: JSON.stringify(config) });
  gateway = await apps.start("gateway");
  running.defer(() => gateway.stop());
  const local = createServer((_, response) => {
    posts += 1;
    if (isAnswering) response.end("ok");
  }).listen(0, "127.0.0.1");
  running.defer(() => local.closeAllConnections());
  running.defer(() => void local.close());
  await once(local, "listening");
  to = `http://127.0.0.1:${(local.address() as AddressInfo).port}/`;
}, 60_000);

afterAll(() => running.disposeAsync());

async function post(): Promise<void> {
  const { headers, body } = signedGenericRequest({ secret: SECRET, type: "a.b", data: {} });
  const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/academy`;
  expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
}

/** Runs `listen`, and what it shows so far. */
async function listen(inTerminal: boolean, url = to) {
  const args = [MAIN, "listen", "--to", url];
  const [command, given] = inTerminal
    ? ["script", ["-qefc", [process.execPath, ...args].join(" "), "/dev/null"]]
    : [process.execPath, args];
  const child = spawn(command, given, {
    stdio: ["pipe", "pipe", "pipe"],
    env: { PATH: process.env["PATH"], TERM: "xterm", SHELL: "/bin/sh", ...apps.env },
  });
  let shown = "";
  for (const output of [child.stdout, child.stderr]) {
    output.on("data", (chunk) => (shown += chunk));
  }
  const exited = once(child, "exit");
  const shows = (text: string) =>
    waitFor(() => shown.includes(text), { what: text, timeoutMs: 20_000 });
  await shows("Listening as ");
  return { child, exited, shows, shown: () => shown };
}

async function listeners(): Promise<string> {
  return (await callHookgate(["subscriptions", "--json"], apps.env)).out;
}

testTerminal(
  "hookgate listen repeats the last event, and a second Ctrl-C leaves a server that never answers",
  async () => {
    isAnswering = true;
    const { child, exited, shows } = await listen(true);
    await post();
    await shows("academy  a.b  200");
    child.stdin.write("r");
    await shows("again: ");
    isAnswering = false;
    const before = posts;
    await post();
    await waitFor(() => posts > before, { what: "the local server", timeoutMs: 20_000 });
    child.stdin.write("\u0003");
    await shows("to answer; Ctrl-C again does not wait");
    child.stdin.write("\u0003");
    await shows("a.b  not answered");
    expect(await exited).toEqual([0, null]);
    expect(await listeners()).toBe("");
    // It was nobody's failure.
    expect((await callHookgate(["failures", "--json"], apps.env)).out).toBe("");
  },
  60_000,
);

test("hookgate listen ends by Ctrl-C while it waits for a server, and no failure is left", async () => {
  const nowhere = "http://127.0.0.1:1/";
  const { child, exited, shows } = await listen(false, nowhere);
  await post();
  await shows("Nothing listens at");
  child.kill("SIGINT");
  expect(await exited).toEqual([0, null]);
  expect(await listeners()).toBe("");
  expect((await callHookgate(["failures", "--json"], apps.env)).out).toBe("");
}, 60_000);

test("hookgate listen says once that the connection is lost, and goes on where it was", async () => {
  isAnswering = true;
  const { child, exited, shows, shown } = await listen(false);
  await gateway.stop();
  await shows("connection lost");
  await new Promise((resolve) => setTimeout(resolve, 3_000));
  gateway = await apps.start("gateway");
  await shows("connected again");
  await post();
  await shows("academy  a.b  200");
  child.kill("SIGINT");
  await exited;
  // A dispatcher that ends may take it once more.
  const lost = shown().match(/connection lost/g) ?? [];
  expect(lost.length).toBeLessThanOrEqual(2);
  expect(shown().match(/connected again/g)).toHaveLength(lost.length);
}, 60_000);

test.each(["SIGTERM", "SIGHUP"] as const)(
  "hookgate listen leaves nothing behind that events would wait for when it gets %s",
  async (signal) => {
    isAnswering = true;
    const { child, exited, shown } = await listen(false);
    expect(shown()).not.toContain("repeats");
    expect(await listeners()).toContain("listen-");
    child.kill(signal);
    expect(await exited).toEqual([0, null]);
    expect(await listeners()).toBe("");
  },
  60_000,
);
