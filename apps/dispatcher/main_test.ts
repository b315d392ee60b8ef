import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { open, readdir, readFile, rm, stat, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import { join } from "node:path";
import { ensureExampleSecret, ensureLocalToken } from "@hookgate/config";
import { captureToMessage, connectRpc, type RpcClient } from "@hookgate/rpc";
import {
  freePort,
  makeEvent,
  serverCertificate,
  type TemporaryDirectory,
  temporaryDirectory,
  waitFor,
} from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";

const MAIN = join(import.meta.dirname, "main.ts");

/** A process has to start, on a machine that may be busy. */
const START_MS_MAX = 20_000;

let directory: TemporaryDirectory;
let address: string;
const running: ChildProcess[] = [];
const clients: RpcClient[] = [];
let output = "";

beforeEach(async () => {
  directory = await temporaryDirectory();
  address = `127.0.0.1:${await freePort()}`;
  await writeConfig();
});

afterEach(async () => {
  for (const client of clients.splice(0)) client.close();
  for (const child of running.splice(0)) {
    if (child.exitCode !== null || child.signalCode !== null) continue;
    child.kill("SIGKILL");
    await once(child, "exit");
  }
  await directory[Symbol.asyncDispose]();
});

async function writeConfig(more: object = {}): Promise<void> {
  const config = {
    sources: { academy: { provider: "generic", secrets: ["secret"] } },
    subscriptions: {},
    handlerHosts: { count: 1 },
    ...more,
  };
  await writeFile(inDirectory("hookgate.config.ts"), `export default ${JSON.stringify(config)};\n`);
}

function inDirectory(name: string): string {
  return join(directory.path, name);
}

function start(env: Record<string, string> = {}, stream: "pipe" | number = "pipe"): ChildProcess {
  output = "";
  const child = spawn(process.execPath, [MAIN], {
    cwd: directory.path,
    stdio: ["ignore", stream, stream],
    env: {
      PATH: process.env["PATH"] ?? "",
      DISPATCHER_ADDRESS: address,
      DISPATCHER_OPS_PORT: "0",
      ...env,
    },
  });
  for (const part of [child.stdout, child.stderr]) part?.on("data", (text) => (output += text));
  running.push(child);
  return child;
}

function until(what: string, condition: () => boolean | Promise<boolean>): Promise<true> {
  return waitFor(condition, { what, timeoutMs: START_MS_MAX });
}

async function ready(): Promise<void> {
  await until("the ready line", () => output.includes(`ready dispatcher ${address}\n`));
}

async function exitOf(child: ChildProcess): Promise<number | null> {
  await until("the exit", () => child.exitCode !== null || child.signalCode !== null);
  return child.exitCode;
}

function connect(token: string): RpcClient {
  const security = { token: token === "" ? null : token, tls: null };
  const client = connectRpc({ address, security });
  clients.push(client);
  return client;
}

async function codeOf(call: Promise<unknown>): Promise<string> {
  return call.then(
    () => "OK",
    (error) => error.code,
  );
}

test(
  "the dispatcher exits 2 with one sentence for what a restart cannot fix",
  async () => {
    const taken = createServer().listen(0, "127.0.0.1");
    await once(taken, "listening");
    const { port } = taken.address() as { port: number };
    expect(await exitOf(start({ DISPATCHER_ADDRESS: `127.0.0.1:${port}` }))).toBe(2);
    const sentence = `Cannot listen on 127.0.0.1:${port}: another process has the port`;
    expect(plainLines()).toEqual([sentence]);
    taken.close();

    expect(await exitOf(start({ RPC_TOKENS_FILE: "nowhere.json" }))).toBe(2);
    expect(plainLines()).toEqual([expect.stringContaining("RPC_TOKENS_FILE")]);

    start();
    await ready();
    const second = { DISPATCHER_ADDRESS: `127.0.0.1:${await freePort()}` };
    expect(await exitOf(start(second))).toBe(2);
    expect(plainLines()).toEqual([expect.stringContaining("is in use by another dispatcher")]);
  },
  4 * START_MS_MAX,
);

test(
  "the dispatcher exits 2 if the store is newer than itself",
  async () => {
    const child = start();
    await ready();
    child.kill("SIGTERM");
    expect(await exitOf(child)).toBe(0);
    const raise = `new DatabaseSync("data/hookgate.sqlite").exec("PRAGMA user_version = 1000")`;
    const program = `import { DatabaseSync } from "node:sqlite"; ${raise};`;
    spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
      cwd: directory.path,
    });
    expect(await exitOf(start())).toBe(2);
    expect(plainLines()).toEqual([expect.stringContaining("newer than")]);
  },
  3 * START_MS_MAX,
);

/** What was printed that is no line of the log. */
function plainLines(): string[] {
  return output.split("\n").filter((line) => line !== "" && !line.startsWith("{"));
}

