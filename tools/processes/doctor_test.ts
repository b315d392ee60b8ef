import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { temporaryDirectory } from "@hookgate/testing";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import type { Verdict } from "../../apps/cli/doctor/verdict.ts";
import { callHookgate } from "../../apps/cli/suite/call_hookgate.ts";
import { type Apps, prepareApps } from "./apps.ts";

const SECRET = "2f6f0b1c9d8e7a6b5c4d3e2f1a0b9c8d";
const TOKEN = "0f1e2d3c4b5a69788796a5b4c3d2e1f0";

const ends = new AsyncDisposableStack();
let apps: Apps;

beforeAll(async () => {
  const folder = ends.use(await temporaryDirectory());
  apps = await prepareApps(join(folder.path, "sound"), {
    config: `{
      sources: { academy: { provider: "generic", secrets: ["${SECRET}"], publicUrl: "https://user:pass@hooks.example.com/api/webhooks/academy" } },
      subscriptions: { all: { events: ["*"], stream: true } },
      limits: { bodyDeadlineMs: 1500 },
    }`,
    env: { RPC_TOKEN: TOKEN },
  });
  for (const app of ["dispatcher", "edge"] as const) ends.defer((await apps.start(app)).stop);
}, 60_000);

afterAll(() => ends.disposeAsync(), 30_000);

async function doctor(url?: string) {
  const env = { ...apps.env, RPC_TOKEN: TOKEN };
  const args = ["doctor", "--json", ...(url === undefined ? [] : ["--url", url])];
  const { code, out, err } = await callHookgate(args, env);
  const verdicts = out
    .split("\n")
    .flatMap((line): Verdict[] => (line === "" ? [] : [JSON.parse(line)]));
  const of = (check: string) => verdicts.find((one) => one.check === check);
  return { code, err, verdicts, of };
}

/** A proxy that changes what passes. */
async function startProxy(change: {
  body?: (body: Buffer) => Buffer;
  headers?: Record<string, string | undefined>;
}): Promise<string> {
  const server = createServer(async (incoming, response) => {
    const sent = await buffer(incoming).catch(() => null);
    // The doctor has given up.
    if (sent === null) return;
    const body = change.body?.(sent) ?? sent;
    const all = { ...incoming.headers, ...change.headers, "content-length": String(body.length) };
    const headers = Object.fromEntries(
      Object.entries(all).filter(([, value]) => value !== undefined),
    );
    const forward = request(
      {
        port: apps.edgePort,
        host: "127.0.0.1",
        method: incoming.method,
        path: incoming.url,
        headers,
        agent: false,
      },
      (answer) => {
        response.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(response);
      },
    );
    forward.on("error", () => response.destroy());
    forward.end(body);
  }).listen(0, "127.0.0.1");
  ends.defer(() => {
    server.close();
    server.closeAllConnections();
  });
  await once(server, "listening");
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

test("doctor finds a sound gateway sound, and no subscription gets its events", async () => {
  const { code, err, verdicts, of } = await doctor();
  expect(verdicts.filter(({ state }) => state === "failed")).toEqual([]);
  expect([code, err]).toEqual([0, ""]);
  expect(of("good event")?.found).toMatch(/^stored as evt_[0-9a-f]{32}, answered 200$/);
  for (const [check, found] of [
    ["bytes", "stored as they were sent"],
    ["tampered event", "refused with 401"],
    ["stale event", "refused with 401"],
    ["duplicate event", "answered 200 as the same event, not stored again"],
    ["large event", "1,048,576 bytes get through"],
    ["oversize event", expect.stringMatching(/413|closed/)],
    ["slow event", expect.stringMatching(/given up with 408 after/)],
  ] as const) {
    expect([check, of(check)?.found]).toEqual([check, found]);
  }
  const events = await callHookgate(["events", "--json"], { ...apps.env, RPC_TOKEN: TOKEN });
  const rows = events.out.split("\n").flatMap((line) => (line === "" ? [] : [JSON.parse(line)]));
  expect(rows.map(({ source, type }) => [source, type])).toEqual([
    ["hookgate-doctor", "doctor.good"],
  ]);
  const audit = await callHookgate(["audit", "--json"], { ...apps.env, RPC_TOKEN: TOKEN });
  expect(audit.out).toContain("open trial");
}, 60_000);

test("doctor notices that something between changes bytes", async () => {
  const body = (bytes: Buffer) => Buffer.from(JSON.stringify(JSON.parse(String(bytes))));
  const { code, err, of } = await doctor(await startProxy({ body }));
  expect([code, err]).toEqual([1, "Cannot vouch for it: bytes failed\n"]);
  expect(of("bytes")?.found).toMatch(
    /^something between changes bytes: \d+ were sent and \d+ arrived/,
  );
  expect(of("tampered event")?.state).toBe("skipped");
  // Its publicUrl is somewhere else, and nothing of it that is secret is shown.
  expect(of("public URLs")).toMatchObject({
    state: "warning",
    found: expect.stringContaining("academy"),
  });
  expect(JSON.stringify(of("public URLs"))).not.toMatch(/pass/);
}, 60_000);

test("doctor notices that something removes a header", async () => {
  const headers = { "webhook-signature": undefined };
  const { code, of } = await doctor(await startProxy({ headers }));
  expect(code).toBe(1);
  expect(of("good event")?.found).toBe("something removes the header webhook-signature");
}, 60_000);

test("doctor notices a proxy that the edge does not believe", async () => {
  const headers = { "x-forwarded-for": "203.0.113.7" };
  const { code, of } = await doctor(await startProxy({ headers }));
  expect(code).toBe(0);
  expect(of("who sends")).toMatchObject({
    state: "warning",
    found: "the edge sees 127.0.0.1, a proxy whose x-forwarded-for it does not believe",
    advice: expect.stringContaining("Add 127.0.0.1 to trustedProxies"),
  });
}, 60_000);

test("doctor notices what answers in the edge's place", async () => {
  const server = createServer((_, response) =>
    response.writeHead(301, { location: "https://a.example/" }).end(),
  );
  server.listen(0, "127.0.0.1");
  ends.defer(() => void server.close());
  await once(server, "listening");
  const { code, of } = await doctor(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  expect(code).toBe(1);
  expect(of("good event")).toMatchObject({
    found: "answered 301, a redirect to https://a.example/",
    advice: expect.stringContaining("Providers follow no redirects"),
  });
}, 60_000);

test("without a trial that is open, and without its secret, nothing is taken", async () => {
  const base = `http://127.0.0.1:${apps.edgePort}/api/webhooks/hookgate-doctor`;
  for (const path of ["", "/", `/${"0".repeat(32)}`, "/__proto__", "/constructor"]) {
    const { status } = await fetch(`${base}${path}`, { method: "POST", body: "{}" });
    expect([path, status]).toEqual([path, 404]);
  }
}, 30_000);
