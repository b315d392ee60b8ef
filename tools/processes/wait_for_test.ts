import { waitFor } from "@hookgate/client";
import { ensureLocalToken } from "@hookgate/config";
import {
  databaseUri,
  signedGenericRequest,
  startMongoServer,
  temporaryDirectory,
} from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { type Apps, prepareApps } from "./apps.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
const TYPE = "payment.success";

/** Times that an event is sent while somebody begins to wait for it. */
const ROUNDS = 5;

test("client's waitFor() finds what came just before, while it asks, and later, on the embedded store", async () => {
  await checkWaiting({});
}, 60_000);

test("client's waitFor() finds the same on MongoDB", async () => {
  const server = await startMongoServer();
  try {
    await checkWaiting({ MONGODB_URI: databaseUri(server.uri, `waiting_${process.pid}`) });
  } finally {
    await server.stop();
  }
}, 120_000);

async function checkWaiting(env: Record<string, string>): Promise<void> {
  await using folder = await temporaryDirectory();
  const config = { sources: { academy: { provider: "generic", secrets: [SECRET] } } };
  const apps = await prepareApps(folder.path, { config: JSON.stringify(config), env });
  const gateway = await apps.start("gateway");
  await using running = new AsyncDisposableStack();
  running.defer(() => gateway.stop());
  const token = ensureLocalToken(apps.dataDir);
  const wait = (orderId: string, more = {}) => {
    const where = { pointer: "/data/orderId", value: orderId };
    return waitFor({ address: apps.rpcAddress, token, type: TYPE, where, ...more });
  };

  const before = await post(apps, "before");
  expect(await wait("before")).toMatchObject({ id: before, type: TYPE, source: "academy" });
  for (let round = 0; round < ROUNDS; round += 1) {
    const waiting = wait(`beside-${round}`, { timeoutMs: 20_000 });
    const posted = await post(apps, `beside-${round}`);
    expect((await waiting).id).toBe(posted);
  }
  const any = await waitFor({ address: apps.rpcAddress, token, type: TYPE, source: "academy" });
  expect(JSON.parse(Buffer.from(any.body).toString())).toMatchObject({
    data: { orderId: `beside-${ROUNDS - 1}` },
  });

  const none = { timeoutMs: 300 };
  await expect(wait("never", none)).rejects.toThrow("Cannot wait longer for payment.success");
  await expect(wait("before", { ...none, source: "other" })).rejects.toThrow("Cannot wait longer");
  const since = new Date(Date.now() + 1_000);
  await expect(wait("before", { ...none, since })).rejects.toThrow("Cannot wait longer");
  await expect(wait("before", { token: "wrong" })).rejects.toThrow();
  const stop = new AbortController();
  const stopped = wait("never", { signal: stop.signal });
  stop.abort(new Error("enough"));
  await expect(stopped).rejects.toThrow("enough");
}

async function post(apps: Apps, orderId: string): Promise<string> {
  const { headers, body } = signedGenericRequest({ secret: SECRET, type: TYPE, data: { orderId } });
  const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/academy`;
  const response = await fetch(url, { method: "POST", headers, body });
  const { eventId } = (await response.json()) as { eventId: string };
  return eventId;
}
