import { spawn } from "node:child_process";
import { once } from "node:events";
import { connect } from "node:net";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import {
  databaseUri,
  type MongoServer,
  startMongoServer,
  startMongoServerOrSkip,
} from "./mongo_server.ts";
import { mongoCommand, replySays } from "./mongo_wire.ts";
import { type TemporaryDirectory, temporaryDirectory } from "./temporary_directory.ts";
import { waitFor } from "./wait_for.ts";

let directory: TemporaryDirectory;

beforeEach(async () => {
  directory = await temporaryDirectory();
});

afterEach(async () => {
  await directory[Symbol.asyncDispose]();
});

test.each([
  ["mongodb://h", "mongodb://h/x"],
  ["mongodb://h/", "mongodb://h/x"],
  ["mongodb://h:1,i:2/?replicaSet=r", "mongodb://h:1,i:2/x?replicaSet=r"],
  ["mongodb://u:p@h/admin", "mongodb://u:p@h/x?authSource=admin"],
  ["mongodb://u:p@h/a?authSource=b", "mongodb://u:p@h/x?authSource=b"],
  ["mongodb+srv://h/?w=1", "mongodb+srv://h/x?w=1"],
])("databaseUri() names a database in %s", (uri, expected) => {
  expect(databaseUri(uri, "x")).toBe(expected);
});

test("databaseUri() refuses other addresses", () => {
  expect(() => databaseUri("http://h", "x")).toThrow(SyntaxError);
});

test("startMongoServer() uses the server that MONGODB_URI names, and never kills it", async () => {
  const uri = "mongodb://mongo.example:27017/?replicaSet=rs0";
  const server = await startMongoServer({ env: { MONGODB_URI: uri } });
  expect(server).toMatchObject({ kind: "external", uri });
  await expect(server.kill()).rejects.toThrow("is not ours");
  await expect(server.restart()).rejects.toThrow("is not ours");
  expect(() => server.freeze()).toThrow("is not ours");
  await server.stop();
});

test("startMongoServer() says why there is no server", async () => {
  const env = { PATH: directory.path };
  const started = startMongoServer({ env, cacheFolder: directory.path });
  await expect(started).rejects.toThrow("python3 not found");
});

test("startMongoServerOrSkip() warns when it skips, and throws under CI", async () => {
  const env = { PATH: directory.path };
  const said: string[] = [];
  const options = { cacheFolder: directory.path, warn: (text: string) => said.push(text) };
  expect(await startMongoServerOrSkip({ ...options, env })).toBeNull();
  expect(said.join("")).toMatch(/SKIPPED: .*python3 not found/);
  const underCi = startMongoServerOrSkip({ ...options, env: { ...env, CI: "true" } });
  await expect(underCi).rejects.toThrow("python3 not found");
});

const external = process.env["MONGODB_URI"] !== undefined;
const testOwn = external ? test.skip : test;

testOwn(
  "startMongoServer() starts a replica set that can be killed, started again and stopped",
  async () => {
    const server = await startMongoServerOrSkip();
    if (!server) return;
    const port = Number(new URL(server.uri).port);
    try {
      expect(replySays(await mongoCommand(port, { hello: 1 }), "isWritablePrimary")).toBe(true);
      await server.kill();
      await expect(mongoCommand(port, { hello: 1 })).rejects.toThrow("ECONNREFUSED");
      await server.restart();
      expect(replySays(await mongoCommand(port, { hello: 1 }), "isWritablePrimary")).toBe(true);
      await frozenAndThawed(server, port);
    } finally {
      await server.stop();
    }
    expect(await isOpen(port)).toBe(false);
    await server.stop();
  },
  120_000,
);

testOwn(
  "startMongoServer() leaves no server behind when its process group is interrupted or killed",
  async () => {
    const first = await startMongoServerOrSkip();
    if (!first) return;
    await first.stop();
    for (const signal of ["SIGINT", "SIGTERM", "SIGKILL"] as const) {
      const file = new URL("./mongo_server.ts", import.meta.url).href;
      const script = `const { startMongoServer } = await import(${JSON.stringify(file)});
        console.log((await startMongoServer()).uri); setInterval(() => {}, 1_000);`;
      const args = ["--input-type=module", "--eval", script];
      const child = spawn(process.execPath, args, {
        env: { ...process.env, NODE_OPTIONS: "" },
        stdio: ["ignore", "pipe", "inherit"],
        detached: true,
      });
      const [line] = await once(child.stdout, "data");
      const port = Number(new URL(`${line}`.trim()).port);
      const exited = once(child, "exit");
      // To the group, like a terminal; SIGKILL only to the process, or nothing could clean up.
      process.kill(signal === "SIGKILL" ? (child.pid ?? 0) : -(child.pid ?? 0), signal);
      await exited;
      await waitFor(async () => !(await isOpen(port)), { what: "the server to be gone" });
    }
  },
  120_000,
);

async function frozenAndThawed(server: MongoServer, port: number): Promise<void> {
  server.freeze();
  const asked = mongoCommand(port, { hello: 1 }, { timeoutMs: 200 });
  await expect(asked).rejects.toThrow("no reply within 200 ms");
  server.thaw();
  await waitFor(() => mongoCommand(port, { hello: 1 }), { what: "the server to answer again" });
}

function isOpen(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect({ host: "127.0.0.1", port });
    socket.once("connect", () => resolve(true)).once("error", () => resolve(false));
    socket.once("connect", () => socket.destroy());
  });
}
