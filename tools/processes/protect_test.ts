import { randomUUID } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { subscribe } from "@hookgate/client";
import { ensureLocalToken } from "@hookgate/config";
import { signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { BSON, MongoClient } from "mongodb";
import { callHookgate } from "../../apps/cli/suite/call_hookgate.ts";
import { type AppName, prepareApps } from "./apps.ts";
import { mongoDatabase } from "./mongo_database.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
const DATA_KEY = "5f".repeat(32);
/** What must not be found anywhere. */
const MAIL = "ana.protected@example.com";
const CARD = "4242424242424299";
const PHONE = "15551234567";
const AGENT = "a-person-in-a-header";
const HIDDEN = [MAIL, CARD, PHONE, AGENT];

const config = (port: number) => `{
  sources: {
    crm: {
      provider: "generic",
      secrets: ["${SECRET}"],
      protect: {
        drop: ["/data/card"],
        mask: ["/data/phone"],
        encrypt: ["/data/user"],
        subject: "/data/id",
        headers: { encrypt: ["x-person"] },
      },
    },
  },
  subscriptions: {
    good: {
      events: ["*"],
      endpoint: "http://127.0.0.1:${port}/",
      secret: "${SECRET}",
      forwardHeaders: true,
      where: { "/data/user/mail": { exists: true }, "/data/card": { exists: true } },
      orderBy: "/data/user/mail",
    },
    bad: { events: ["*"], handler: "./bad.mjs", retries: 0 },
  },
  privateHosts: ["127.0.0.1"],
}`;

/** Its error quotes what it was given, and it prints nothing. */
const BAD = `export async function handle({ data }) {
  throw new Error("no account of " + data.user.mail);
}`;

/** Every byte of every file below a folder. */
async function bytesBelow(folder: string): Promise<Buffer> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true });
  const files = entries.filter((entry) => entry.isFile());
  return Buffer.concat(
    await Promise.all(files.map(({ parentPath, name }) => readFile(join(parentPath, name)))),
  );
}

const APART = ["dispatcher", "edge"] as const;

const packedId = (id: string) => Buffer.from(id.slice(4), "hex");

interface Round {
  env: Record<string, string>;
  apps: readonly AppName[];
  /** Everything that the store keeps, as far as it can be read here. */
  stored: (dataDir: string) => Promise<Buffer>;
  /** An event's id as it is there. */
  idOf: (id: string) => Buffer;
}