test(
  "a reload applies changed tokens, and ends calls that the new ones do not allow",
  async () => {
    const file = inDirectory("tokens.json");
    const writeTokens = (tokens: object) => writeFile(file, JSON.stringify(tokens));
    await writeTokens({ old: ["admin"], crm: ["subscribe:crm"] });
    const child = start({ RPC_TOKENS_FILE: file });
    await ready();
    expect(output).toContain("token has fewer than 12 characters, so it can be guessed");
    expect(await codeOf(connect("old").admin.getHealth({}))).toBe("OK");
    expect(await codeOf(connect("new").admin.getHealth({}))).toBe("UNAUTHENTICATED");

    const stream = connect("crm").subscribe();
    const broken = Promise.withResolvers<string>();
    stream.receive({
      message() {},
      end: () => broken.resolve("ended"),
      error: ({ code }) => broken.resolve(code),
    });

    await writeTokens({ old: ["admin", "scribe"] });
    child.kill("SIGHUP");
    await until("the refusal", () => output.includes("configuration not reloaded"));
    expect(await codeOf(connect("old").admin.getHealth({}))).toBe("OK");

    await writeTokens({ "<token>": ["admin"] });
    child.kill("SIGHUP");
    await until("the refusal of a placeholder", () => output.includes("it is a placeholder"));

    await writeTokens({ new: ["admin"] });
    child.kill("SIGHUP");
    await until("the reload", () => output.includes("configuration reloaded"));
    expect(await codeOf(connect("new").admin.getHealth({}))).toBe("OK");
    expect(await codeOf(connect("old").admin.getHealth({}))).toBe("UNAUTHENTICATED");
    expect(await broken.promise).toBe("UNAVAILABLE");
  },
  3 * START_MS_MAX,
);

test(
  "the dispatcher asks for the token that it made into its data directory, except for health",
  async () => {
    start();
    await ready();
    const token = (await readFile(inDirectory("data/rpc_token"), "utf8")).trim();
    expect((await stat(inDirectory("data/rpc_token"))).mode & 0o777).toBe(0o600);
    expect(await codeOf(connect("").admin.getHealth({}))).toBe("UNAUTHENTICATED");
    expect(await codeOf(connect("another").admin.getHealth({}))).toBe("UNAUTHENTICATED");
    expect(await codeOf(connect(token).admin.getHealth({}))).toBe("OK");
  },
  2 * START_MS_MAX,
);

test(
  "the dispatcher puts its data directory back, with its secrets and all events, also those that are encrypted",
  async () => {
    const protect = { encrypt: ["/data/user"], subject: "/data/id" };
    const academy = { provider: "generic", secrets: ["secret"], protect };
    await writeConfig({ sources: { academy } });
    const data = inDirectory("data");
    const secret = ensureExampleSecret(data);
    const first = start();
    await ready();
    const client = connect(ensureLocalToken(data));
    const body = Buffer.from('{"data":{"id":"1","user":"Ada"}}');
    const event = makeEvent({ source: "academy", body });
    const stored = Promise.withResolvers<void>();
    const call = client.capture();
    call.receive({
      message({ window, results }) {
        if (results.length > 0) stored.resolve();
        else if (window) call.send({ captures: [captureToMessage(1, event)] });
      },
      end() {},
      error() {},
    });
    await stored.promise;
    await rm(data, { recursive: true });
    await until("the directory to be back", async () => {
      const names = await readdir(data).catch((): string[] => []);
      const wanted = ["rpc_token", "data_key", "webhook_secret", "hookgate.sqlite"];
      return wanted.every((name) => names.includes(name));
    });
    expect(ensureExampleSecret(data)).toBe(secret);
    // Only now does the open file have its name again.
    await until("the dispatcher to be ready again", async () => {
      const { problems } = await client.admin.getHealth({});
      return problems.length === 0;
    });
    first.kill("SIGKILL");
    await exitOf(first);
    start();
    await ready();
    const { event: found } = await client.admin.getEvent({ id: event.id });
    expect(found?.id).toBe(event.id);
  },
  3 * START_MS_MAX,
);

test(
  "off loopback the dispatcher exits 2 without TLS or without knowing its callers",
  async () => {
    const { cert, key } = serverCertificate();
    await writeFile(inDirectory("cert.pem"), cert);
    await writeFile(inDirectory("key.pem"), key);
    const DISPATCHER_ADDRESS = "0.0.0.0:0";
    const tls = { RPC_TLS_CERT: "cert.pem", RPC_TLS_KEY: "key.pem" };
    for (const env of [{}, { RPC_TOKEN: "a-token" }, tls]) {
      expect(await exitOf(start({ DISPATCHER_ADDRESS, ...env }))).toBe(2);
      expect(plainLines()).toEqual([
        expect.stringMatching(
          /^Cannot listen on 0\.0\.0\.0:0: others could reach it, so it needs /,
        ),
      ]);
    }
    start({ DISPATCHER_ADDRESS, ...tls, RPC_TOKEN: "a-token" });
    await until("the ready line", () => output.includes("ready dispatcher 0.0.0.0:"));
  },
  4 * START_MS_MAX,
);

