import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { createServer, type IncomingHttpHeaders, request as plainRequest } from "node:http";
import { request } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { freePort, signedGenericRequest, temporaryDirectory, waitFor } from "@hookgate/testing";
import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { callHookgate } from "../../apps/cli/suite/call_hookgate.ts";
import { type Apps, prepareApps } from "../processes/apps.ts";
import {
  findNginx,
  type RunningProxy,
  type StartProxyOptions,
  startCaddy,
  startNginx,
  startTraefik,
} from "./running_proxy.ts";

const SECRET = "f5b1c7d9e4a18563-of-the-proxies-0b92c6";

const nginx = findNginx(process.env);
if (nginx === null) {
  process.stderr.write("\nTHE EXAMPLE FOR NGINX IS NOT TESTED: there is no nginx here\n\n");
}

test("the example for nginx can be tested here", () => {
  // Where it is not, .ci/run installs it.
  expect(process.env["CI"] !== undefined ? nginx : "").not.toBeNull();
});

let folder: Awaited<ReturnType<typeof temporaryDirectory>>;
let apps: Apps;
const running = new AsyncDisposableStack();

beforeAll(async () => {
  folder = await temporaryDirectory();
  const config = `{
    sources: { academy: { provider: "generic", secrets: ["${SECRET}"] } },
    trustedProxies: ["127.0.0.1"],
  }`;
  apps = await prepareApps(folder.path, { config });
  for (const app of ["dispatcher", "edge"] as const) running.defer((await apps.start(app)).stop);
}, 60_000);

afterAll(async () => {
  await running.disposeAsync();
  await folder[Symbol.asyncDispose]();
});

const edge = () => `127.0.0.1:${apps.edgePort}`;

interface Answer {
  status: number;
  headers: IncomingHttpHeaders;
  text: string;
}

interface PostOptions {
  port: number;
  path?: string;
  /** Where it comes from: each address of 127.0.0.0/8 is a client of its own. */
  from?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
}

function post(options: PostOptions): Promise<Answer> {
  const { port, path = "/api/webhooks/academy", from = "127.0.0.2" } = options;
  const { headers = {}, body = "" } = options;
  return new Promise((resolve, reject) => {
    const asked = request({
      host: "127.0.0.1",
      port,
      path,
      method: "POST",
      localAddress: from,
      // The name in the certificate, which nobody has signed.
      servername: "example",
      rejectUnauthorized: false,
      agent: false,
      headers: {
        host: `example:${port}`,
        ...headers,
        "content-length": String(Buffer.byteLength(body)),
      },
    });
    asked.once("response", (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (chunk) => (text += chunk));
      response.once("end", () =>
        resolve({ status: response.statusCode ?? 0, headers: response.headers, text }),
      );
    });
    asked.once("error", reject);
    asked.end(body);
  });
}

/** The status of a POST without TLS. */
function postPlainly(url: string): Promise<number> {
  const { port, pathname: path, host } = new URL(url);
  return new Promise((resolve, reject) => {
    const options = { host: "127.0.0.1", port, path, method: "POST", headers: { host } };
    const asked = plainRequest(options, (response) => {
      response.resume();
      resolve(response.statusCode ?? 0);
    });
    asked.once("error", reject).end("{}");
  });
}

let numbered = 0;

/** Posts an event that no other one equals. */
function send(port: number, more: Partial<PostOptions> = {}): Promise<Answer> {
  numbered += 1;
  const { body, headers } = signedGenericRequest({ secret: SECRET, data: { numbered } });
  return post({ port, body, ...more, headers: { ...headers, ...more.headers } });
}

/** Waits until the proxy has noticed that an edge is away. */
async function threeInTurn(port: number): Promise<void> {
  const taken = async () => {
    for (let turn = 0; turn < 3; turn += 1) if ((await send(port)).status !== 200) return false;
    return true;
  };
  await waitFor(taken, { what: "an edge to be left out" });
}

async function storedEvents(): Promise<number> {
  const { out } = await callHookgate(["events", "--json", "--limit", "1000"], {
    ...apps.env,
    LOG_LEVEL: "info",
  });
  return out.split("\n").filter((line) => line !== "").length;
}

type Start = (options: Pick<StartProxyOptions, "folder" | "edges">) => Promise<RunningProxy>;

interface Proxy {
  name: string;
  start: Start;
  /** Whether it tries another edge where it cannot reach one; else it learns of that from the edges' health. */
  triesAnother: boolean;
}

const withOps =
  (start: (options: StartProxyOptions) => Promise<RunningProxy>): Start =>
  (options) =>
    start({ ...options, opsPort: apps.edgeOpsPort });

const PROXIES: Proxy[] = [
  ...(nginx === null
    ? []
    : [
        {
          name: "nginx",
          start: withOps((options) => startNginx(nginx, options)),
          triesAnother: true,
        },
      ]),
  { name: "Caddy", start: withOps(startCaddy), triesAnother: true },
  { name: "Traefik", start: withOps(startTraefik), triesAnother: false },
];

