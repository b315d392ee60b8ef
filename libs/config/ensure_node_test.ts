import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { appendFile, chmod, mkdir, stat, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";

const ENSURE_NODE = join(import.meta.dirname, "ensure_node.cjs");
const ROOT = resolve(import.meta.dirname, "../..");
/** Every main file that a machine's own Node may be given. */
const MAINS = ["apps/edge/main.ts", "apps/dispatcher/main.ts", "apps/cli/main.ts"];

let folder: TemporaryDirectory;

beforeAll(async () => {
  folder = await temporaryDirectory();
});
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

/** A main file in a folder of its own, for a Node that says it is of this version. */
async function makeMain(name: string, { version = "20.20.0", rerun = true } = {}): Promise<string> {
  const directory = join(folder.path, name);
  await mkdir(directory, { recursive: true });
  const main = join(directory, "main.cjs");
  const lines = [
    `Object.defineProperty(process.versions, "node", { value: ${JSON.stringify(version)} });`,
    `const { ensureNode } = require(${JSON.stringify(ENSURE_NODE)});`,
    `if (ensureNode({ main: __filename, rerun: ${rerun} })) console.log("runs");`,
  ];
  await writeFile(main, lines.join("\n"));
  return main;
}

/** The project's own Node, which is a shell script here. */
async function makeOwnNode(name: string, script: string): Promise<void> {
  const directory = join(folder.path, name, "node_modules/.bin");
  await mkdir(directory, { recursive: true });
  await writeFile(join(directory, "node"), `#!/bin/sh\n${script}\n`);
  await chmod(join(directory, "node"), 0o755);
}

function run(main: string, ...args: string[]) {
  // Tests keep their compiled code in a place of their own.
  const { NODE_COMPILE_CACHE: _, ...env } = process.env;
  const options = { encoding: "utf8", cwd: folder.path, env } as const;
  const { status, stdout, stderr } = spawnSync(process.execPath, [main, ...args], options);
  return { status, stdout, stderr };
}

test.each(["24.0.0", "24.21.0", "25.0.0-nightly", "100.1.2"])(
  "ensureNode() takes %s",
  async (version) => {
    const main = await makeMain("new", { version });
    expect(run(main)).toEqual({ status: 0, stdout: "runs\n", stderr: "" });
  },
);

test("ensureNode() lets no app end because it is told to reload while it loads its code", async () => {
  const main = await makeMain("early", { version: "24.0.0", rerun: false });
  await appendFile(
    main,
    '\nprocess.kill(process.pid, "SIGHUP"); setTimeout(() => console.log("lives"), 50);',
  );
  expect(run(main)).toEqual({ status: 0, stdout: "runs\nlives\n", stderr: "" });
});

test("ensureNode() keeps compiled code beside the packages, for children too, unless another place is set", async () => {
  await makeOwnNode("cached", "exit 9");
  const main = await makeMain("cached", { version: "24.0.0" });
  await appendFile(main, "\nconsole.log(process.env.NODE_COMPILE_CACHE);");
  const cache = join(folder.path, "cached/node_modules/.cache/hookgate");
  expect(run(main)).toEqual({ status: 0, stdout: `runs\n${cache}\n`, stderr: "" });
  expect((await stat(cache)).isDirectory()).toBe(true);
  const elsewhere = join(folder.path, "elsewhere");
  const env = { ...process.env, NODE_COMPILE_CACHE: elsewhere };
  const { stdout } = spawnSync(process.execPath, [main], { encoding: "utf8", env });
  expect(stdout).toBe(`runs\n${elsewhere}\n`);
});

test.each(["23.11.0", "20.20.0", "8.0.0"])("ensureNode() refuses %s", async (version) => {
  const main = await makeMain("old", { version });
  expect(run(main)).toEqual({
    status: 2,
    stdout: "",
    stderr: `Cannot start: Hookgate needs Node 24, and this is Node ${version}; run npm install, which brings it (without --omit=optional)\n`,
  });
});

test("ensureNode() says how to start with the Node that is installed", async () => {
  await makeOwnNode("told", "exit 9");
  const main = await makeMain("told", { rerun: false });
  expect(run(main)).toEqual({
    status: 2,
    stdout: "",
    stderr:
      "Cannot start: Hookgate needs Node 24, and this is Node 20.20.0; run told/node_modules/.bin/node told/main.cjs, or npm start\n",
  });
});

test("ensureNode() runs again with the Node that is installed, and ends as that one does", async () => {
  await makeOwnNode("again", 'echo "$@"; exit 7');
  const main = await makeMain("again");
  expect(run(main, "events", "--json")).toEqual({
    status: 7,
    stdout: `${main} events --json\n`,
    stderr: "",
  });
});

test("ensureNode() passes signals on", async () => {
  const script = "trap 'echo stopped; exit 3' TERM; echo ready; while :; do sleep 0.05; done";
  await makeOwnNode("signal", script);
  const child = spawn(process.execPath, [await makeMain("signal")], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  let output = "";
  child.stdout.on("data", (chunk) => {
    output += chunk;
  });
  await once(child.stdout, "data");
  child.kill("SIGTERM");
  expect(await once(child, "close")).toEqual([3, null]);
  expect(output).toBe("ready\nstopped\n");
}, 10_000);

test.each(MAINS)("%s started by an old Node ends with one sentence", async (main) => {
  const pretend = join(folder.path, "pretend.cjs");
  await writeFile(
    pretend,
    `Object.defineProperty(process.versions, "node", { value: "20.20.0" });`,
  );
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    ["--no-experimental-strip-types", "--require", pretend, join(ROOT, main)],
    { encoding: "utf8" },
  );
  expect({ status, stdout }).toEqual({ status: 2, stdout: "" });
  expect(stderr).toMatch(
    /^Cannot start: Hookgate needs Node 24, and this is Node 20\.20\.0; [^\n]*\n$/,
  );
});
