import { request } from "node:http";
import { RpcError } from "@hookgate/rpc";
import { waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { type ServedConsole, serveConsole } from "./suite/serve_console.ts";

const HEALTHY = {
  status: "HEALTH_STATUS_HEALTHY",
  failureRate: 0,
  queueSize: 3,
  problems: [],
  notes: [],
  faults: [],
  queueCountedMax: 100,
} as const;

const healthy = { getHealth: async () => ({ ...HEALTHY, problems: [], notes: [], faults: [] }) };
const PAUSE = { by: "operator", reason: "why", atMs: 1 };
const pausing = { pauseSubscription: async () => ({ pause: PAUSE }) };

const JSON_TYPE = { "content-type": "application/json" };

function pause(served: ServedConsole, headers: Record<string, string> = {}, body?: string) {
  return fetch(`${served.url}/api/v1/pause-subscription`, {
    method: "POST",
    headers: { ...JSON_TYPE, ...headers },
    body: body ?? JSON.stringify({ name: "crm", reason: "maintenance" }),
  });
}

/** With headers that fetch() does not let one set. */
function get(port: number, headers: Record<string, string>): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const path = "/api/v1/get-health";
    request({ host: "127.0.0.1", port, path, headers }, (response) => {
      response.resume();
      resolve(response.statusCode);
    })
      .on("error", reject)
      .end();
  });
}

test("the API answers a read as JSON, with short enums, and without what is absent", async () => {
  await using served = await serveConsole({ admin: healthy });
  const response = await fetch(`${served.url}/api/v1/get-health`);
  expect(await response.json()).toEqual({ ...HEALTHY, status: "healthy" });
  expect(response.headers.get("content-security-policy")).toContain("default-src 'none'");
  expect(served.asked).toEqual([{ token: null, reads: true }]);
});

test.each([
  ["INVALID_ARGUMENT", 400],
  ["NOT_FOUND", 404],
  ["FAILED_PRECONDITION", 409],
  ["PERMISSION_DENIED", 403],
  ["RESOURCE_EXHAUSTED", 429],
  ["UNIMPLEMENTED", 501],
  ["UNAVAILABLE", 503],
  ["DEADLINE_EXCEEDED", 504],
] as const)("the API answers %s as %s", async (code, status) => {
  const getHealth = () => Promise.reject(new RpcError(code, "Cannot do it: no"));
  await using served = await serveConsole({ admin: { getHealth } });
  const response = await fetch(`${served.url}/api/v1/get-health`);
  expect(response.status).toBe(status);
  expect(await response.json()).toEqual({ error: code.toLowerCase(), message: "Cannot do it: no" });
});

test.each([
  ["page_size must be 1 to 200", "pageSize must be 1 to 200"],
  ["from_ms must be before to_ms", "fromMs must be before toMs"],
  ["reason must be one of invalid_signature", "reason must be one of invalid_signature"],
  ["there is no subscription page_tokens", "there is no subscription page_tokens"],
])("the API says %s by its own names", async (said, message) => {
  const listEvents = () => Promise.reject(new RpcError("INVALID_ARGUMENT", said));
  await using served = await serveConsole({ admin: { listEvents } });
  const response = await fetch(`${served.url}/api/v1/list-events`);
  expect(await response.json()).toEqual({ error: "invalid_argument", message });
});

test("the API says nothing about an unexpected error, and logs it", async () => {
  const getHealth = () => Promise.reject(new TypeError("secret detail"));
  await using served = await serveConsole({ admin: { getHealth } });
  const response = await fetch(`${served.url}/api/v1/get-health`);
  expect(response.status).toBe(500);
  expect(await response.text()).not.toContain("secret detail");
  expect(served.logged).toHaveLength(1);
});

test("the API shows the dispatcher a caller's own token, and never its own instead", async () => {
  await using served = await serveConsole({ admin: healthy, token: "known" });
  const ask = (authorization: string) =>
    fetch(`${served.url}/api/v1/get-health`, { headers: { authorization } });
  expect((await ask("Bearer known")).status).toBe(200);
  expect((await ask("Bearer other")).status).toBe(401);
  expect((await ask("Basic a2V5")).status).toBe(401);
  expect(served.asked.map(({ token }) => token)).toEqual(["known", "other"]);
});

test("the API takes an action from its own page only", async () => {
  await using served = await serveConsole({ admin: pausing, token: "known" });
  expect((await pause(served)).status).toBe(200);
  expect((await pause(served, { origin: served.url })).status).toBe(200);
  expect((await pause(served, { origin: "http://127.0.0.1:1" })).status).toBe(403);
  expect((await pause(served, { origin: "null" })).status).toBe(403);
  expect((await pause(served, { "content-type": "text/plain" })).status).toBe(415);
  const own = { origin: "https://elsewhere", authorization: "Bearer known" };
  expect((await pause(served, own)).status).toBe(200);
});

