import { createHmac } from "node:crypto";
import { ensureLocalToken } from "@hookgate/config";
import { connectRpc } from "@hookgate/rpc";
import { temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { callHookgate } from "../../apps/cli/suite/call_hookgate.ts";
import { prepareApps } from "./apps.ts";
import { mongoDatabase } from "./mongo_database.ts";

/** As Asana makes them: 64 digits. */
const SECRET = "b537207f20cbfa02357cf448134da559e8bd39d61597dcd5631b8012eae53e81";
const STRANGERS = "f".repeat(32) + SECRET.slice(32);

const BODY = JSON.stringify({
  events: [
    {
      action: "changed",
      resource: { gid: "1337", resource_type: "task" },
      created_at: "2026-11-30T12:00:00.000Z",
    },
  ],
});

async function enrolAsana(env: Record<string, string>): Promise<void> {
  await using folder = await temporaryDirectory();
  const apps = await prepareApps(folder.path, {
    // Polling is many refused requests of one address.
    config: `{
      sources: { asana: { provider: "asana", secrets: [] } },
      subscriptions: {},
      rateLimit: { max: 10_000 },
    }`,
    env,
  });
  await using running = new AsyncDisposableStack();
  for (const app of ["dispatcher", "edge"] as const) running.defer((await apps.start(app)).stop);
  const post = (query: string, headers: Record<string, string>, body = "{}") =>
    fetch(`http://127.0.0.1:${apps.edgePort}/api/webhooks/asana${query}`, {
      method: "POST",
      headers: { "content-type": "application/json", ...headers },
      body,
    });
  const shake = (query: string, secret = SECRET) => post(query, { "x-hook-secret": secret });
  const event = async (secret = SECRET) => {
    const signature = createHmac("sha256", secret).update(BODY).digest("hex");
    return (await post("", { "x-hook-signature": signature }, BODY)).status;
  };
  const enrol = async (...args: string[]) => {
    const ran = await callHookgate(["enrol", "asana", ...args], {
      DISPATCHER_ADDRESS: apps.rpcAddress,
      DATA_DIR: apps.dataDir,
    });
    expect(ran).toMatchObject({ code: 0, err: "" });
    return /\?enrol=[^\s,]+/.exec(ran.out)?.[0] ?? "";
  };
  const becomes = (what: string, condition: () => Promise<boolean>) =>
    waitFor(condition, { what, timeoutMs: 30_000 });

  await becomes("the edge to know that no secret was delivered", async () => {
    return (await event()) === 401;
  });
  expect((await shake("")).status).toBe(403);

  const word = await enrol();
  for (const guess of ["", "?enrol=", "?enrol=guessed", `${word}x`, word.toUpperCase()]) {
    expect((await shake(guess, STRANGERS)).status).toBe(403);
  }
  let answer = await shake(word);
  await becomes("the edge to know that it is open", async () => {
    if (answer.status !== 204) answer = await shake(word);
    return answer.status === 204;
  });
  expect(answer.headers.get("x-hook-secret")).toBe(SECRET);
  await becomes("an event that verifies", async () => (await event()) === 200);
  // The word is for one handshake.
  expect((await shake(word, STRANGERS)).status).toBe(403);
  expect(await event(STRANGERS)).toBe(401);

  await enrol("--revoke", "--reason", "a test");
  await becomes("the secret to be forgotten", async () => (await event()) === 401);

  // An enrolment that has expired is closed, without anybody doing anything.
  const security = { token: ensureLocalToken(apps.dataDir), tls: null };
  const client = connectRpc({ address: apps.rpcAddress, security });
  running.defer(async () => client.close());
  const late = await client.admin.openEnrolment({ source: "asana", openMs: 1 });
  await becomes("its end", async () => Date.now() > late.untilMs);
  expect((await shake(`?enrol=${late.word}`)).status).toBe(403);
  expect(await event()).toBe(401);
}

test("a handshake of Asana's counts with the word of enrol, once, until it expires or is revoked", async () => {
  await enrolAsana({});
}, 120_000);

test("it does so with MongoDB", async () => {
  await using database = await mongoDatabase();
  await enrolAsana({ MONGODB_URI: database.uri });
}, 240_000);
