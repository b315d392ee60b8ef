import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, readdir, readFile, stat, writeFile } from "node:fs/promises";
import { homedir, tmpdir } from "node:os";
import { delimiter, dirname, join, relative } from "node:path";
import { freePorts, type TemporaryDirectory, temporaryDirectory, waitFor } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { readSection, readSteps, runSteps, startLines } from "../docs/suite/transcript.ts";
import { ROOT } from "./root.ts";
import {
  canInstall,
  currentNodeFolder,
  pack,
  plainEnv,
  readTarball,
  run,
  systemNode,
} from "./suite/packed.ts";

/** For the gateway to start from the package, in milliseconds: longer than any machine that tests needs. */
const START_MS_MAX = 120_000;

/** What `npm install --omit=dev` leaves, without the Node that it brings, in bytes. */
const INSTALLED_BYTES_MAX = 40e6;

let folder: TemporaryDirectory;
let tarball = "";

beforeAll(async () => {
  folder = await temporaryDirectory();
  tarball = await pack("hookgate", join(folder.path, "packed"));
}, 120_000);
afterAll(async () => {
  await folder[Symbol.asyncDispose]();
});

test("the tarball has no test, no source, no path of this machine and no secret, and says what is in it", async () => {
  const files = await readTarball(tarball, join(folder.path, "content"));
  const package_ = join(folder.path, "content/package");
  const seen = files.map((file) => file.slice(package_.length + 1));
  expect(seen).toEqual(
    expect.arrayContaining([
      "CHANGELOG.md",
      "LICENSE",
      "README.md",
      "THIRD_PARTY_LICENSES",
      "package.json",
      "sbom.cdx.json",
    ]),
  );
  const foreign = seen.filter((file) =>
    /_test\.|\/suite\/|\/node_modules\/.*\.js$|\.map$/.test(file),
  );
  expect(foreign).toEqual([]);
  expect(seen.filter((file) => /\.tsx?$/.test(file) && !file.endsWith(".d.ts"))).toEqual([]);

  const ours = [ROOT, tmpdir(), homedir()]
    .map((path) => `${path}/`)
    .filter((path) => path !== "//");
  const secret = /-----BEGIN [A-Z ]*PRIVATE KEY-----\s+[A-Za-z0-9+/]{20}|\bnpm_[A-Za-z0-9]{30}/;
  for (const file of files) {
    const text = await readFile(file, "latin1");
    expect([file, ours.filter((path) => text.includes(path))]).toEqual([file, []]);
    expect([file, secret.exec(text)?.[0]]).toEqual([file, undefined]);
  }

  // Links into the tree would lead nowhere.
  const readme = await readFile(join(package_, "README.md"), "utf8");
  expect(readme.match(/\]\((?![a-z]+:|#)[^)]*\)/g)).toBeNull();

  const manifest = JSON.parse(await readFile(join(package_, "package.json"), "utf8"));
  expect(Object.keys(manifest)).toEqual(
    expect.arrayContaining([
      "name",
      "version",
      "description",
      "keywords",
      "license",
      "engines",
      "exports",
      "bin",
      "files",
    ]),
  );
  expect(manifest.dependencies).toBeUndefined();
  expect(manifest.scripts).toBeUndefined();
  const { components, bomFormat } = JSON.parse(
    await readFile(join(package_, "sbom.cdx.json"), "utf8"),
  );
  expect(bomFormat).toBe("CycloneDX");
  // As `@grpc/grpc-js 1.14.0`: a second version of a package is listed under another name, but never with another purl.
  const listed = components.map(({ purl }: { purl: string }) => {
    return decodeURIComponent(purl.replace("pkg:npm/", "")).replace(/@([^@]+)$/, " $1");
  });
  for (const name of ["koa", "@grpc/grpc-js", "zod", "mongodb", "agenda"]) {
    expect(listed.filter((each: string) => each.startsWith(`${name} `))).toHaveLength(1);
  }
  const licences = await readFile(join(package_, "THIRD_PARTY_LICENSES"), "utf8");
  expect(listed.filter((each: string) => !licences.includes(`${each}, `))).toEqual([]);
});

test("from an empty folder to the first event of one's own handler, as the README says, on a Node that may be older", async () => {
  const node = await systemNode();
  if (node === null || !(await canInstall())) return;
  await tryReadme("older", { path: dirname(node.path), install: [] });
}, 480_000);

test("the same on a machine that has Node 24, without the Node that the package brings, and without scripts", async () => {
  if (!(await canInstall())) return;
  const path = await currentNodeFolder(join(folder.path, "bin"));
  const project = await tryReadme("newer", {
    path,
    install: ["--omit=dev", "--omit=optional", "--ignore-scripts"],
  });
  expect(await installedBytes(join(project, "node_modules"))).toBeLessThan(INSTALLED_BYTES_MAX);
  await installTesting(project);
  await tryTypes(project);
  await tryRunners(project, path);
}, 480_000);

/** Does what the README says, with this folder first in PATH; returns the project's folder. */
async function tryReadme(
  name: string,
  { path, install }: { path: string; install: readonly string[] },
): Promise<string> {
  const project = join(folder.path, name);
  await mkdir(project);
  const [edge, edgeOps, dispatcher, dispatcherOps] = await freePorts(4);
  const env = {
    ...plainEnv(),
    PATH: [
      path,
      ...(process.env["PATH"] ?? "")
        .split(delimiter)
        .filter((each) => !each.includes("node_modules")),
    ].join(delimiter),
    EDGE_PORT: String(edge),
    EDGE_OPS_PORT: String(edgeOps),
    DISPATCHER_ADDRESS: `127.0.0.1:${dispatcher}`,
    DISPATCHER_OPS_PORT: String(dispatcherOps),
    CONSOLE_PORT: "0",
  };
  const shell = { cwd: project, env };
  const [installing, initialising, starting, ...others] = readSteps(
    readSection("In your own project"),
  );
  expect(installing?.command).toMatch(/^npm install \S+\.tgz$/);
  expect(starting?.command).toBe("npx hookgate start");
  await run(
    "npm",
    ["install", "--no-audit", "--no-fund", "--prefer-offline", ...install, tarball],
    shell,
  );
  await runSteps(initialising ? [initialising] : [], { ...shell });
  const child = spawn("npx", ["hookgate", "start"], {
    ...shell,
    stdio: ["ignore", "pipe", "pipe"],
    detached: true,
  });
  let printed = "";
  child.stdout.on("data", (chunk) => (printed += chunk));
  child.stderr.on("data", (chunk) => (printed += chunk));
  try {
    await waitFor(() => /npx hookgate send .*\n/.test(printed), {
      what: "the command to copy",
      timeoutMs: START_MS_MAX,
    }).catch((cause) => {
      throw new Error(`Cannot start: ${printed}`, { cause });
    });
    expect(
      startLines(
        printed
          .split("\n")
          .filter((line) => !line.startsWith("{"))
          .join("\n"),
      ),
    ).toEqual(startLines(starting?.output ?? ""));
    await runSteps(others, shell);
    await waitFor(() => printed.includes("student enrolled"), {
      what: "the line of one's own handler",
    });
    // As of Node, about what the project is written in.
    expect(printed).not.toContain("Warning");
    await tryConsole(printed);
    await run("npx", ["node", "--test"], shell).catch((error) => {
      throw new Error(`Cannot run the project's test: ${error.stdout}${error.stderr}`);
    });
  } finally {
    await stop(child);
  }
  expect((await readdir(project)).sort()).toEqual([
    ".env",
    ".gitignore",
    "README.md",
    "data",
    "handlers",
    "hookgate.config.ts",
    "node_modules",
    "package-lock.json",
    "package.json",
  ]);
  return project;
}

/** The page is in the package: nothing is bundled where it is installed. */
async function tryConsole(printed: string): Promise<void> {
  const url = /^console is ready at (\S+)$/m.exec(printed)?.[1] ?? "";
  const page = await (await fetch(url)).text();
  const script = /src="(\/assets\/[^"]+)"/.exec(page)?.[1] ?? "";
  const response = await fetch(new URL(script, url));
  expect([response.status, response.headers.get("content-type")]).toEqual([
    200,
    "text/javascript; charset=utf-8",
  ]);
}

/** The package of that name, which is another name for a part of this one. */
async function installTesting(project: string): Promise<void> {
  const testing = await pack("@hookgate/testing", join(folder.path, "packed"));
  const flags = ["--no-audit", "--no-fund", "--prefer-offline", "--omit=optional"];
  await run("npm", ["install", ...flags, testing], { cwd: project, env: plainEnv() });
}

const TYPED = `
import { defineConfig, type HookgateConfig } from "hookgate/config";
import { subscribe, waitFor } from "hookgate/client";
import { webhookVerifier } from "hookgate/providers";
import { verifyRoute } from "hookgate/providers/next";
import { verify } from "hookgate/signature";
import { gateway } from "@hookgate/testing";
import { gateway as same } from "hookgate/testing";
import { PermanentError, type HandlerEvent } from "hookgate/types";
const config: HookgateConfig = defineConfig({ sources: { a: { provider: "stripe", secrets: ["x"] } } });
// @ts-expect-error There is no such key.
defineConfig({ source: {} });
export const POST = verifyRoute(webhookVerifier("stripe", { secrets: ["x"] }), ({ id }) => id.length);
export async function test(): Promise<string> {
  await using hooks = await gateway({ handlers: { "payment.*": (event: HandlerEvent<{ n: number }>) => { if (event.data.n > 1) throw new PermanentError(); } } });
  const { id } = await hooks.send("stripe", "charge.refunded", { n: 1 });
  const [delivery] = await hooks.delivered(id);
  const event = await waitFor({ address: "", type: "payment.success" });
  // @ts-expect-error Another type.
  const type: "payment.failed" = event.type;
  console.log(config, subscribe, verify, type, gateway === same);
  return delivery?.subscription ?? "";
}
`;

/** What a project is written in is typed as it is here, whatever it checks. */
async function tryTypes(project: string): Promise<void> {
  await writeFile(join(project, "typed.mts"), TYPED);
  const options = [
    "--noEmit",
    "--strict",
    "--module",
    "nodenext",
    "--target",
    "es2024",
    "--lib",
    "es2024,esnext.disposable,dom",
    "--allowImportingTsExtensions",
  ];
  const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")];
  const files = [
    "typed.mts",
    "hookgate.config.ts",
    "handlers/course_enrolled.ts",
    "handlers/course_enrolled_test.ts",
  ];
  await run(join(ROOT, "node_modules/.bin/tsc"), [...options, ...types, ...files], {
    cwd: project,
    env: plainEnv(),
  }).catch((error) => {
    throw new Error(`Cannot check the types: ${error.stdout}`);
  });
}

/** A test for runners with globals, as CommonJS and as a module. */
const runnersTest = (load: string) => `
${load}
test("a refund is retried", async () => {
  let tries = 0;
  const hooks = await gateway({ handlers: { "payment.*": () => { tries += 1; if (tries === 1) throw new Error("down"); } } });
  try {
    const event = await hooks.send("stripe", "charge.refunded");
    while (tries === 0) await new Promise((resolve) => setTimeout(resolve, 20));
    await hooks.clock.advance("5m");
    const [delivery] = await hooks.delivered(event);
    expect(delivery.attempt).toBe(2);
  } finally {
    await hooks.close();
  }
}, 60_000);
`;

/** Both names of it under Jest, which loads CommonJS, and under Vitest; node:test ran the project's own test. */
async function tryRunners(project: string, path: string): Promise<void> {
  const env = { ...plainEnv(), PATH: `${path}${delimiter}${process.env["PATH"]}` };
  await writeFile(
    join(project, "refund.test.cjs"),
    runnersTest('const { gateway } = require("@hookgate/testing");'),
  );
  await writeFile(
    join(project, "refund.test.mjs"),
    runnersTest('import { gateway } from "hookgate/testing";'),
  );
  const bin = (name: string) => join(ROOT, "node_modules", name);
  const jest = [
    bin("jest/bin/jest.js"),
    "--rootDir",
    project,
    "--testMatch",
    "**/*.test.cjs",
    "--transform",
    "{}",
  ];
  const vitest = [
    bin("vitest/vitest.mjs"),
    "run",
    "--globals",
    "--root",
    project,
    "refund.test.mjs",
  ];
  for (const args of [jest, vitest]) {
    const { stdout, stderr } = await run(process.execPath, args, { cwd: project, env }).catch(
      (error) => {
        throw new Error(`Cannot run ${args[0]}: ${error.stdout}${error.stderr}`);
      },
    );
    expect(`${stdout}${stderr}`).toMatch(/1 passed/);
  }
}

/** What installing wrote: caches of what was run since are not counted, and may still change. */
async function installedBytes(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  const files = entries.filter(
    (entry) => entry.isFile() && !relative(directory, entry.parentPath).startsWith(".cache"),
  );
  const sizes = await Promise.all(
    files.map(({ parentPath, name }) => stat(join(parentPath, name))),
  );
  return sizes.reduce((sum, { size }) => sum + size, 0);
}

/** npx and what it runs are a process group of their own. */
async function stop(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.pid === undefined) return;
  const ended = once(child, "exit");
  process.kill(-child.pid, "SIGTERM");
  await ended;
}
