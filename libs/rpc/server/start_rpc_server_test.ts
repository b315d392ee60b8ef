import { once } from "node:events";
import { connect } from "node:http2";
import { serverCertificate, waitFor } from "@hookgate/testing";
import { afterEach, beforeEach, expect, jest, test } from "@jest/globals";
import { service as HEALTH } from "grpc-health-check";
import type { Tokens } from "../security/tokens.ts";
import { rawClient } from "../suite/raw_client.ts";
import { loadReflection } from "../suite/reflection.ts";
import { receive, startPair } from "../suite/rpc_pair.ts";
import { healthyAdmin } from "../suite/unanswered_admin.ts";
import { unansweredIngest } from "../suite/unanswered_ingest.ts";
import { RpcError } from "../transport/rpc_error.ts";
import { type RpcServerOptions, startRpcServer } from "./start_rpc_server.ts";

let stack: AsyncDisposableStack;
beforeEach(() => {
  stack = new AsyncDisposableStack();
});
afterEach(() => stack.disposeAsync());

const OPTIONS: RpcServerOptions = {
  address: "127.0.0.1:0",
  security: { tokens: null, tls: null },
  ingest: null,
  admin: null,
  subscription: null,
  log: { error() {} },
};

async function start(changes: Partial<RpcServerOptions> = {}) {
  const server = await startRpcServer({ ...OPTIONS, ...changes });
  stack.defer(() => server.close({ graceMs: 0 }));
  return server;
}

const TOKENS: Tokens = new Map([["secret", { name: "ops", scopes: ["admin"] }]]);

test.each(["0.0.0.0:0", "[::]:0", "dispatcher.example.com:50051"])(
  "startRpcServer() refuses to listen on %s without TLS or without knowing its callers, and says what it needs",
  async (address) => {
    const { cert, key } = serverCertificate();
    for (const security of [
      { tokens: null, tls: null },
      { tokens: TOKENS, tls: null },
      { tokens: null, tls: { cert, key, ca: null } },
    ]) {
      await expect(start({ address, security })).rejects.toThrow(
        `Cannot listen on ${address}: others could reach it, so it needs TLS (RPC_TLS_CERT and RPC_TLS_KEY) ` +
          "and a way to know its callers (RPC_TLS_CA, RPC_TOKEN or RPC_TOKENS_FILE)",
      );
    }
  },
);

test("startRpcServer() takes a large message in few turns: what is behind it on the connection waits for it", async () => {
  const { address } = await start();
  const session = connect(`http://${address}`);
  stack.defer(() => session.destroy());
  const [settings] = await once(session, "remoteSettings");
  expect(settings).toMatchObject({ initialWindowSize: 1024 * 1024 });
  await waitFor(() => (session.state.remoteWindowSize ?? 0) >= 1024 * 1024, {
    what: "the window of the connection",
  });
});

test("startRpcServer() listens anywhere with TLS and tokens, or a client CA, or when told that it may", async () => {
  const { cert, key } = serverCertificate();
  for (const security of [
    { tokens: TOKENS, tls: { cert, key, ca: null } },
    { tokens: null, tls: { cert, key, ca: cert } },
    { tokens: null, tls: null, insecure: true },
  ]) {
    const { address } = await start({ address: "0.0.0.0:0", security });
    expect(address).toMatch(/^0\.0\.0\.0:[1-9]\d*$/);
  }
});

test("startRpcServer() with tokens asks for one, even where none is valid", async () => {
  for (const tokens of [TOKENS, new Map()]) {
    const { address } = await start({ security: { tokens, tls: null } });
    const raw = stack.use(rawClient(address));
    const method = loadReflection("v1");
    expect((await raw.call(method, { listServices: "*" })).code).toBe("UNAUTHENTICATED");
  }
});

test.each(["127.0.0.1:0", "[::1]:0", "localhost:0"])(
  "listens on %s, with its real port",
  async (address) => {
    const server = await start({ address });
    expect(server.address).toMatch(/:[1-9]\d*$/);
    expect(server.address.replace(/\d+$/, "0")).toBe(address);
    const raw = stack.use(rawClient(server.address));
    expect((await raw.call(loadReflection("v1"), { listServices: "*" })).code).toBe("OK");
  },
);

test("an address that is taken is refused by name", async () => {
  const { address } = await start();
  await expect(start({ address })).rejects.toThrow(`Cannot listen on ${address}: `);
  await expect(start({ address })).rejects.toThrow(/another process has the port$/);
});

test("a certificate that is none is refused when the server starts", async () => {
  const tls = { cert: "no certificate", key: "no key", ca: null };
  await expect(start({ security: { tokens: null, tls } })).rejects.toThrow(
    /^Cannot listen on 127\.0\.0\.1:0: /,
  );
});

