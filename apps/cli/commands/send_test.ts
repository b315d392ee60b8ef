import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { buffer } from "node:stream/consumers";
import { findProvider, generic } from "@hookgate/providers";
import { type MacRecipe, type Recipe, verify } from "@hookgate/signature";
import {
  freePort,
  serverCertificate,
  type TemporaryDirectory,
  temporaryDirectory,
} from "@hookgate/testing";
import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";
import { type Ran, spawnHookgate } from "../suite/spawn_hookgate.ts";

const SECRET = "secret of the command line's tests";
const ACADEMY = `academy: { provider: "generic", secrets: [process.env.WEBHOOK_SECRET] }`;
const SEVERAL = `${ACADEMY}, "shop/eu": { provider: "generic", secrets: [{ id: "n", value: "new" }, "old"] }`;

interface Received {
  url: string | undefined;
  headers: IncomingMessage["headersDistinct"];
  body: Buffer;
}

/** What the fake edge received, and how it answers. */
let received: Received[] = [];
let answer: (response: ServerResponse) => void;
let folder: TemporaryDirectory;

const edge = createServer(async (request, response) => {
  const body = await buffer(request);
  received.push({ url: request.url, headers: request.headersDistinct, body });
  answer(response);
});

beforeAll(async () => {
  folder = await temporaryDirectory();
  edge.listen(0, "127.0.0.1");
  await once(edge, "listening");
});
afterAll(async () => {
  edge.closeAllConnections();
  edge.close();
  await once(edge, "close");
  await folder[Symbol.asyncDispose]();
});
beforeEach(() => {
  received = [];
  answer = (response) => response.end(`{"received":true,"eventId":"evt_1"}`);
});

/** Either way to run a command. */
type Run = typeof callHookgate | typeof spawnHookgate;

interface SendCase {
  /** @default {callHookgate} */
  run?: Run;
  /** Sources of the configuration, as they are written in it. @default ACADEMY */
  sources?: string;
  env?: Record<string, string | undefined>;
}

function send(args: string[], options: SendCase = {}): Promise<Ran> {
  const { run = callHookgate, sources = ACADEMY, env = {} } = options;
  const file = join(folder.path, "hookgate.config.ts");
  writeFileSync(file, `export default { sources: { ${sources} }, subscriptions: {} };\n`);
  const { port } = edge.address() as AddressInfo;
  return run(["send", ...args], {
    HOOKGATE_CONFIG: file,
    DATA_DIR: join(folder.path, "data"),
    WEBHOOK_SECRET: SECRET,
    EDGE_PORT: String(port),
    ...env,
  });
}

function recipeOf(id: string): Recipe {
  const provider = findProvider(id);
  if (provider === null) throw new TypeError(`Cannot verify: there is no ${id}`);
  return provider.recipe;
}

const RECIPE = generic.recipe as MacRecipe;

/** Whether what the edge received is signed with this secret. */
function isSigned({ headers, body }: Received, secret: string): boolean {
  const request = {
    method: "POST",
    url: "http://localhost/",
    headers: (name: string) => headers[name] ?? [],
    body,
    receivedAt: Date.now(),
  };
  return verify(RECIPE, request, { secrets: [{ id: "1", value: secret }] }).ok;
}

test("hookgate send posts a signed event and prints status, answer and time", async () => {
  const { code, out, err } = await send(["course.enrolled"], { run: spawnHookgate });
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(/^200 OK in [\d.]+ ms\n\{"received":true,"eventId":"evt_1"\}\n$/);
  expect(received).toHaveLength(1);
  const [request] = received as [Received];
  expect(request.url).toBe("/api/webhooks/academy");
  expect(request.headers["content-type"]).toEqual(["application/json"]);
  expect(isSigned(request, SECRET)).toBe(true);
  expect(JSON.parse(request.body.toString())).toMatchObject({ type: "course.enrolled" });
});

