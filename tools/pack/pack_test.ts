import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { cp, mkdir, readdir, readFile, symlink, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { eventToMessage, startRpcServer } from "@hookgate/rpc";
import { makeEvent, temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";

const ROOT = resolve(import.meta.dirname, "../..");
const run = promisify(execFile);

const PROGRAM = `
import { subscribe } from "@hookgate/client";
const subscriber = subscribe({ address: process.argv[2], name: "crm" }, async (event) => {
  console.log(event.id, JSON.stringify(event.data));
  setImmediate(() => subscriber.close());
});
await subscriber.closed;
`;

const TYPED_PROGRAM = `
import { subscribe } from "@hookgate/client";
subscribe({ address: "", name: "crm", events: ["payment.*"] }, async (event, { signal }) => {
  const type: \`payment.\${string}\` = event.type;
  const body: Uint8Array = event.body;
  signal.throwIfAborted();
  // @ts-expect-error Not a requested type.
  const other: "course.enrolled" = event.type;
  console.log(type, body, other);
});
`;

/** The environment without npm's own variables, which would confuse a nested npm. */
function plainEnv(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env);
  return Object.fromEntries(
    entries.filter(([name]) => !name.startsWith("npm_") && name !== "NODE_OPTIONS"),
  );
}

/** The system's Node on PATH; null if there is none that the package supports. */
async function ownNode(env: NodeJS.ProcessEnv): Promise<string | null> {
  const folders = (env["PATH"] ?? "").split(":").filter((path) => !path.includes("node_modules"));
  const node = folders.map((path) => join(path, "node")).find((path) => existsSync(path));
  if (node === undefined) return null;
  const { stdout } = await run(node, ["--version"]);
  return Number(/^v(\d+)/.exec(stdout)?.[1]) >= 20 ? node : null;
}

/** Copies this workspace: packing replaces the client's manifest for a while, and other tests read it. */
async function copyWorkspace(to: string): Promise<void> {
  await mkdir(to);
  const isSource = (path: string) =>
    !/\/(node_modules|data|dist)(\/|$)/.test(path.slice(ROOT.length));
  for (const name of ["apps", "libs", "protos", "tools", "package.json", "LICENSE"]) {
    await cp(join(ROOT, name), join(to, name), { recursive: true, filter: isSource });
  }
  await cp(join(ROOT, "tsconfig.base.json"), join(to, "tsconfig.base.json"));
  await symlink(join(ROOT, "node_modules"), join(to, "node_modules"));
}

test("the packed client is plain JavaScript with types, and receives in a separate project", async () => {
  await using folder = await temporaryDirectory();
  const workspace = join(folder.path, "workspace");
  await copyWorkspace(workspace);
  const client = join(workspace, "libs/client");
  const manifest = await readFile(join(client, "package.json"), "utf8");
  const env = plainEnv();
  const pack = ["pack", "-w", "@hookgate/client", "--pack-destination", folder.path];
  await run("npm", pack, { cwd: workspace, env });
  expect(await readFile(join(client, "package.json"), "utf8")).toBe(manifest);
  expect(existsSync(join(client, "dist"))).toBe(false);

  const [tarball = ""] = (await readdir(folder.path)).filter((name) => name.endsWith(".tgz"));
  await writeFile(join(folder.path, "package.json"), '{"private": true, "type": "module"}');
  const cwd = folder.path;
  await run("npm", ["install", "--no-audit", "--no-fund", `./${tarball}`], { cwd, env });
  const installed = join(folder.path, "node_modules/@hookgate");
  expect(await readdir(installed)).toEqual(["client"]);
  const files = await readdir(join(installed, "client"), { recursive: true });
  expect(files.filter((file) => file.endsWith(".ts") && !file.endsWith(".d.ts"))).toEqual([]);
  expect(files).toEqual(expect.arrayContaining(["LICENSE", "README.md"]));

  const event = makeEvent({ provider: "stripe", body: Buffer.from('{"n":1}') });
  const acknowledged: string[] = [];
  const server = await startRpcServer({
    address: "127.0.0.1:0",
    security: { tokens: null, tls: null },
    ingest: null,
    admin: null,
    subscription: {
      subscribe(call) {
        const nothing = { opened: null, events: [], expiredAckIds: [] };
        call.receive({
          message({ open, ackIds }) {
            acknowledged.push(...ackIds);
            if (!open) return;
            const { types, sources } = open;
            const times = { ackDeadlineMs: 30_000, heartbeatMs: 5_000 };
            call.send({ ...nothing, opened: { created: true, types, sources, ...times } });
            const message = eventToMessage(event);
            const delivery = {
              ...{ ackId: "1", deliveryId: "dlv_1", attempt: 1 },
              ...{ event: message, traceparent: "" },
            };
            call.send({ ...nothing, events: [delivery] });
          },
          end: () => call.end(),
          error() {},
        });
      },
    },
    log: { error() {} },
  });
  try {
    await writeFile(join(folder.path, "program.js"), PROGRAM);
    // This Node and the system's, which may be as old as the package allows.
    const programs = [process.execPath, await ownNode(env)].filter((node) => node !== null);
    for (const node of programs) {
      const { stdout } = await run(node, ["program.js", server.address], { cwd, env });
      expect(stdout).toBe(`${event.id} {"n":1}\n`);
    }
    expect(acknowledged).toEqual(programs.map(() => "1"));
  } finally {
    await server.close({ graceMs: 0 });
  }

  await writeFile(join(folder.path, "typed.ts"), TYPED_PROGRAM);
  const options = ["--noEmit", "--strict", "--module", "nodenext", "--target", "es2024"];
  const types = ["--types", "node", "--typeRoots", join(ROOT, "node_modules/@types")];
  const tsc = join(ROOT, "node_modules/.bin/tsc");
  await run(tsc, [...options, ...types, "typed.ts"], { cwd, env });
}, 240_000);