test("health is NOT_SERVING until set, follows what is set, and notifies watchers", async () => {
  const server = await start({ admin: healthyAdmin(), subscription: { subscribe() {} } });
  const raw = stack.use(rawClient(server.address));
  const { Check: check, Watch: watch } = HEALTH;
  if (!check || !watch) throw new Error("health has no methods");
  const statuses = async () => {
    const found = [];
    for (const service of ["", "hookgate.v1.AdminService", "hookgate.v1.SubscriptionService"]) {
      found.push((await raw.call(check, { service })).answers);
    }
    return found;
  };
  const all = (status: string) => [[{ status }], [{ status }], [{ status }]];
  expect(await statuses()).toEqual(all("NOT_SERVING"));
  server.setServing(true);
  expect(await statuses()).toEqual(all("SERVING"));
  server.setServing(false);
  expect(await statuses()).toEqual(all("NOT_SERVING"));
  // Not served here, so nothing is known of it.
  const unknown = await raw.call(check, { service: "hookgate.v1.IngestService" });
  expect(unknown.code).toBe("NOT_FOUND");

  server.setServing(true);
  const watching = raw.call(watch, { service: "" });
  await waitFor(async () => (await raw.call(check, { service: "" })).code === "OK", {
    what: "health",
  });
  await server.close({ graceMs: 50 });
  expect((await watching).answers).toEqual([{ status: "SERVING" }, { status: "NOT_SERVING" }]);
});

test.each(["v1", "v1alpha"] as const)("reflection %s lists what is served", async (version) => {
  const warned = jest.spyOn(console, "warn");
  stack.defer(() => warned.mockRestore());
  const list = async (changes: Partial<RpcServerOptions>) => {
    const { address } = await start(changes);
    const raw = stack.use(rawClient(address));
    const { answers } = await raw.call(loadReflection(version), { listServices: "*" });
    const [{ listServicesResponse }] = answers as [{ listServicesResponse: { service: object[] } }];
    return listServicesResponse.service;
  };
  const ingest = unansweredIngest();
  const subscription = { subscribe() {} };
  expect(await list({ ingest, admin: healthyAdmin(), subscription })).toEqual([
    { name: "hookgate.v1.AdminService" },
    { name: "hookgate.v1.IngestService" },
    { name: "hookgate.v1.SubscriptionService" },
    { name: "grpc.health.v1.Health" },
  ]);
  expect(await list({ ingest })).toEqual([
    { name: "hookgate.v1.IngestService" },
    { name: "grpc.health.v1.Health" },
  ]);
  expect(warned).not.toHaveBeenCalled();
});

test.each([
  "hookgate.v1.AdminService",
  "hookgate.v1.IngestService.Capture",
  "hookgate.v1.SubscriptionService.Subscribe",
  "hookgate.v1.Event",
  "grpc.health.v1.Health",
])("reflection describes %s", async (symbol) => {
  const { address } = await start({
    ingest: unansweredIngest(),
    admin: healthyAdmin(),
    subscription: { subscribe() {} },
  });
  const raw = stack.use(rawClient(address));
  const { answers } = await raw.call(loadReflection("v1"), { fileContainingSymbol: symbol });
  const [answer] = answers as [{ fileDescriptorResponse: { fileDescriptorProto: Uint8Array[] } }];
  const described = Buffer.concat(answer.fileDescriptorResponse.fileDescriptorProto);
  expect(described.includes(symbol.split(".").at(-1) ?? "")).toBe(true);
});

test("close() lets a call end within the grace, and takes no new one", async () => {
  const { server, client, nextCall } = stack.use(await startPair());
  const call = client.capture();
  const { over } = receive(call);
  const served = await nextCall();
  const peer = receive(served);
  const closing = server.close({ graceMs: 10_000 });
  const late = receive(client.capture());
  expect(await late.over).toMatchObject({ code: "UNAVAILABLE" });
  call.end();
  expect(await peer.over).toBe("end");
  served.end();
  expect(await over).toBe("end");
  await closing;
});

test("close() breaks off what outlasts the grace, and tells both ends once", async () => {
  const { server, client, nextCall } = stack.use(await startPair());
  const near = receive(client.capture());
  const far = receive(await nextCall());
  await server.close({ graceMs: 20 });
  expect(await near.over).toBeInstanceOf(RpcError);
  expect(await far.over).toMatchObject({ code: "CANCELLED" });
  await server.close({ graceMs: 0 });
  expect([near.endings.length, far.endings.length]).toEqual([1, 1]);
});
