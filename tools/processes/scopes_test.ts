import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { type SubscribeOptions, type Subscriber, subscribe } from "@hookgate/client";
import { connectRpc } from "@hookgate/rpc";
import { signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { makeCertificates } from "../../libs/rpc/suite/certificates.ts";
import { prepareApps } from "./apps.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
const TOKENS = {
  edge: "0f1e2d3c4b5a69788796a5b4c3d2e1f0",
  crm: "a1b2c3d4e5f60718293a4b5c6d7e8f90",
  team: "c4d3e2f1a0b9c8d72f6f0b1c9d8e7a6b",
  later: "9d8e7a6b5c4d3e2f1a0b9c8d2f6f0b1c",
};
const SCOPES = {
  [TOKENS.edge]: { name: "edge", scopes: ["ingest", "admin"] },
  [TOKENS.crm]: {
    name: "crm",
    scopes: ["subscribe:crm?sources=crm/*&types=payment.*", "subscribe:late?types=course.*"],
  },
  [TOKENS.team]: { name: "team", scopes: ["subscribe:team-*"] },
};

const SOURCE = { provider: "generic", secrets: [SECRET] };
const CONFIG = { sources: { "crm/eu": SOURCE, shop: SOURCE }, subscriptions: {} };

/** How the opening ended: `open`, or the code of the refusal. */
async function outcomeOf({ opened }: Subscriber): Promise<string> {
  return opened.then(
    () => "open",
    (error) => error.code,
  );
}

test("a token with a reach opens names within it, gets events within it, and changes its own filter", async () => {
  await using folder = await temporaryDirectory();
  const tokensFile = join(folder.path, "tokens.json");
  await writeFile(tokensFile, JSON.stringify(SCOPES));
  const apps = await prepareApps(folder.path, {
    config: JSON.stringify(CONFIG),
    env: { RPC_TOKEN: TOKENS.edge, RPC_TOKENS_FILE: tokensFile },
  });
  await using running = new AsyncDisposableStack();
  const dispatcher = await apps.start("dispatcher");
  running.defer(dispatcher.stop);
  running.defer((await apps.start("edge")).stop);

  const got: string[] = [];
  const open = (name: string, token: string, more: Partial<SubscribeOptions> = {}) => {
    const options = { address: apps.rpcAddress, token, name, ...more };
    const subscriber = subscribe(options, async ({ source, type }) => {
      got.push(`${name} ${source} ${type}`);
    });
    // Those whose token goes are refused for good.
    subscriber.closed.catch(() => {});
    running.defer(() => subscriber.close().catch(() => {}));
    return subscriber;
  };
  const codeOf = (name: string, token: string, more: Partial<SubscribeOptions> = {}) =>
    outcomeOf(open(name, token, more));

  const denied = "PERMISSION_DENIED";
  expect(await codeOf("crm", "no-such-token-at-all")).toBe("UNAUTHENTICATED");
  expect(await codeOf("other", TOKENS.crm)).toBe(denied);
  expect(await codeOf("crm", TOKENS.team)).toBe(denied);
  expect(await codeOf("crm", TOKENS.crm, { events: ["*"] })).toBe(denied);
  expect(await codeOf("crm", TOKENS.crm, { events: ["course.*"] })).toBe(denied);
  expect(await codeOf("crm", TOKENS.crm, { sources: ["shop"] })).toBe(denied);
  expect(await codeOf("crm", TOKENS.crm, { sources: ["crm*"] })).toBe(denied);
  expect(await codeOf("late", TOKENS.crm, { events: ["payment.success"] })).toBe(denied);

  // Without a filter of its own it gets what it may.
  const first = open("crm", TOKENS.crm);
  await first.opened;
  await open("team-a", TOKENS.team).opened;
  const post = async (source: string, type: string) => {
    const { headers, body } = signedGenericRequest({ secret: SECRET, type, data: { source } });
    const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/${source}`;
    expect((await fetch(url, { method: "POST", headers, body })).status).toBe(200);
  };
  const seenBy = (name: string) => got.filter((line) => line.startsWith(`${name} `)).length;
  for (const source of ["shop", "crm/eu"]) {
    for (const type of ["course.enrolled", "payment.success", "payment.failed"]) {
      await post(source, type);
    }
  }
  await waitFor(() => seenBy("team-a") === 6 && seenBy("crm") === 2, {
    what: "what each may get",
    timeoutMs: 30_000,
  });
  expect(got.filter((line) => line.startsWith("crm ")).sort()).toEqual([
    "crm crm/eu payment.failed",
    "crm crm/eu payment.success",
  ]);

  // A release that wants less, and then more again, within its reach.
  const failed = { events: ["payment.failed"] };
  expect(await codeOf("crm", TOKENS.crm, failed)).toBe("FAILED_PRECONDITION");
  await first.close();
  const changed = open("crm", TOKENS.crm, { ...failed, change: true });
  await changed.opened;
  await post("crm/eu", "payment.success");
  await post("crm/eu", "payment.failed");
  await waitFor(() => seenBy("crm") === 3 && seenBy("team-a") === 8, {
    what: "the changed filter",
    timeoutMs: 30_000,
  });
  expect(got.at(-1)).not.toBe("crm crm/eu payment.success");
  expect(await codeOf("crm", TOKENS.crm, { events: ["*"], change: true })).toBe(denied);
  const both = { events: ["payment.failed", "payment.refunded"], change: true };
  await open("crm", TOKENS.crm, both).opened;

  // A token of subscribers operates nothing, and an operator sees the names.
  const connect = (token: string) => {
    const client = connectRpc({ address: apps.rpcAddress, security: { token, tls: null } });
    running.defer(async () => client.close());
    return client;
  };
  const health = (token: string) =>
    connect(token)
      .admin.getHealth({})
      .then(
        () => "OK",
        (error) => error.code,
      );
  expect(await health(TOKENS.crm)).toBe(denied);
  const { subscriptions } = await connect(TOKENS.edge).admin.listSubscriptions({});
  const listed = subscriptions.map(({ name, types, sources }) => ({ name, types, sources }));
  expect(listed).toContainEqual({ name: "crm", types: both.events, sources: ["crm/*"] });

  // It removes its own names, and nobody else's.
  const remove = (token: string, name: string) =>
    connect(token)
      .admin.deleteSubscription({ name, reason: "it is gone" })
      .then(
        ({ done }) => (done ? "OK" : "begun"),
        (error) => error.code,
      );
  expect(await remove(TOKENS.crm, "team-a")).toBe(denied);
  expect(await remove(TOKENS.team, "crm")).toBe(denied);
  expect(await remove(TOKENS.team, "team-a")).toBe("OK");

  // Tokens reload: who is gone is refused, and who is new gets in.
  const { [TOKENS.crm]: _, ...rest } = SCOPES;
  const next = { ...rest, [TOKENS.later]: { name: "later", scopes: ["view"] } };
  await writeFile(tokensFile, JSON.stringify(next));
  process.kill(dispatcher.pid, "SIGHUP");
  await waitFor(async () => (await health(TOKENS.later)) === "OK", {
    what: "the reload",
    timeoutMs: 30_000,
  });
  expect(await codeOf("crm", TOKENS.crm)).toBe("UNAUTHENTICATED");
}, 180_000);

test("a dispatcher shows and trusts other certificates after SIGHUP, without losing its edge", async () => {
  await using folder = await temporaryDirectory();
  const before = await makeCertificates(folder.path);
  const [cert, key, ca] = ["own.crt", "own.key", "own-ca.crt"].map((name) =>
    join(folder.path, name),
  ) as [string, string, string];
  const use = async (pair: { cert: string; key: string }, authority: string) => {
    await writeFile(cert, await readFile(pair.cert));
    await writeFile(key, await readFile(pair.key));
    await writeFile(ca, await readFile(authority));
  };
  await use(before.server, before.ca);
  const apps = await prepareApps(folder.path, { config: JSON.stringify(CONFIG) });
  await using running = new AsyncDisposableStack();
  const tls = { RPC_TLS_CERT: cert, RPC_TLS_KEY: key, RPC_TLS_CA: ca };
  const dispatcher = await apps.start("dispatcher", { env: tls });
  running.defer(dispatcher.stop);
  const client = { RPC_TLS_CERT: before.client.cert, RPC_TLS_KEY: before.client.key };
  running.defer((await apps.start("edge", { env: { ...client, RPC_TLS_CA: before.ca } })).stop);
  const token = (await readFile(join(apps.dataDir, "rpc_token"), "utf8").catch(() => "")).trim();

  /** Whether a caller with this pair, who trusts this authority, gets in. */
  const health = async (pair: { cert: string; key: string }, authority: string) => {
    const texts = { ca: authority, cert: pair.cert, key: pair.key };
    const read = async (path: string) => (await readFile(path, "utf8")).toString();
    const tls = {
      ca: await read(texts.ca),
      cert: await read(texts.cert),
      key: await read(texts.key),
    };
    const security = { token: token === "" ? null : token, tls };
    const caller = connectRpc({ address: apps.rpcAddress, security });
    try {
      return await caller.admin.getHealth({}).then(
        () => "OK",
        (error) => error.code,
      );
    } finally {
      caller.close();
    }
  };
  const post = async () => {
    const { headers, body } = signedGenericRequest({ secret: SECRET });
    const url = `http://127.0.0.1:${apps.edgePort}/api/webhooks/shop`;
    return (await fetch(url, { method: "POST", headers, body })).status;
  };
  const stored = () =>
    waitFor(async () => (await post()) === 200, { what: "an event", timeoutMs: 30_000 });

  await stored();
  expect(await health(before.client, before.ca)).toBe("OK");
  expect(await health(before.stranger, before.ca)).toBe("UNAVAILABLE");
  // The other authority: it signs the new certificate, and may call from now on.
  await use(before.stranger, before.otherCa);
  process.kill(dispatcher.pid, "SIGHUP");
  await waitFor(async () => (await health(before.stranger, before.otherCa)) === "OK", {
    what: "the reload",
    timeoutMs: 30_000,
  });
  expect(await health(before.client, before.otherCa)).toBe("UNAVAILABLE");
  expect(await health(before.stranger, before.ca)).toBe("UNAVAILABLE");
  // The edge's connection is from before.
  expect(await post()).toBe(200);
}, 180_000);