test("hookgate send signs with the generated secret where none is set", async () => {
  const { code } = await send(["course.enrolled"], { env: { WEBHOOK_SECRET: undefined } });
  expect(code).toBe(0);
  const secret = readFileSync(join(folder.path, "data", "webhook_secret"), "utf8").trim();
  const [request] = received as [Received];
  expect(isSigned(request, secret)).toBe(true);
  expect(isSigned(request, SECRET)).toBe(false);
});

test("hookgate send puts data in letter by letter, from the line or a file", async () => {
  const data = `{"n":1e400,"a":1,"a":2}`;
  const file = join(folder.path, "data.json");
  writeFileSync(file, data);
  await send(["a.b", "--data", data]);
  await send(["a.b", "--data", `@${file}`]);
  expect(received).toHaveLength(2);
  for (const request of received) {
    expect(request.body.toString()).toMatch(
      /^\{"type":"a\.b","timestamp":"[^"]+","data":\{"n":1e400,"a":1,"a":2\}\}$/,
    );
    expect(isSigned(request, SECRET)).toBe(true);
  }
});

test("hookgate send chooses the source that is named, and signs with its first secret", async () => {
  const { code } = await send(["a.b", "--source", "shop/eu"], { sources: SEVERAL });
  expect(code).toBe(0);
  const [request] = received as [Received];
  expect(request.url).toBe("/api/webhooks/shop/eu");
  expect(isSigned(request, "new")).toBe(true);
});

test("hookgate send posts below the base URL it is given", async () => {
  const { port } = edge.address() as AddressInfo;
  const { code } = await send(["a.b", "--url", `http://127.0.0.1:${port}/behind/`], {
    env: { EDGE_PORT: "1" },
  });
  expect(code).toBe(0);
  expect(received[0]?.url).toBe("/behind/api/webhooks/academy");
});

test.each([
  [401, "the edge has another secret"],
  [403, "allowedIps"],
  [404, `the edge does not know source "academy"`],
  [413, "limits.bodyBytesMax"],
  [418, "with status 418"],
  [429, "over a rate limit (it asks to wait 7 s)"],
  [302, "with status 302"],
  [503, "npx hookgate health says why"],
])("hookgate send explains the answer %d", async (status, words) => {
  answer = (response) => {
    response.writeHead(status, { "retry-after": "7", location: "/elsewhere" });
    response.end(`{"error":"\x1b[2J"}`);
  };
  const { code, out, err } = await send(["a.b"]);
  expect(code).toBe(1);
  expect(out).toContain(`${status} `);
  expect(out).toContain(`{"error":"\\u001b[2J"}`);
  expect(err).toMatch(/^Cannot send: [^\n]+\n$/);
  expect(err).toContain(words);
  expect(received).toHaveLength(1);
});

test("hookgate send shows only the beginning of an endless answer", async () => {
  answer = (response) => {
    const more = () => {
      while (!response.destroyed && response.write("x".repeat(65_536)));
    };
    response.on("drain", more);
    more();
  };
  const { code, out } = await send(["a.b"]);
  expect(code).toBe(0);
  expect(out.length).toBeLessThan(66_000);
});

test("hookgate send says where no edge answers", async () => {
  const port = String(await freePort());
  expect(await send(["a.b"], { env: { EDGE_PORT: port } })).toMatchObject({
    code: 1,
    out: "",
    err: `Cannot reach the edge at http://127.0.0.1:${port}: is it running? Start it with npm start\n`,
  });
});

test("hookgate send says what is wrong with TLS", async () => {
  const server = createSecureServer(serverCertificate(), (_, response) => response.end());
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const secure = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const plain = `127.0.0.1:${(edge.address() as AddressInfo).port}`;
  try {
    for (const [url, problem] of [
      [`https://${secure}`, "its certificate is not trusted; set NODE_EXTRA_CA_CERTS to its CA"],
      [`http://${secure}`, "it closed the connection; it may need https://"],
      [`https://${plain}`, "it does not use TLS; use http://"],
      ["https://edge.invalid", "its name has no address (DNS)"],
    ] as const) {
      expect(await send(["a.b", "--url", url])).toMatchObject({
        code: 1,
        out: "",
        err: `Cannot reach the edge at ${url}: ${problem}\n`,
      });
    }
  } finally {
    server.close();
  }
});