test.each([
  ["cross-site", 403],
  ["same-site", 403],
  ["same-origin", 200],
  ["none", 200],
])("the API answers a browser that says Sec-Fetch-Site: %s with %s", async (site, status) => {
  await using served = await serveConsole({ admin: healthy });
  expect(await get(served.port, { "sec-fetch-site": site })).toBe(status);
});

test.each([
  ["localhost", 200],
  ["127.0.0.1:8081", 200],
  ["[::1]:8081", 200],
  ["Console.Internal", 200],
  ["rebound.example.com", 421],
  ["127.0.0.1.example.com", 421],
])("on the loopback the name %j is answered with %s", async (host, status) => {
  await using served = await serveConsole({ admin: healthy, names: ["console.internal"] });
  expect(await get(served.port, { host })).toBe(status);
});

test.each([
  ['{"name": 1}', "name must be a text"],
  ['{"nome": "crm"}', "nome is not a field of this request"],
  ['{"constructor": "crm"}', "constructor is not a field of this request"],
  ["[]", "The request must be an object"],
  ["{", "The body is not JSON in UTF-8."],
  ['{"name": "\\ud800"}', "name has half a surrogate pair, which is no character"],
])("the API refuses %s", async (body, message) => {
  await using served = await serveConsole({ admin: pausing });
  const response = await pause(served, {}, body);
  expect(response.status).toBe(400);
  expect(await response.json()).toEqual({ error: "invalid_argument", message });
});

test.each([
  ["pageSize=1.5", "pageSize must be a number"],
  ["pageSize=3000000000", "pageSize must be from -2147483648 to 2147483647"],
  ["state=buried", "state must be one of"],
  ["source=a&source=b", "source is given more than once"],
  ["toString=1", "toString is not a parameter of this call"],
])("the API refuses the query %s", async (query, message) => {
  await using served = await serveConsole();
  const response = await fetch(`${served.url}/api/v1/list-events?${query}`);
  expect(response.status).toBe(400);
  expect(((await response.json()) as { message: string }).message).toContain(message);
});

test("the API bounds a body, whether its length is told or not", async () => {
  await using served = await serveConsole({ admin: pausing });
  const large = JSON.stringify({ name: "x".repeat(300_000) });
  expect((await pause(served, {}, large)).status).toBe(413);
  const stream = new ReadableStream({
    pull(controller) {
      controller.enqueue(new Uint8Array(100_000).fill(32));
    },
  });
  const told = fetch(`${served.url}/api/v1/pause-subscription`, {
    method: "POST",
    headers: JSON_TYPE,
    body: stream,
    duplex: "half",
  } as RequestInit);
  // Its connection ends with the answer, which a client that still sends may not see.
  expect(await told.then(({ status }) => status).catch(() => 413)).toBe(413);
});

test("the API says which method a path takes, and which paths there are", async () => {
  await using served = await serveConsole();
  const wrong = await fetch(`${served.url}/api/v1/get-health`, { method: "DELETE" });
  expect([wrong.status, wrong.headers.get("allow")]).toEqual([405, "GET, HEAD"]);
  expect((await fetch(`${served.url}/api/v1/nothing`)).status).toBe(404);
  const document = await fetch(`${served.url}/api/v1/openapi.json`);
  expect(await document.json()).toMatchObject({ openapi: "3.1.0" });
});

test("a read-only console answers reads and refuses actions, also of a token", async () => {
  await using served = await serveConsole({
    admin: { ...healthy, ...pausing },
    readonly: true,
    token: "known",
  });
  expect((await fetch(`${served.url}/api/v1/get-health`)).status).toBe(200);
  expect((await pause(served)).status).toBe(403);
  expect((await pause(served, { authorization: "Bearer known" })).status).toBe(403);
});

async function logIn(served: ServedConsole, body: object) {
  const response = await fetch(`${served.url}/session/login`, {
    method: "POST",
    headers: JSON_TYPE,
    body: JSON.stringify(body),
  });
  const cookie = response.headers.get("set-cookie") ?? "";
  return { status: response.status, cookie, headers: { cookie: cookie.split(";")[0] ?? "" } };
}

async function session(served: ServedConsole, headers: Record<string, string>) {
  const response = await fetch(`${served.url}/session`, { headers });
  return (await response.json()) as { known: boolean; csrf: string };
}

test("a console with a password knows nobody who has not logged in", async () => {
  await using served = await serveConsole({ admin: healthy, password: "sesame", open: false });
  expect((await fetch(`${served.url}/api/v1/get-health`)).status).toBe(401);
  expect(await session(served, {})).toMatchObject({ known: false, csrf: "" });
  // The page itself holds nothing, and asks.
  expect((await fetch(`${served.url}/events`)).status).toBe(200);
  const { status, cookie } = await logIn(served, { password: "wrong" });
  expect([status, cookie]).toEqual([401, ""]);
});