async function protectAndErase({ env, apps: names, stored, idOf }: Round): Promise<void> {
  await using folder = await temporaryDirectory();
  await using running = new AsyncDisposableStack();
  const got: { body: string; person: string | undefined }[] = [];
  const endpoint = createServer(async (request, response) => {
    let body = "";
    for await (const part of request) body += part;
    got.push({ body, person: request.headers["x-person"]?.toString() });
    response.end();
  }).listen(0, "127.0.0.1");
  running.defer(async () => void endpoint.close());
  await new Promise((resolve) => endpoint.once("listening", resolve));
  const { port } = endpoint.address() as AddressInfo;
  const apps = await prepareApps(folder.path, {
    config: config(port),
    env: { LOG_LEVEL: "trace", ...env },
  });
  await writeFile(join(folder.path, "bad.mjs"), BAD);
  const printed: string[] = [];
  for (const app of names) {
    const { stop } = await apps.start(app, { onLine: (line) => printed.push(line) });
    running.defer(stop);
  }
  const cli = { DISPATCHER_ADDRESS: apps.rpcAddress, DATA_DIR: apps.dataDir };
  const hookgate = async (...args: string[]) => callHookgate(args, cli);

  const streamed: string[] = [];
  const token = ensureLocalToken(apps.dataDir);
  const subscriber = subscribe(
    { address: apps.rpcAddress, token, name: "pod", events: ["*"] },
    ({ body }) => void streamed.push(Buffer.from(body).toString()),
  );
  running.defer(async () => subscriber.close());
  await subscriber.opened;

  const data = { id: "u1", card: CARD, phone: PHONE, user: { mail: MAIL } };
  const signed = signedGenericRequest({ secret: SECRET, data });
  const sent = Buffer.from(signed.body).toString();
  const delivered = sent
    .replace(`"card":"${CARD}",`, "")
    .replace(`"phone":"${PHONE}"`, '"phone":"***"');
  const post = (body: Uint8Array<ArrayBuffer> | string) =>
    fetch(`http://127.0.0.1:${apps.edgePort}/api/webhooks/crm`, {
      method: "POST",
      headers: { ...signed.headers, "x-person": AGENT },
      body,
    });
  const answer = await waitFor(
    async () => {
      const response = await post(signed.body);
      return response.ok ? ((await response.json()) as { eventId: string }) : null;
    },
    { what: "an answer of 200", timeoutMs: 30_000 },
  );
  // Refused, and kept in quarantine: with one byte more the signature is wrong.
  expect((await post(`${sent} `)).status).toBe(401);
  const again = (await (await post(signed.body)).json()) as { duplicate?: boolean };
  expect(again.duplicate).toBe(true);

  // Targets get what was encrypted as it came; what was dropped or masked nobody gets.
  await waitFor(() => got.length > 0 && streamed.length > 0, { what: "the deliveries" });
  expect(got[0]).toEqual({ body: delivered, person: AGENT });
  expect(streamed[0]).toBe(delivered);

  // Whoever looks at it sees that it is protected.
  const shown = await waitFor(
    async () => {
      const { out } = await hookgate("event", answer.eventId, "--json", "--headers");
      const event = JSON.parse(out);
      const ended = event.deliveries.every(({ state }: { state: string }) => state !== "running");
      const dead = event.deliveries.some(({ state }: { state: string }) => state === "dead");
      return ended && dead ? { event, out } : null;
    },
    { what: "the end of the deliveries", timeoutMs: 20_000 },
  );
  expect(shown.event.flags).toContain("protected");
  expect(shown.event.protections).toContain("encrypted /data/user");
  expect(shown.out).toContain("no account of [protected]");
  const seen = [shown.out];
  for (const args of [
    ["event", answer.eventId],
    ["event", answer.eventId, "--body"],
    ["events", "--json"],
    ["failures", "--json"],
    ["dead", "--json"],
    ["events", "--source", "crm", "--text", "[encrypted]", "--json"],
  ]) {
    const ran = await hookgate(...args);
    expect(ran).toMatchObject({ code: 0 });
    seen.push(ran.out);
  }
  expect(seen.at(-1)).toContain(answer.eventId);
  const found = await hookgate("events", "--source", "crm", "--text", MAIL, "--json");
  expect(found.out).toBe("");
  const refused = await waitFor(
    async () => {
      const { out } = await hookgate("quarantine", "--json");
      return out === "" ? null : (JSON.parse(out.split("\n")[0] ?? "") as { id: string });
    },
    { what: "the refused request" },
  );
  seen.push((await hookgate("quarantine", "show", refused.id, "--headers")).out);
  expect(seen.at(-1)).toContain("kept encrypted");
  // Its exact bytes are there: the verdict is the same.
  const verified = await hookgate("quarantine", "verify", refused.id);
  expect(verified.out + verified.err).toContain("no_match");

  const kept = await stored(apps.dataDir);
  expect(kept.includes(idOf(answer.eventId))).toBe(true);
  expect(HIDDEN.filter((hidden) => kept.includes(hidden))).toEqual([]);
  expect(HIDDEN.filter((hidden) => seen.join("\n").includes(hidden))).toEqual([]);

  // A replay delivers it again, as long as the key lives.
  const replayed = async (times: number) => {
    const why = ["--subscription", "good", "--state", "delivered", "--yes", "--reason", "a test"];
    expect(await hookgate("replay", ...why)).toMatchObject({ code: 0 });
    await waitFor(() => got.length >= times, { what: "the replay", timeoutMs: 20_000 });
    return got.at(-1);
  };
  expect(await replayed(2)).toEqual({ body: delivered, person: AGENT });

  const erased = await hookgate("erase", "--subject", "u1", "--yes", "--json", "--reason", "asked");
  expect(erased).toMatchObject({ code: 0, err: "" });
  expect(JSON.parse(erased.out).keys).toMatchObject([{ source: "crm" }]);
  const marked = delivered.replace(`{"mail":"${MAIL}"}`, '"[erased]"');
  expect(await replayed(3)).toEqual({ body: marked, person: "[erased]" });
  const after = await hookgate("event", answer.eventId, "--json");
  expect(JSON.parse(after.out).flags).toEqual(expect.arrayContaining(["protected", "erased"]));
  expect((await hookgate("event", answer.eventId, "--body")).out).toBe(marked);
  const audit = await hookgate("audit", "--json");
  expect(audit.out).toMatch(/"action":"erase","target":"subject [0-9a-f]{16}"/);
  expect(audit.out).not.toContain("u1");
  expect((await hookgate("check")).code).toBe(0);

  await running.disposeAsync();
  const end = await stored(apps.dataDir);
  expect(printed.join("").length).toBeGreaterThan(100);
  expect(HIDDEN.filter((hidden) => end.includes(hidden))).toEqual([]);
  expect(HIDDEN.filter((hidden) => printed.join("\n").includes(hidden))).toEqual([]);
}

