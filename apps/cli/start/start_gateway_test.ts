import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { freePort, freePorts, waitFor } from "@hookgate/testing";
import { afterAll, expect, test } from "@jest/globals";
import { killGroup } from "./app_process.ts";

const folder = mkdtempSync(join(tmpdir(), "hookgate-main-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

function start(env: Record<string, string>) {
  const main = join(import.meta.dirname, "../main.ts");
  return spawnSync(process.execPath, [main, "start"], {
    encoding: "utf8",
    env: { PATH: process.env.PATH, DATA_DIR: join(folder, "data"), ...env },
  });
}

/** As another shell would: it shares only the folder and the printed line. */
function runLine(line: string) {
  const cwd = resolve(import.meta.dirname, "../../..");
  const env = { PATH: process.env["PATH"], HOME: process.env["HOME"] };
  return spawnSync("bash", ["-c", line], { cwd, env, encoding: "utf8" });
}

/** The process id of the child whose command line has these words. */
function childOf(parent: number | undefined, words: string): number {
  const children = readFileSync(`/proc/${parent}/task/${parent}/children`, "utf8");
  const pid = children
    .trim()
    .split(" ")
    .find((each) => readFileSync(`/proc/${each}/cmdline`, "utf8").includes(words));
  if (pid === undefined) throw new Error(`Cannot find a child that runs ${words}`);
  return Number(pid);
}

/** Variables of a gateway with a store of its own, and the ports of its health. */
async function newGateway(name: string) {
  const [edgePort, edgeOps, dispatcherPort, dispatcherOps] = await freePorts(4);
  const env = {
    PATH: process.env["PATH"],
    DATA_DIR: join(folder, name),
    EDGE_PORT: String(edgePort),
    EDGE_OPS_PORT: String(edgeOps),
    DISPATCHER_ADDRESS: `127.0.0.1:${dispatcherPort}`,
    DISPATCHER_OPS_PORT: String(dispatcherOps),
    CONSOLE_PORT: "0",
  };
  return { edgeOps, dispatcherOps, env };
}

test("npm start -- --one-process runs edge, dispatcher and console in one, and its line works", async () => {
  const { edgeOps, dispatcherOps, env } = await newGateway("one process");
  const consolePort = await freePort();
  const main = join(import.meta.dirname, "../main.ts");
  const child = spawn(process.execPath, [main, "start", "--one-process"], {
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...env, CONSOLE_PORT: String(consolePort), LOG_LEVEL: "fatal" },
  });
  let out = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  const exited = once(child, "exit");
  try {
    await waitFor(() => /npx hookgate send .*\n/.test(out), {
      what: "the line",
      timeoutMs: 30_000,
    });
    expect(out).toMatch(/^gateway is ready at http/);
    const line = /^.*npx hookgate send .*$/m.exec(out)?.[0] ?? "";
    expect(runLine(line)).toMatchObject({ status: 0, stdout: expect.stringContaining("200 OK") });
    for (const port of [edgeOps, dispatcherOps]) {
      expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
    }
    const events = () =>
      fetch(`http://127.0.0.1:${consolePort}/api/v1/list-events`).then(
        async (response) => /evt_/.test(await response.text()),
        () => false,
      );
    await waitFor(events, { what: "the event in the console", timeoutMs: 30_000 });
    expect(out).toContain(`console is ready at http://localhost:${consolePort}\n`);
  } finally {
    child.kill("SIGTERM");
    expect(await exited).toEqual([0, null]);
  }
}, 60_000);

test("npm start prints ready lines and a line that works, restarts what is killed, and ends with 0", async () => {
  const { dispatcherOps, env } = await newGateway("whole house");
  const child = spawn(process.execPath, [join(import.meta.dirname, "../main.ts"), "start"], {
    stdio: ["ignore", "pipe", "pipe"],
    env,
  });
  let out = "";
  let err = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  child.stderr.on("data", (chunk) => (err += chunk));
  try {
    const until = (what: string, condition: () => unknown) =>
      waitFor(() => Boolean(condition()), { what, timeoutMs: 30_000 });
    await until("the line to copy", () => /npx hookgate send .*\n/.test(out));
    const lines = out.trimEnd().split("\n");
    expect(lines.slice(0, -1).toSorted()).toEqual([
      expect.stringMatching(/^console is ready at http:\S+$/),
      expect.stringMatching(/^dispatcher is ready at 127\.0\.0\.1:\d+$/),
      expect.stringMatching(/^edge is ready at http:\S+$/),
    ]);
    const line = lines.at(-1) ?? "";
    expect(runLine(line)).toMatchObject({ status: 0, stdout: expect.stringContaining("200 OK") });

    const metrics = await fetch(`http://127.0.0.1:${dispatcherOps}/metrics`);
    expect(await metrics.text()).toContain("# TYPE hookgate_handshake_problem gauge\n");

    process.kill(childOf(child.pid, "apps/dispatcher/main.ts"), "SIGKILL");
    await until("the dispatcher to be back", () => err.includes("dispatcher is ready again"));
    await until("an event to be stored again", () => runLine(line).status === 0);

    process.kill(childOf(child.pid, "apps/edge/main.ts"), "SIGSTOP");
    await until("the edge to be missed", () => err.includes("edge has stopped answering /healthz"));
    await until("the edge to be back", () => err.includes("edge is ready again"));
    await until("an event to be stored once more", () => runLine(line).status === 0);
    expect(out.trimEnd().split("\n")).toEqual(lines);
  } finally {
    child.kill("SIGINT");
  }
  const [code] = await once(child, "exit");
  expect(code).toBe(0);
  expect(err).not.toContain("killing them");
}, 120_000);

test("npx hookgate start ends the gateway when npx is told to stop", async () => {
  const { edgeOps, dispatcherOps, env } = await newGateway("by npx");
  const child = spawn("npx", ["hookgate", "start"], {
    cwd: resolve(import.meta.dirname, "../../.."),
    // Of its own, so that nothing is left of it in any case.
    detached: true,
    stdio: ["ignore", "pipe", "inherit"],
    env: { ...env, HOME: process.env["HOME"], LOG_LEVEL: "fatal" },
  });
  let out = "";
  child.stdout.on("data", (chunk) => (out += chunk));
  const answers = (port: number | undefined) =>
    fetch(`http://127.0.0.1:${port}/healthz`).then(
      () => true,
      () => false,
    );
  try {
    const started = () => out.includes("npx hookgate send");
    await waitFor(started, { what: "the line to copy", timeoutMs: 60_000 });
    child.kill("SIGTERM");
    const ended = async () => !(await answers(edgeOps)) && !(await answers(dispatcherOps));
    await waitFor(ended, { what: "the end of both apps", timeoutMs: 30_000 });
  } finally {
    killGroup(child);
  }
}, 120_000);

test("npm start tells a bad environment once, every problem of it, and exits with 2", () => {
  const { status, stdout, stderr } = start({ EDGE_PORT: "many", DISPATCHER_ADDRESS: "here" });
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.match(/EDGE_PORT/g)).toHaveLength(1);
  expect(stderr.match(/DISPATCHER_ADDRESS/g)).toHaveLength(1);
});

test("npm start tells a bad configuration once, and exits with 2", () => {
  const file = join(folder, "hookgate.config.ts");
  writeFileSync(
    file,
    "export default { sources: { academy: { provider: 'nobody', secrets: ['s'] } } };\n",
  );
  const { status, stdout, stderr } = start({ HOOKGATE_CONFIG: file });
  expect(status).toBe(2);
  expect(stdout).toBe("");
  expect(stderr.match(/sources\.academy\.provider/g)).toHaveLength(1);
});

test("npm start refuses a Node that is too old, in words", () => {
  const guard = JSON.stringify(join(import.meta.dirname, "../main.cjs"));
  const pretend = `Object.defineProperty(process.versions, "node", { value: "20.20.0" });`;
  const { status, stderr } = spawnSync(
    process.execPath,
    ["--eval", `${pretend} require(${guard})`],
    {
      encoding: "utf8",
    },
  );
  expect(status).toBe(2);
  expect(stderr).toContain("Cannot start: Hookgate needs Node 24, and this is Node 20.20.0;");
});