describe.each(PROXIES)("behind $name", ({ start, triesAnother }) => {
  test("the edge sees the client's own address, whatever it claims, and its exact bytes", async () => {
    await using place = await temporaryDirectory();
    await using proxy = await start({ folder: place.path, edges: [edge(), edge()] });
    const body = '{"type": "course.enrolled",  "timestamp":"2026-01-01T00:00:00Z", "data":{"é":1}}';
    const signed = signedGenericRequest({ secret: SECRET, body });
    const claims = { "x-forwarded-for": "203.0.113.9", forwarded: "for=203.0.113.9" };
    const headers = { ...signed.headers, ...claims };
    const answer = await post({ port: proxy.port, body, headers });
    expect(answer).toMatchObject({ status: 200 });
    const { eventId } = JSON.parse(answer.text);
    const env = { ...apps.env, LOG_LEVEL: "info" };
    const { out } = await callHookgate(["event", eventId, "--json"], env);
    expect(JSON.parse(out)).toMatchObject({
      address: "127.0.0.2",
      bodySha256: createHash("sha256").update(body).digest("hex"),
    });
  }, 60_000);

  test("an edge that is away costs no request", async () => {
    await using place = await temporaryDirectory();
    // No ops port listens at this address either.
    const away = `127.0.0.9:${await freePort()}`;
    await using proxy = await start({ folder: place.path, edges: [away, edge()] });
    if (!triesAnother) await threeInTurn(proxy.port);
    for (let turn = 0; turn < 12; turn += 1) expect((await send(proxy.port)).status).toBe(200);
  }, 60_000);

  test("what one edge may have stored is never sent to another", async () => {
    await using place = await temporaryDirectory();
    const seen: string[] = [];
    // It takes the whole request, and hangs up as an edge that is killed does.
    const dying = createServer((req) => {
      req.resume().once("end", () => {
        seen.push(String(req.headers["x-webhook-signature"]));
        req.socket.destroy();
      });
    });
    await new Promise<void>((resolve) => dying.listen(0, "127.0.0.1", resolve));
    await using _closed = { [Symbol.asyncDispose]: async () => void dying.close() };
    const { port } = dying.address() as AddressInfo;
    await using proxy = await start({
      folder: place.path,
      edges: [`127.0.0.1:${port}`, edge()],
    });
    const before = await storedEvents();
    const answers: number[] = [];
    for (let turn = 0; turn < 12; turn += 1) answers.push((await send(proxy.port)).status);
    const taken = answers.filter((status) => status === 200).length;
    expect(seen.length).toBeGreaterThan(0);
    expect(new Set(seen).size).toBe(seen.length);
    expect(answers.filter((status) => status === 502)).toHaveLength(seen.length);
    expect(taken + seen.length).toBe(12);
    expect((await storedEvents()) - before).toBe(taken);
  }, 60_000);

  test("a body that is too large is refused by the edge, in its own words", async () => {
    await using place = await temporaryDirectory();
    await using proxy = await start({ folder: place.path, edges: [edge(), edge()] });
    const answer = await send(proxy.port, { body: "x".repeat(1_100_000) });
    expect(answer.status).toBe(413);
    expect(JSON.parse(answer.text)).toMatchObject({ error: expect.any(String) });
  }, 60_000);

  test("nothing but webhooks is reached", async () => {
    await using place = await temporaryDirectory();
    await using proxy = await start({ folder: place.path, edges: [edge(), edge()] });
    for (const path of ["/", "/healthz", "/metrics", "/api/v1/ListEvents", "/api/webhook"]) {
      expect([path, (await post({ port: proxy.port, path })).status]).toEqual([path, 404]);
    }
    if (proxy.plainPort === null) return;
    const url = `http://example:${proxy.plainPort}/api/webhooks/academy`;
    expect(await postPlainly(url)).toBe(403);
  }, 60_000);
});

test("Traefik limits each client for itself", async () => {
  await using place = await temporaryDirectory();
  await using proxy = await startTraefik({
    folder: place.path,
    edges: [edge(), edge()],
    opsPort: apps.edgeOpsPort,
    change: { "average: 200": "average: 1\n        period: 1m", "burst: 2000": "burst: 3" },
  });
  const flood = await Promise.all(Array.from({ length: 12 }, () => send(proxy.port)));
  const statuses = flood.map(({ status }) => status).sort();
  expect(statuses).toEqual([...Array(3).fill(200), ...Array(9).fill(429)]);
  expect((await send(proxy.port, { from: "127.0.0.3" })).status).toBe(200);
}, 60_000);

(nginx === null ? test.skip : test)(
  "nginx limits each client for itself, says when to come again, and logs no query",
  async () => {
    await using place = await temporaryDirectory();
    await using proxy = await startNginx(nginx ?? "", {
      folder: place.path,
      edges: [edge(), edge()],
      opsPort: apps.edgeOpsPort,
      // As in the file, but soon.
      change: { "rate=200r/s": "rate=1r/m", "burst=2000": "burst=3" },
    });
    const flood = await Promise.all(Array.from({ length: 12 }, () => send(proxy.port)));
    const refused = flood.filter(({ status }) => status === 429);
    expect(flood.filter(({ status }) => status === 200)).toHaveLength(4);
    expect(refused).toHaveLength(8);
    expect(refused[0]?.headers["retry-after"]).toBe("1");
    expect(JSON.parse(refused[0]?.text ?? "")).toMatchObject({ error: "rate_limited" });
    const other = await send(proxy.port, {
      from: "127.0.0.3",
      path: "/api/webhooks/academy?token=n0t-1n-th3-l0g",
    });
    expect(other.status).toBe(200);
    // A line is written after its answer.
    let log = "";
    const isLogged = async () => {
      log = await readFile(join(place.path, "access.log"), "utf8");
      return log.includes("127.0.0.3");
    };
    await waitFor(isLogged, { what: "the line of the other client" });
    expect(log).not.toContain("n0t-1n-th3-l0g");
  },
  60_000,
);
