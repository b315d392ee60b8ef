import { type ChildProcess, type StdioOptions, spawn } from "node:child_process";
import { once } from "node:events";
import { open, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as delay } from "node:timers/promises";
import {
  freePort,
  serverCertificate,
  signedGenericRequest,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { FakeDispatcher } from "./suite/fake_dispatcher.ts";
import { RawConnection } from "./suite/raw_connection.ts";
import { eventBody, SECRET } from "./suite/run_edge.ts";

const MAIN = join(import.meta.dirname, "main.ts");

/** Two processes have to start, on a machine that may be busy. */
const START_MS_MAX = 20_000;

/** Longer than headers and bodies may take, in milliseconds. */
const STOPPED_MS = 6_000;

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

async function writeConfig(sources: Record<string, unknown>, more: object = {}): Promise<void> {
  const path = join(directory.path, "hookgate.config.ts");
  await writeFile(
    path,
    `export default ${JSON.stringify({ sources, subscriptions: {}, ...more })};\n`,
  );
}

function start(
  env: Record<string, string>,
  stdio: StdioOptions = "pipe",
  { openFilesMax = null as number | null } = {},
): ChildProcess {
  output = { stdout: "", stderr: "" };
  const limit = openFilesMax === null ? "" : `ulimit -n ${openFilesMax} && `;
  const child = spawn("/bin/sh", ["-c", `${limit}exec "$0" "$1"`, process.execPath, MAIN], {
    stdio,
    cwd: directory.path,
    env: {
      PATH: process.env["PATH"] ?? "",
      EDGE_PORT: "0",
      EDGE_OPS_PORT: "0",
      DISPATCHER_ADDRESS: dispatcher.address,
      ...env,
    },
  });
  child.stdout?.on("data", (text) => {
    output.stdout += text;
  });
  child.stderr?.on("data", (text) => {
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
      'hookgate_requests_total{source="academy",outcome="stored",status="200"} 1\n',
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
  "an edge that was stopped answers 200 to what lay in its socket meanwhile",
  async () => {
    const academy = { provider: "generic", secrets: [SECRET] };
    await writeConfig({ academy }, { limits: { headersDeadlineMs: 4_000, bodyDeadlineMs: 4_000 } });
    const child = start({});
    const url = await ready();
    const { port } = new URL(url);
    const { body, headers } = signedGenericRequest({ secret: SECRET, body: eventBody() });
    const fields = Object.entries({ ...headers, "content-length": String(body.length) });
    const lines = ["POST /api/webhooks/academy HTTP/1.1", "Host: localhost"];
    const head = `${[...lines, ...fields.map((field) => field.join(": "))].join("\r\n")}\r\n\r\n`;
    // Of each a part was read before: nothing, some headers, some of the body.
    const parts = [0, 60, head.length + 5];
    const bytes = Buffer.concat([Buffer.from(head, "latin1"), body]);
    const connections = await Promise.all(parts.map(() => RawConnection.open(Number(port))));
    for (const [index, part] of parts.entries()) connections[index]?.write(bytes.subarray(0, part));
    // Accepted after them, so what they have sent was read.
    await post(`${url}/academy`);
    child.kill("SIGSTOP");
    for (const [index, part] of parts.entries()) connections[index]?.write(bytes.subarray(part));
    await delay(STOPPED_MS);
    child.kill("SIGCONT");
    const statuses = await Promise.all(connections.map((one) => one.status(START_MS_MAX)));
    for (const one of connections) one.destroy();
    for (const status of statuses) expect([200, 503]).toContain(status);
    // A machine may be so busy that some are 503, but nothing is slow here.
    expect(statuses).toContain(200);
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
  "the edge exits 2 with one sentence if a port is taken: a restart would not help",
  async () => {
    await writeConfig({ academy: { provider: "generic", secrets: [SECRET] } });
    const taken = String(dispatcher.port);
    expect(await exitOf(start({ EDGE_PORT: taken }))).toBe(2);
    expect(output.stderr).toBe(`Cannot listen on port ${taken}: another process has it\n`);
    expect(await exitOf(start({ EDGE_OPS_PORT: taken }))).toBe(2);
    expect(output.stderr).toMatch(/^Cannot listen on 127\.0\.0\.1:\d+ for operations: .*\n$/);
  },
  2 * START_MS_MAX,
);

test(
  "the edge answers 503 where few files may be open, says so, and resets no connection",
  async () => {
    await writeConfig({ academy: { provider: "generic", secrets: [SECRET] } });
    start({}, "pipe", { openFilesMax: 100 });
    const url = await ready();
    dispatcher.behaviour = "silent";
    const answers: number[] = [];
    const posts = Array.from({ length: 150 }, async () => {
      answers.push(await post(`${url}/academy`).catch(() => 0));
    });
    await waitFor(() => answers.length >= 100, { what: "most answers" });
    dispatcher.release();
    await Promise.all(posts);
    expect([...new Set(answers)].toSorted()).toEqual([200, 503]);
    expect(output.stderr).toContain("few files may be open, taking fewer connections");
    expect(output.stderr).toContain("connections are taken, closed");
  },
  2 * START_MS_MAX,
);

test(
  "a reload applies a changed certificate, and refuses one that is none",
  async () => {
    const ca = join(directory.path, "ca.pem");
    await writeFile(ca, serverCertificate().cert);
    await writeConfig({ academy: { provider: "generic", secrets: [SECRET] } });
    const child = start({ RPC_TLS_CA: ca });
    await ready();
    await writeFile(ca, serverCertificate().cert);
    child.kill("SIGHUP");
    await waitFor(() => output.stderr.includes("configuration reloaded"), {
      what: "the reload",
      timeoutMs: START_MS_MAX,
    });
    await writeFile(ca, "no certificate");
    child.kill("SIGHUP");
    await waitFor(() => output.stderr.includes("configuration not reloaded"), {
      what: "the refusal",
      timeoutMs: START_MS_MAX,
    });
    expect(output.stderr).not.toContain("    at ");
  },
  3 * START_MS_MAX,
);

test(
  "the edge runs, answers and stops although neither its log nor its ready line can be written",
  async () => {
    await writeConfig({ academy: { provider: "generic", secrets: [SECRET] } });
    const [port, opsPort] = [await freePort(), await freePort()];
    const full = await open("/dev/full", "w");
    const env = { EDGE_PORT: String(port), EDGE_OPS_PORT: String(opsPort), LOG_LEVEL: "debug" };
    const child = start(env, ["ignore", full.fd, full.fd]);
    await full.close();
    const url = `http://localhost:${port}/api/webhooks`;
    await waitFor(async () => (await post(`${url}/academy`)) === 200, {
      what: "an event to be stored",
      timeoutMs: START_MS_MAX,
    });
    expect(await post(`${url}/nobody`)).toBe(404);
    child.kill("SIGTERM");
    expect(await exitOf(child)).toBe(0);
  },
  2 * START_MS_MAX,
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