test("hookgate send says when the edge hangs up", async () => {
  answer = (response) => response.socket?.destroy();
  const { code, err } = await send(["a.b"]);
  expect(code).toBe(1);
  expect(err).toContain("Cannot reach the edge");
});

test.each([
  [
    2,
    ["a.b", "--source", "nobody"],
    ACADEMY,
    `no source is "nobody"; the configuration has academy`,
  ],
  [2, ["a.b"], SEVERAL, "Cannot send without --source: choose one of academy, shop/eu"],
  [2, ["a.b", "--data", "{"], ACADEMY, "Cannot send --data: it is not JSON"],
  [
    1,
    ["a.b", "--data", "@/nowhere/at/all.json"],
    ACADEMY,
    "Cannot read /nowhere/at/all.json: ENOENT",
  ],
  [2, ["a.b"], `academy: { provider: "nobody", secrets: ["s"] }`, "sources.academy.provider"],
  [2, [], ACADEMY, "missing required argument 'type'"],
])("hookgate send exits with %d for %j", async (code, args, sources, words) => {
  const ran = await send(args, { sources });
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(words);
  expect(received).toEqual([]);
});

test("hookgate send signs with the active secret, not with one that retires", async () => {
  const secrets = `[{ id: "o", value: "old", state: "retiring" }, { id: "n", value: "new" }]`;
  await send(["a.b"], { sources: `a: { provider: "generic", secrets: ${secrets} }` });
  expect(isSigned(received[0] as Received, "new")).toBe(true);
});

test("hookgate send posts what the provider would, with its headers", async () => {
  const sources = `hub: { provider: "github", secrets: ["s"] }`;
  expect(await send(["push"], { sources })).toMatchObject({ code: 0 });
  expect(received[0]?.headers).toMatchObject({
    "x-github-event": ["push"],
    "x-hub-signature-256": [expect.stringMatching(/^sha256=[0-9a-f]{64}$/)],
  });
});

test("hookgate keys and send try a provider that only has a public key", async () => {
  const env = { DATA_DIR: join(folder.path, "data"), WEBHOOK_SECRET: SECRET };
  const { code, out } = await callHookgate(["keys", "discord"], env);
  expect(code).toBe(0);
  const [source] = /"trial\/discord": \{[^}]*\}[^}]*\}/.exec(out) ?? [""];
  const sources = `${ACADEMY}, ${source}`;
  expect(
    await send(["APPLICATION_AUTHORIZED", "--source", "trial/discord"], { sources }),
  ).toMatchObject({
    code: 0,
    err: "",
  });
  const [request] = received as [Received];
  const verdict = await verify(
    recipeOf("discord"),
    {
      method: "POST",
      url: "http://localhost/",
      headers: (name) => request.headers[name] ?? [],
      body: request.body,
      receivedAt: Date.now(),
    },
    {
      secrets: [
        { id: "1", value: readFileSync(join(env.DATA_DIR, "keys/discord/secret"), "utf8").trim() },
      ],
    },
  );
  expect(verdict).toMatchObject({ ok: true });
});

test("hookgate send says how to try what only the provider can sign", async () => {
  const publicKey = "0123456789abcdef".repeat(4);
  const sources = `d: { provider: "discord", secrets: ["${publicKey}"] }`;
  const { code, err } = await send(["a.b"], { sources });
  expect(code).toBe(1);
  expect(err).toContain('only Discord has the private key for source "d"; make your own pair');
  expect(err).toContain("npx hookgate keys discord");
});

test("hookgate send says that a form has no data", async () => {
  const sources = `b: { provider: "braintree", secrets: ["public|private"] }`;
  const { code, err } = await send(["check", "--data", "{}"], { sources });
  expect(code).toBe(1);
  expect(err).toContain("the provider's events have no member of that name");
});