test("a session reads with its cookie, and acts only with its word", async () => {
  const admin = { ...healthy, ...pausing };
  await using served = await serveConsole({ admin, password: "sesame", open: false });
  const { status, cookie, headers } = await logIn(served, { password: "sesame" });
  expect(status).toBe(200);
  expect(cookie).toMatch(/; Path=\/; HttpOnly; SameSite=Strict$/);
  expect((await fetch(`${served.url}/api/v1/get-health`, { headers })).status).toBe(200);
  expect((await pause(served, headers)).status).toBe(403);
  const { csrf } = await session(served, headers);
  expect((await pause(served, { ...headers, "x-csrf-token": csrf })).status).toBe(200);
  const out = { ...headers, ...JSON_TYPE, "x-csrf-token": csrf };
  await fetch(`${served.url}/session/logout`, { method: "POST", headers: out });
  expect((await fetch(`${served.url}/api/v1/get-health`, { headers })).status).toBe(401);
});

test("a session that a token started acts with that token", async () => {
  await using served = await serveConsole({ admin: healthy, token: "known", open: false });
  expect((await logIn(served, { token: "unknown" })).status).toBe(401);
  const { headers } = await logIn(served, { token: "known" });
  expect((await fetch(`${served.url}/api/v1/get-health`, { headers })).status).toBe(200);
  expect(served.asked.at(-1)).toEqual({ token: "known", reads: true });
});

test("guessing a password is limited", async () => {
  await using served = await serveConsole({ password: "sesame", open: false });
  const statuses: number[] = [];
  for (let tries = 0; tries < 6; tries += 1) {
    statuses.push((await logIn(served, { password: "guess" })).status);
  }
  expect(statuses).toEqual([401, 401, 401, 401, 401, 429]);
  expect((await logIn(served, { password: "sesame" })).status).toBe(429);
});

test("a read can be watched: its answer comes at once, and again when it has changed", async () => {
  let queueSize = 1;
  const getHealth = async () => ({ ...HEALTHY, problems: [], notes: [], faults: [], queueSize });
  await using served = await serveConsole({ admin: { getHealth } });
  const response = await fetch(`${served.url}/api/v1/get-health`, {
    headers: { accept: "text/event-stream" },
  });
  expect(response.headers.get("content-type")).toContain("text/event-stream");
  const seen: number[] = [];
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      if (!part.startsWith("data: ")) continue;
      seen.push((JSON.parse(part.slice(6)) as { queueSize: number }).queueSize);
      queueSize = 2;
    }
    if (seen.length === 2) break;
  }
  expect(seen).toEqual([1, 2]);
});

test.each([
  ["UNAUTHENTICATED", 401],
  ["PERMISSION_DENIED", 403],
] as const)("who may not read may not watch: %s is %i", async (code, status) => {
  const getHealth = () => Promise.reject(new RpcError(code, "Cannot call it"));
  await using served = await serveConsole({ admin: { getHealth } });
  const headers = { accept: "text/event-stream" };
  // More than there is room for at once: a stream that is refused holds no place.
  for (let tried = 0; tried < 130; tried += 1) {
    const response = await fetch(`${served.url}/api/v1/get-health`, { headers });
    expect([response.status, await response.json()]).toMatchObject([
      status,
      { error: code.toLowerCase() },
    ]);
  }
});

test("a stream ends once its reader may not ask any more", async () => {
  let isKnown = true;
  const getHealth = async () => {
    if (isKnown) return { ...HEALTHY, problems: [], notes: [], faults: [] };
    throw new RpcError("UNAUTHENTICATED", "Cannot call it");
  };
  await using served = await serveConsole({ admin: { getHealth } });
  const headers = { accept: "text/event-stream" };
  const response = await fetch(`${served.url}/api/v1/get-health`, { headers });
  isKnown = false;
  expect(await response.text()).toContain("data: {");
});

test("who watches and reads slowly misses answers, but never the newest", async () => {
  const last = 20;
  let asked = 0;
  const notes = ["x".repeat(1024 * 1024)];
  const getHealth = async () => {
    asked += 1;
    return { ...HEALTHY, problems: [], notes, faults: [], queueSize: Math.min(asked, last) };
  };
  await using served = await serveConsole({ admin: { getHealth } });
  const control = new AbortController();
  const response = await fetch(`${served.url}/api/v1/get-health`, {
    headers: { accept: "text/event-stream" },
    signal: control.signal,
  });
  await waitFor(() => asked > last + 5, { what: "the last change" });
  const seen: number[] = [];
  let text = "";
  for await (const chunk of response.body ?? []) {
    text += Buffer.from(chunk as Uint8Array).toString();
    const parts = text.split("\n\n");
    text = parts.pop() ?? "";
    for (const part of parts) {
      const size = /"queueSize":(\d+)/.exec(part)?.[1];
      if (size !== undefined) seen.push(Number(size));
    }
    if (seen.includes(last)) break;
  }
  expect(seen.length).toBeLessThan(last);
  control.abort();
});
