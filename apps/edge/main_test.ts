import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import {
  freePort,
  signedGenericRequest,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { FakeDispatcher } from "./suite/fake_dispatcher.ts";
import { eventBody, SECRET } from "./suite/run_edge.ts";

const MAIN = join(import.meta.dirname, "main.ts");

/** Two processes have to start, on a machine that may be busy. */
const START_MS_MAX = 20_000;

let directory: TemporaryDirectory;
let dispatcher: FakeDispatcher;
let edge: ChildProcess | null;
let output: { stdout: string; stderr: string };

beforeEach(async () => {
  directory = await temporaryDirectory();
  dispatcher = await FakeDispatcher.start();
  edge = null;
});

afterEach(async () => {
  if (edge !== null && edge.exitCode === null && edge.signalCode === null) {
    edge.kill("SIGKILL");
    await once(edge, "exit");
  }
  await dispatcher.close();
  await directory[Symbol.asyncDispose]();
});

async function writeConfig(sources: Record<string, unknown>): Promise<void> {
  const path = join(directory.path, "hookgate.config.ts");
  await writeFile(path, `export default ${JSON.stringify({ sources, subscriptions: {} })};\n`);
}

function start(env: Record<string, string>): ChildProcess {
  output = { stdout: "", stderr: "" };
  const child = spawn(process.execPath, [MAIN], {
    cwd: directory.path,
    env: {
      PATH: process.env["PATH"] ?? "",
      EDGE_PORT: "0",
      EDGE_OPS_PORT: "0",
      DISPATCHER_ADDRESS: dispatcher.address,
      ...env,
    },
  });
  child.stdout.on("data", (text) => {
    output.stdout += text;
  });
  child.stderr.on("data", (text) => {
    output.stderr += text;
  });
  edge = child;
  return child;
}

async function ready(): Promise<string> {
  const pattern = /^ready edge (http:\/\/localhost:\d+\/api\/webhooks)$/m;
  const options = { what: "the ready line", timeoutMs: START_MS_MAX };
  return (await waitFor(() => pattern.exec(output.stdout)?.[1], options)) ?? "";
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  const options = { what: "the edge to exit", timeoutMs: START_MS_MAX };
  await waitFor(() => child.exitCode !== null || child.signalCode !== null, options);
  return child.exitCode;
}

async function post(url: string): Promise<number> {
  const { body, headers } = signedGenericRequest({ secret: SECRET, body: eventBody() });
  const close = { connection: "close" };
  const answer = await fetch(url, { method: "POST", headers: { ...headers, ...close }, body });
  await answer.arrayBuffer();
  return answer.status;
}

test(
  "the edge prints that it is ready, reloads on SIGHUP, and exits 0 on SIGTERM",
  async () => {
    const academy = { provider: "generic", secrets: [SECRET] };
    await writeConfig({ academy });
    const opsPort = await freePort();
    const child = start({ EDGE_OPS_PORT: String(opsPort) });
    const url = await ready();
    expect(output.stdout).toBe(`ready edge ${url}\n`);
    expect(await post(`${url}/academy`)).toBe(200);
    expect(dispatcher.events).toHaveLength(1);
    const ops = await fetch(`http://127.0.0.1:${opsPort}/readyz`);
    expect(await ops.json()).toEqual({ ready: true, problems: [] });
    const metrics = await fetch(`http://127.0.0.1:${opsPort}/metrics`);
    expect(await metrics.text()).toContain(
      'hookgate_requests_total{source="academy",outcome="stored"} 1\n',
    );

    expect(await post(`${url}/shop`)).toBe(404);
    await writeConfig({ academy, shop: academy });
    child.kill("SIGHUP");
    await waitFor(async () => (await post(`${url}/shop`)) === 200, {
      what: "the new source",
      timeoutMs: START_MS_MAX,
    });

    await writeConfig({ shop: { provider: "nobody", secrets: [SECRET] } });
    child.kill("SIGHUP");
    await waitFor(() => output.stderr.includes("configuration not reloaded"), {
      what: "the refusal",
      timeoutMs: START_MS_MAX,
    });
    expect(await post(`${url}/academy`)).toBe(200);

    child.kill("SIGTERM");
    child.kill("SIGTERM");
    expect(await exitOf(child)).toBe(0);
    expect(output.stdout + output.stderr).not.toContain(SECRET);
  },
  4 * START_MS_MAX,
);

test(
  "the edge exits 2 on a bad configuration, with one message that has every problem",
  async () => {
    await writeConfig({ academy: { provider: "nobody", secrets: [] } });
    expect(await exitOf(start({}))).toBe(2);
    expect(output.stderr).toContain("sources.academy.provider");
    expect(output.stderr).toContain("sources.academy.secrets");
    expect(output.stdout).not.toContain("ready");

    expect(await exitOf(start({ EDGE_PORT: "http", LOG_LEVEL: "loud" }))).toBe(2);
    expect(output.stderr).toContain("EDGE_PORT");
    expect(output.stderr).toContain("LOG_LEVEL");

    await writeConfig({ academy: { provider: "generic", secrets: [SECRET] } });
    expect(await exitOf(start({ RPC_TLS_CA: "nowhere.pem" }))).toBe(2);
    expect(output.stderr).toContain("RPC_TLS_CA");
  },
  3 * START_MS_MAX,
);

test(
  "the edge exits 1 where its port is taken, and says so",
  async () => {
    await writeConfig({ academy: { provider: "generic", secrets: [SECRET] } });
    const child = start({ EDGE_PORT: String(dispatcher.port) });
    expect(await exitOf(child)).toBe(1);
    expect(output.stderr).toContain(`Cannot listen on port ${dispatcher.port}`);
  },
  START_MS_MAX,
);

test(
  "the edge starts without its dispatcher, and answers 503 until it is there",
  async () => {
    await writeConfig({ academy: { provider: "generic", secrets: [SECRET] } });
    const { port } = dispatcher;
    await dispatcher.close();
    const child = start({});
    const url = await ready();
    expect(await post(`${url}/academy`)).toBe(503);
    await dispatcher.listen(port);
    await waitFor(async () => (await post(`${url}/academy`)) === 200, {
      what: "an event to be stored",
    });
    child.kill("SIGINT");
    expect(await exitOf(child)).toBe(0);
  },
  3 * START_MS_MAX,
);
