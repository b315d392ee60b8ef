import { once } from "node:events";
import { request } from "node:http";
import { connect } from "node:net";
import { afterEach, expect, test } from "@jest/globals";
import { type OpsServer, type StartOpsServerOptions, startOpsServer } from "./start_ops_server.ts";

const running: OpsServer[] = [];

afterEach(async () => {
  await Promise.all(running.splice(0).map((server) => server.close()));
});

async function start(options: Partial<StartOpsServerOptions> = {}) {
  const server = await startOpsServer({
    port: 0,
    live: () => true,
    ready: () => ({ ready: true, problems: [] }),
    ...options,
  });
  running.push(server);
  return { server, url: `http://127.0.0.1:${server.port}` };
}

/** What the server answers to raw bytes, until it closes the connection. */
async function sendRaw(port: number, bytes: string | Uint8Array): Promise<string> {
  const socket = connect(port, "127.0.0.1");
  const chunks: Buffer[] = [];
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", () => {});
  socket.write(bytes);
  await once(socket, "close");
  return Buffer.concat(chunks).toString("latin1");
}

const TEXT = "text/plain; version=0.0.4; charset=utf-8";

const broken = () => {
  throw new Error("k3ep-m3-in");
};

test.each<[string, Partial<StartOpsServerOptions>, number, unknown]>([
  ["/healthz", {}, 200, { live: true }],
  ["/healthz?x=1", {}, 200, { live: true }],
  ["/healthz", { live: () => false }, 503, { live: false }],
  ["/healthz", { live: broken }, 503, { live: false }],
  ["/readyz", {}, 200, { ready: true, problems: [] }],
  [
    "/readyz",
    { ready: () => ({ ready: false, problems: ["the store is away"] }) },
    503,
    { ready: false, problems: ["the store is away"] },
  ],
  ["/readyz", { ready: broken }, 503, { ready: false, problems: ["readiness is unknown"] }],
  ["/metrics", {}, 404, { error: "not_found", message: expect.any(String) }],
  [
    "/metrics",
    { metrics: { text: broken, contentType: TEXT } },
    503,
    { error: "unavailable", message: expect.any(String) },
  ],
  [
    "/metrics",
    { metrics: { text: async () => broken(), contentType: TEXT } },
    503,
    { error: "unavailable", message: expect.any(String) },
  ],
  ["/", {}, 404, { error: "not_found", message: expect.any(String) }],
  ["/healthz/", {}, 404, { error: "not_found", message: expect.any(String) }],
])("GET %s with %o answers %d", async (path, options, status, body) => {
  const { url } = await start(options);
  const response = await fetch(url + path);
  expect(response.status).toBe(status);
  expect(response.headers.get("content-type")).toBe("application/json");
  const text = await response.text();
  expect(JSON.parse(text)).toEqual(body);
  expect(text).not.toContain("k3ep-m3-in");
});

test("/metrics answers what it is given", async () => {
  const { url } = await start({ metrics: { text: async () => "a_total 1\n", contentType: TEXT } });
  const response = await fetch(`${url}/metrics`);
  expect(response.status).toBe(200);
  expect(response.headers.get("content-type")).toBe(TEXT);
  expect(await response.text()).toBe("a_total 1\n");
});

test("HEAD answers without a body, other methods are refused", async () => {
  const { url } = await start();
  const head = await fetch(`${url}/readyz`, { method: "HEAD" });
  expect([head.status, await head.text()]).toEqual([200, ""]);
  const post = await fetch(`${url}/readyz`, { method: "POST", body: "x".repeat(100_000) });
  expect([post.status, post.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
});

test("/readyz bounds what it shows", async () => {
  const problems = Array.from({ length: 1_000 }, () => "x".repeat(10_000));
  const { url } = await start({ ready: () => ({ ready: false, problems }) });
  const response = await fetch(`${url}/readyz`);
  expect((await response.text()).length).toBeLessThan(40_000);
});

test.each<[string, string | Uint8Array]>([
  ["random bytes", Uint8Array.from({ length: 500 }, (_, index) => (index * 89 + 7) % 256)],
  ["a TLS hello", Uint8Array.from([22, 3, 1, 2, 0, 1, 0, 1, 252, 3, 3])],
  ["no HTTP", "hello\r\n\r\n"],
  ["headers without end", `GET / HTTP/1.1\r\nx: ${"y".repeat(20_000)}`],
  ["a bad header", "GET /healthz HTTP/1.1\r\nhost: a\r\nbad header\r\n\r\n"],
  ["two lengths", "GET / HTTP/1.1\r\nhost: a\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\n"],
])("startOpsServer() refuses %s and keeps serving", async (_, bytes) => {
  const { server, url } = await start();
  expect(await sendRaw(server.port, bytes)).toMatch(/^(?:HTTP\/1\.1 4\d\d |$)/);
  expect((await fetch(`${url}/healthz`)).status).toBe(200);
});

test.each(["CONNECT a:1 HTTP/1.1\r\nhost: a\r\n\r\n", "GET http://[ HTTP/1.1\r\nhost: a\r\n\r\n"])(
  "startOpsServer() keeps serving after %j",
  async (bytes) => {
    const { server, url } = await start();
    await sendRaw(server.port, bytes);
    expect((await fetch(`${url}/healthz`)).status).toBe(200);
  },
);

test("startOpsServer() says which port another process has", async () => {
  const { server } = await start();
  await expect(start({ port: server.port })).rejects.toThrow(
    `Cannot listen on 127.0.0.1:${server.port} for operations: another process has the port`,
  );
});

test("close() cuts idle, half sent and unanswered requests", async () => {
  let asked = () => {};
  const isAsked = new Promise<void>((resolve) => {
    asked = resolve;
  });
  const { server } = await start({
    metrics: {
      text() {
        asked();
        return new Promise(() => {});
      },
      contentType: TEXT,
    },
  });
  const idle = connect(server.port, "127.0.0.1");
  const half = connect(server.port, "127.0.0.1");
  half.write("GET /healthz HT");
  await Promise.all([once(idle, "connect"), once(half, "connect")]);
  const unanswered = request({ port: server.port, path: "/metrics" });
  const cut = Promise.all([once(idle, "close"), once(half, "close"), once(unanswered, "error")]);
  unanswered.end();
  idle.on("error", () => {});
  half.on("error", () => {});
  await isAsked;
  await server.close();
  await cut;
  await server.close();
});

test.each([
  ["localhost", 200],
  ["LOCALHOST:9464", 200],
  ["127.0.0.1", 200],
  ["[::1]:9464", 200],
  ["ops.internal", 200],
  ["evil.example.com", 421],
  ["localhost.evil.example.com", 421],
  ["127.0.0.1.evil.example.com:9464", 421],
  ["10.0.0.1", 421],
  ["a:b:c", 421],
  ["", 421],
  ["localhost\r\nHost: evil.example.com", 421],
  ["evil.example.com\r\nHost: localhost", 421],
])("startOpsServer() answers a request for %j with %i", async (host, status) => {
  const { server } = await start({ names: ["ops.internal"] });
  const answer = await sendRaw(server.port, `GET /healthz HTTP/1.1\r\nHost: ${host}\r\n\r\n`);
  expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `));
});

test("startOpsServer() answers HTTP/1.0, which names no host", async () => {
  const { server } = await start();
  expect(await sendRaw(server.port, "GET /healthz HTTP/1.0\r\n\r\n")).toMatch(/^HTTP\/1.1 200 /);
});