test("protected data is nowhere on the disk or in the log, is delivered until it is erased, and then nowhere at all", async () => {
  await protectAndErase({ env: {}, apps: APART, stored: bytesBelow, idOf: packedId });
}, 180_000);

test("so it is in one process", async () => {
  await protectAndErase({ env: {}, apps: ["gateway"], stored: bytesBelow, idOf: packedId });
}, 180_000);

/** Every document of a database. */
async function documentsOf(uri: string): Promise<Buffer> {
  const client = await MongoClient.connect(uri);
  try {
    const parts: Uint8Array[] = [];
    for (const collection of await client.db().collections()) {
      for await (const document of collection.find()) parts.push(BSON.serialize(document));
    }
    return Buffer.concat(parts);
  } finally {
    await client.close();
  }
}

test("so it is with MongoDB", async () => {
  await using database = await mongoDatabase();
  const { uri } = database;
  await protectAndErase({
    env: { MONGODB_URI: uri, DATA_KEY },
    apps: APART,
    stored: async (dataDir) => Buffer.concat([await bytesBelow(dataDir), await documentsOf(uri)]),
    idOf: (id) => Buffer.from(id),
  });
}, 240_000);

test("a dispatcher on MongoDB does not start to protect without a key", async () => {
  await using database = await mongoDatabase();
  await using folder = await temporaryDirectory();
  const env = { MONGODB_URI: database.uri, LOG_LEVEL: "info" };
  const apps = await prepareApps(folder.path, { config: config(1), env });
  await writeFile(join(folder.path, "bad.mjs"), BAD);
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  await expect(apps.start("dispatcher", { onLine })).rejects.toThrow("before it was ready");
  expect(lines.join("\n")).toContain("Cannot protect data of crm: set DATA_KEY");
}, 120_000);

test("a source protects from a reload on, and the next start needs the same key", async () => {
  await using folder = await temporaryDirectory();
  await using running = new AsyncDisposableStack();
  const open = `{ sources: { crm: { provider: "generic", secrets: ["${SECRET}"] } } }`;
  const apps = await prepareApps(folder.path, { config: open });
  const gateway = await apps.start("gateway");
  running.defer(gateway.stop);
  const post = async (mail: string) => {
    const signed = signedGenericRequest({ secret: SECRET, data: { id: "u1", mail } });
    const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/crm`;
    const response = await fetch(url, { method: "POST", ...signed });
    expect(response.status).toBe(200);
    return ((await response.json()) as { eventId: string }).eventId;
  };
  const cli = { DISPATCHER_ADDRESS: apps.rpcAddress, DATA_DIR: apps.dataDir };
  const flagsOf = async (id: string) =>
    JSON.parse((await callHookgate(["event", id, "--json"], cli)).out).flags;
  expect(await flagsOf(await post("first@example.com"))).toEqual([]);
  const protect = 'protect: { encrypt: ["/data/mail"], subject: "/data/id" }, secrets';
  const path = join(folder.path, "hookgate.config.ts");
  await writeFile(path, `export default ${open.replace("secrets", protect)};\n`);
  process.kill(gateway.pid, "SIGHUP");
  const later = await waitFor(
    async () => {
      const id = await post(`later-${randomUUID()}@example.com`);
      return (await flagsOf(id)).includes("protected") ? id : null;
    },
    { what: "a protected event", timeoutMs: 20_000 },
  );
  await gateway.stop();
  const lines: string[] = [];
  const onLine = (line: string) => void lines.push(line);
  const other = apps.start("gateway", { env: { DATA_KEY }, onLine });
  await expect(other).rejects.toThrow("before it was ready");
  expect(lines.join("\n")).toContain("not the one that the store's keys are wrapped with");
  const again = await apps.start("gateway");
  running.defer(again.stop);
  expect(await flagsOf(later)).toEqual(["protected"]);
}, 120_000);