test(
  "RPC_INSECURE=1 lets anybody in, with a warning",
  async () => {
    start({ RPC_INSECURE: "1" });
    await ready();
    expect(output).toContain("RPC_INSECURE=1: anyone who reaches this port may forge events");
    expect(await codeOf(connect("").admin.getHealth({}))).toBe("OK");
  },
  2 * START_MS_MAX,
);

test(
  "RPC_INSECURE=1 with a token warns of plain text only",
  async () => {
    start({ RPC_INSECURE: "1", RPC_TOKEN: "a-token", DISPATCHER_ADDRESS: "0.0.0.0:0" });
    await until("the ready line", () => output.includes("ready dispatcher 0.0.0.0:"));
    expect(output).toContain("RPC_INSECURE=1: tokens and events cross the network in plain text");
    expect(output).not.toContain("anyone who reaches this port");
  },
  2 * START_MS_MAX,
);

test(
  "a SIGHUP during the start is not lost",
  async () => {
    const child = start();
    await until("the store", () => output.includes("store opened"));
    child.kill("SIGHUP");
    await until("the reload", () => output.includes("configuration reloaded"));
  },
  2 * START_MS_MAX,
);

test(
  "handlers run although nobody reads what they print",
  async () => {
    const handler = `import { appendFileSync } from "node:fs";
      export function handle(event) {
        console.log("x".repeat(300_000));
        console.error("x".repeat(300_000));
        appendFileSync("handled", event.id + "\\n");
      }`;
    await writeFile(inDirectory("loud.ts"), handler);
    await writeConfig({ subscriptions: { loud: { events: ["*"], handler: "./loud.ts" } } });
    const child = start();
    await ready();
    // From now on nothing is read.
    for (const part of [child.stdout, child.stderr]) part?.removeAllListeners("data").pause();
    const call = connect(ensureLocalToken(inDirectory("data"))).capture();
    const events = Array.from({ length: 20 }, () => makeEvent({ source: "academy" }));
    call.receive({
      message({ window }) {
        if (!window) return;
        const captures = events.map((event, number) => captureToMessage(number, event));
        call.send({ captures });
      },
      end() {},
      error() {},
    });
    await until("all to be handled", async () => {
      const handled = await readFile(inDirectory("handled"), "utf8");
      return new Set(handled.trimEnd().split("\n")).size === events.length;
    });
    child.kill("SIGTERM");
    expect(await exitOf(child)).toBe(0);
  },
  3 * START_MS_MAX,
);

test(
  "a handler gets harmless variables and those that are named, no secret, and no open file of the dispatcher",
  async () => {
    const handler = `import { readdirSync, readFileSync, readlinkSync, writeFileSync } from "node:fs";
      export function handle() {
        const environ = readFileSync("/proc/self/environ", "latin1");
        const links = readdirSync("/proc/self/fd").map((fd) => {
          try { return readlinkSync("/proc/self/fd/" + fd); } catch { return ""; }
        });
        writeFileSync("seen", JSON.stringify({ env: process.env, environ, links }));
      }`;
    await writeFile(inDirectory("curious.ts"), handler);
    await writeConfig({
      subscriptions: { curious: { events: ["*"], handler: "./curious.ts" } },
      handlerEnv: ["CRM_TOKEN", "MISSING"],
    });
    const secrets = {
      WEBHOOK_SECRET: "secret-1",
      RPC_TOKEN: "secret-2",
      STRIPE_SECRET: "secret-3",
    };
    start({ ...secrets, CRM_TOKEN: "given", TZ: "UTC", NODE_ENV: "production" });
    await ready();
    const call = connect("secret-2").capture();
    call.receive({
      message({ window }) {
        const event = makeEvent({ source: "academy" });
        if (window) call.send({ captures: [captureToMessage(1, event)] });
      },
      end() {},
      error() {},
    });
    const seen = await waitFor(() => readFile(inDirectory("seen"), "utf8").catch(() => ""), {
      what: "the handler",
      timeoutMs: START_MS_MAX,
    });
    const { env, environ, links } = JSON.parse(seen);
    expect(env).toMatchObject({ CRM_TOKEN: "given", TZ: "UTC", NODE_ENV: "production" });
    expect(environ).toContain("CRM_TOKEN=given");
    expect(`${JSON.stringify(env)} ${environ}`).not.toMatch(/secret-\d/);
    expect(links.filter((path: string) => path.startsWith(directory.path))).toEqual([]);
  },
  2 * START_MS_MAX,
);

test(
  "the dispatcher runs, serves and stops although its log cannot be written",
  async () => {
    const opsPort = await freePort();
    const full = await open("/dev/full", "w");
    const child = start({ DISPATCHER_OPS_PORT: String(opsPort), LOG_LEVEL: "debug" }, full.fd);
    await full.close();
    const ops = `http://127.0.0.1:${opsPort}`;
    await until("readiness", async () => (await fetch(`${ops}/readyz`)).ok);
    const metrics = await fetch(`${ops}/metrics`);
    expect(await metrics.text()).toContain("# TYPE hookgate_log_lines_dropped_total counter\n");
    child.kill("SIGTERM");
    expect(await exitOf(child)).toBe(0);
  },
  2 * START_MS_MAX,
);
