import type { LookupAddress } from "node:dns";
import { RefusedHostError } from "@hookgate/outbound";
import { fakeClock, serverCertificate, waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { type Answering, answer, EndpointServer } from "../../suite/endpoint_server.ts";
import {
  ConnectionPlaces,
  EndpointConnections,
  type EndpointConnectionsOptions,
} from "./endpoint_connections.ts";

const OK = answer(200, { body: "ok" });

/** Connections that end with the test. */
function connect(options: Partial<EndpointConnectionsOptions> = {}) {
  const connections = new EndpointConnections({ allows: () => true, ...options });
  const post = (url: string, body: Uint8Array = Buffer.from("{}")) =>
    connections.post(new URL(url), {
      headers: { "content-length": String(body.length) },
      body,
      signal: AbortSignal.timeout(10_000),
    });
  return { post, [Symbol.dispose]: () => connections.close() };
}

/** A lookup that finds these addresses, one at each call, the last again and again; and how often it was asked. */
function finds(...addresses: string[]) {
  const asked: string[] = [];
  const lookup: NonNullable<EndpointConnectionsOptions["lookup"]> = (hostname, _, callback) => {
    const address = addresses[Math.min(asked.length, addresses.length - 1)] ?? "";
    asked.push(hostname);
    const found: LookupAddress = { address, family: address.includes(":") ? 6 : 4 };
    callback(null, [found]);
  };
  return { lookup, asked };
}

test("EndpointConnections use a connection again, one after the other and not at once", async () => {
  await using server = await EndpointServer.start(OK);
  using connections = connect();
  for (let count = 0; count < 5; count += 1) await connections.post(server.url());
  expect(server.connections).toHaveLength(1);
  await Promise.all([connections.post(server.url()), connections.post(server.url())]);
  expect(server.connections).toHaveLength(2);
});

test("EndpointConnections use none again that is a minute old, so that a name that moved is followed", async () => {
  await using server = await EndpointServer.start(OK, { address: "0.0.0.0" });
  const { now, advance } = fakeClock({ now: 0 });
  const { lookup, asked } = finds("127.0.0.1", "127.0.0.2");
  using connections = connect({ lookup, monotonic: now });
  for (let seconds = 0; seconds < 90; seconds += 1) {
    await connections.post(server.url("crm.example"));
    advance(1_000);
  }
  expect(asked).toHaveLength(2);
  expect(server.connections).toHaveLength(2);
  expect(server.connections.at(-1)?.localAddress).toBe("127.0.0.2");
});

test("EndpointConnections are closed when nobody uses them", async () => {
  await using server = await EndpointServer.start(OK);
  using connections = connect();
  await connections.post(server.url());
  await waitFor(() => server.connections[0]?.destroyed, { what: "its end", timeoutMs: 8_000 });
});

/** Leaves the connection without an answer, as a server does whose patience with an idle one has just ended. */
const resets: Answering = (_, request) => request.socket.resetAndDestroy();
const hangsUp: Answering = (_, request) => request.socket.destroy();

test.each([
  ["reset", resets],
  ["closed", hangsUp],
])("EndpointConnections post once more where a kept connection was %s", async (_how, leaves) => {
  await using server = await EndpointServer.start([OK, leaves, OK]);
  using connections = connect();
  await connections.post(server.url());
  expect(await connections.post(server.url(), Buffer.from("twice"))).toMatchObject({ status: 200 });
  expect(server.seen.map(({ body }) => body.toString())).toEqual(["{}", "twice", "twice"]);
  expect(server.connections).toHaveLength(2);
});

test("EndpointConnections post once more over TLS, too", async () => {
  const certificate = serverCertificate();
  await using server = await EndpointServer.start([OK, hangsUp, OK], { certificate });
  using connections = connect({ ca: certificate.cert, lookup: finds("127.0.0.1").lookup });
  await connections.post(server.url("example"));
  expect(await connections.post(server.url("example"))).toMatchObject({ status: 200 });
  expect(server.connections).toHaveLength(2);
});

test("EndpointConnections do not post again over one that was new, nor a third time", async () => {
  await using server = await EndpointServer.start([resets, OK, resets]);
  using connections = connect();
  await expect(connections.post(server.url())).rejects.toMatchObject({ code: "ECONNRESET" });
  await connections.post(server.url());
  await expect(connections.post(server.url())).rejects.toMatchObject({ code: "ECONNRESET" });
  expect(server.seen).toHaveLength(4);
});

test("EndpointConnections do not post again where an answer has begun", async () => {
  const breaks: Answering = (_, { socket }) => socket.end("HTTP/1.1 20");
  await using server = await EndpointServer.start([OK, breaks, OK]);
  using connections = connect();
  await connections.post(server.url());
  await expect(connections.post(server.url())).rejects.toThrow();
  expect(server.seen).toHaveLength(2);
});

test("EndpointConnections go where the checked lookup leads, and look up once", async () => {
  await using server = await EndpointServer.start(OK);
  const { lookup, asked } = finds("127.0.0.1", "127.0.0.2");
  const checked: [string, string][] = [];
  const allows = (address: string, hostname: string) => {
    checked.push([address, hostname]);
    return address === "127.0.0.1";
  };
  using connections = connect({ lookup, allows });
  expect(await connections.post(server.url("crm.example"))).toMatchObject({ status: 200 });
  expect(asked).toEqual(["crm.example"]);
  expect(checked).toEqual([["127.0.0.1", "crm.example"]]);
  expect(server.seen[0]?.headers["host"]).toBe(`crm.example:${server.port}`);
});

test("EndpointConnections refuse a name that leads elsewhere at its second lookup", async () => {
  // Listens on both addresses.
  await using server = await EndpointServer.start([resets, OK], { address: "0.0.0.0" });
  const { lookup, asked } = finds("127.0.0.1", "127.0.0.2");
  using connections = connect({ lookup, allows: (address) => address === "127.0.0.1" });
  await expect(connections.post(server.url("crm.example"))).rejects.toMatchObject({
    code: "ECONNRESET",
  });
  await expect(connections.post(server.url("crm.example"))).rejects.toThrow(
    new RefusedHostError("crm.example", "its address 127.0.0.2 is not public"),
  );
  expect(asked).toHaveLength(2);
  expect(server.connections).toHaveLength(1);
});

test("EndpointConnections refuse a name that leads elsewhere when they post once more", async () => {
  await using server = await EndpointServer.start([OK, resets, OK], { address: "0.0.0.0" });
  const { lookup } = finds("127.0.0.1", "127.0.0.2");
  using connections = connect({ lookup, allows: (address) => address === "127.0.0.1" });
  await connections.post(server.url("crm.example"));
  await expect(connections.post(server.url("crm.example"))).rejects.toThrow(
    "Cannot connect to crm.example: its address 127.0.0.2 is not public",
  );
  expect(server.connections).toHaveLength(1);
});

test("EndpointConnections refuse a name without an address", async () => {
  const lookup: EndpointConnectionsOptions["lookup"] = (_, __, callback) => callback(null, []);
  using connections = connect({ lookup });
  await expect(connections.post("http://crm.example/")).rejects.toThrow(
    "Cannot connect to crm.example: it has no address",
  );
});

test("ConnectionPlaces are bounded for each origin and in all, and come back once", () => {
  let freed = 0;
  const places = new ConnectionPlaces(
    () => {
      freed += 1;
    },
    { originMax: 2, allMax: 3 },
  );
  const reserve = (...origins: string[]) => origins.map((origin) => places.reserve(origin));
  const free = (...origins: string[]) => origins.map((origin) => places.free(origin));
  const isTaken = (reserved: (Disposable | null)[]) => reserved.map((place) => place !== null);
  const first = reserve("a", "a", "a");
  expect(isTaken(first)).toEqual([true, true, false]);
  expect(free("a", "b")).toEqual([0, 1]);
  expect(isTaken(reserve("b", "b", "c"))).toEqual([true, false, false]);
  for (let n = 0; n < 3; n += 1) first[0]?.[Symbol.dispose]();
  expect(freed).toBe(1);
  expect(free("a", "b", "c")).toEqual([1, 1, 1]);
  expect(isTaken(reserve("c", "a"))).toEqual([true, false]);
});

test("ConnectionPlaces have room for what one subscription may ask for", () => {
  expect(new ConnectionPlaces(() => {}).free("a")).toBe(1_000);
});
