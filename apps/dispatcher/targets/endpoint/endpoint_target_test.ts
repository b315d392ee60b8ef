import { execFile } from "node:child_process";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import { createServer, type Socket } from "node:net";
import { promisify } from "node:util";
import { Worker } from "node:worker_threads";
import { formatHeaderBlock } from "@hookgate/providers";
import { fakeClock, freePort, serverCertificate, waitFor } from "@hookgate/testing";
import { ATTEMPT_RESPONSE_BYTES_MAX, type ReceivedEvent } from "@hookgate/types";
import { afterEach, expect, jest, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { Webhook as SvixWebhook } from "svix";
import { type Answering, answer, EndpointServer } from "../../suite/endpoint_server.ts";
import { exampleSecret } from "../../suite/example_source.ts";
import { recordingLog } from "../../suite/recording_log.ts";
import { resultOf, sampleClaimed, sampleSubscription } from "../../suite/sample_claimed.ts";
import type { SubscriptionOf, TargetResult } from "../target.ts";
import { EndpointTarget, type EndpointTargetOptions } from "./endpoint_target.ts";

type Endpoint = SubscriptionOf<"endpoint">;

const MEBIBYTE = 1024 ** 2;
const NONE = { deliveries: 0, bytes: 0 };
const OK = answer(200, { body: "ok" });
const SECRETS = [
  "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
  "whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD",
];

afterEach(() => void jest.useRealTimers());

type EndpointPart = Partial<Omit<Endpoint, "target">> &
  Partial<Omit<Endpoint["target"], "kind" | "url">>;

function endpoint(url: string, part: EndpointPart = {}): Endpoint {
  const { forwardHeaders = false, secrets = [exampleSecret()], ...rest } = part;
  const { headers = [], ratePerSecond = null, ...others } = rest;
  const target = {
    kind: "endpoint",
    url,
    secrets,
    forwardHeaders,
    headers,
    ratePerSecond,
  } as const;
  return sampleSubscription<"endpoint">({ name: "crm", timeoutMs: 5_000, ...others, target });
}

/** A target that lives for one test, may post to this machine, and tells what it said. */
function makeTarget(options: Partial<EndpointTargetOptions> = {}) {
  const { log, lines } = recordingLog();
  const woken: string[] = [];
  const target = new EndpointTarget({
    allowsPrivate: (hostname) => hostname === "127.0.0.1",
    wake: (name) => woken.push(name),
    log,
    ...options,
  });
  const attempt = (
    subscription: Endpoint,
    { event = {}, number = 1 }: { event?: Partial<ReceivedEvent>; number?: number } = {},
  ) => resultOf(target.attempt(sampleClaimed({ event }), subscription, { number, alone: false }));
  const dispose = () => target.close({ graceMs: 0 });
  return { target, attempt, lines, woken, [Symbol.asyncDispose]: dispose };
}

/** What an endpoint that answers so makes of one attempt. */
async function attemptAt(answers: Answering, part: EndpointPart = {}): Promise<TargetResult> {
  await using server = await EndpointServer.start(answers);
  await using target = makeTarget();
  const result = await target.attempt(endpoint(server.url(), part));
  return shown(result, server.port);
}

/** A result in which every test's port is the same. */
function shown(result: TargetResult, port: number): TargetResult {
  return "error" in result
    ? { ...result, error: result.error.replaceAll(String(port), "PORT") }
    : result;
}

/** The connections that are begun in this process, until the test ends. */
function clientSockets() {
  const sockets: Socket[] = [];
  const collect = (message: unknown) => void sockets.push((message as { socket: Socket }).socket);
  subscribe("net.client.socket", collect);
  return { sockets, [Symbol.dispose]: () => void unsubscribe("net.client.socket", collect) };
}

const HOST = "127.0.0.1:PORT";

function failed(error: string, response?: { status: number; body: string }) {
  return { kind: "failed", error, permanent: false, ...(response && { response }) };
}

function limited(status: number, waitMs: number) {
  const response = { status, body: "" };
  return { kind: "limited", error: `${HOST} answered ${status}`, waitMs, response };
}

/** Writes to the socket what is no proper answer. */
const raw =
  (text: string | Buffer): Answering =>
  (_, { socket }) =>
    socket.end(text);

test("EndpointTarget posts the exact bytes, which the official packages verify", async () => {
  await using server = await EndpointServer.start([answer(500), OK]);
  await using target = makeTarget();
  const body = Buffer.from('{ "type":"a",\n"data":"Grüße" }');
  const headers = formatHeaderBlock(["Content-Type", "application/x+json; charset=UTF-8"]);
  const claimed = sampleClaimed({ event: { body, headers } });
  const secrets = SECRETS.map((value, at) => exampleSecret({ id: String(at), value }));
  const subscription = endpoint(server.url(), { secrets });
  const options = { number: 1, alone: false };
  expect(await resultOf(target.target.attempt(claimed, subscription, options))).toMatchObject({
    kind: "failed",
  });
  expect(
    await resultOf(target.target.attempt(claimed, subscription, { ...options, number: 2 })),
  ).toEqual({
    kind: "succeeded",
    response: { status: 200, body: "ok" },
  });
  expect(server.seen).toHaveLength(2);
  for (const [at, seen] of server.seen.entries()) {
    expect(seen.body).toEqual(body);
    expect(seen.headers).toMatchObject({
      "content-type": "application/x+json; charset=UTF-8",
      "content-length": String(body.length),
      "webhook-id": claimed.event.id,
      "hookgate-attempt": String(at + 1),
      "hookgate-delivery": claimed.delivery.id,
    });
    for (const secret of SECRETS) {
      const parsed = JSON.parse(body.toString());
      expect(new Webhook(secret).verify(seen.body, seen.headers)).toEqual(parsed);
      expect(() => new SvixWebhook(secret).verify(seen.body, seen.headers)).not.toThrow();
    }
  }
});

test("EndpointTarget signs each attempt at its own time", async () => {
  await using server = await EndpointServer.start(OK);
  const { now, advance } = fakeClock({ now: 1_700_000_000_500 });
  await using target = makeTarget({ now });
  const subscription = endpoint(server.url());
  await target.attempt(subscription);
  advance(60_000);
  await target.attempt(subscription);
  const times = server.seen.map(({ headers }) => headers["webhook-timestamp"]);
  expect(times).toEqual(["1700000000", "1700000060"]);
});

test("EndpointTarget posts any bytes, none too", async () => {
  await using server = await EndpointServer.start(OK);
  await using target = makeTarget();
  const all = Buffer.from(Array.from({ length: 256 }, (_, byte) => byte));
  const large = Buffer.alloc(3 * MEBIBYTE, 0xfe);
  const bodies = [all, large, Buffer.alloc(0)];
  for (const body of bodies) await target.attempt(endpoint(server.url()), { event: { body } });
  expect(server.seen.map(({ body }) => body.equals(bodies.shift() ?? all))).toEqual([
    true,
    true,
    true,
  ]);
});

test("EndpointTarget passes the provider's headers on where that is wanted, and never credentials", async () => {
  await using server = await EndpointServer.start(OK);
  await using target = makeTarget({
    headersOf: () => formatHeaderBlock(["X-Handed", "ü", "Connection", "x-hop", "X-Hop", "1"]),
  });
  const headers = formatHeaderBlock(["X-Not-Handed", "1", "Content-Type", "a/b"]);
  for (const forwardHeaders of [true, false]) {
    await target.attempt(endpoint(server.url(), { forwardHeaders }), { event: { headers } });
  }
  const [wanted, unwanted] = server.seen.map((seen) => seen.headers);
  expect(wanted).toMatchObject({
    "x-handed": "ü",
    "content-type": "a/b",
    host: expect.any(String),
  });
  expect(wanted).not.toHaveProperty("x-hop");
  expect(wanted).not.toHaveProperty("x-not-handed");
  expect(unwanted).not.toHaveProperty("x-handed");
});

const LATER = new Date(Date.now() + 100_000).toUTCString();

test.each<[string, Answering, object]>([
  ["204", answer(204), { kind: "succeeded", response: { status: 204, body: "" } }],
  [
    "200 by HTTP/1.0, whose end is that of the connection",
    raw("HTTP/1.0 200 OK\r\n\r\nold"),
    { kind: "succeeded", response: { status: 200, body: "old" } },
  ],
  [
    "200 after others that only inform",
    raw(`${"HTTP/1.1 103 Early Hints\r\nlink: a\r\n\r\n".repeat(3)}HTTP/1.1 200 OK\r\n\r\n`),
    { kind: "succeeded", response: { status: 200, body: "" } },
  ],
  [
    "500",
    answer(500, { body: "why" }),
    failed(`${HOST} answered 500`, { status: 500, body: "why" }),
  ],
  ["404", answer(404), failed(`${HOST} answered 404`, { status: 404, body: "" })],
  [
    "410",
    answer(410, { body: "gone" }),
    {
      kind: "gone",
      error: `${HOST} answered 410`,
      response: { status: 410, body: "gone" },
    },
  ],
  ["429 and seconds", answer(429, { headers: { "retry-after": "7" } }), limited(429, 7_000)],
  [
    "503 and a date",
    answer(503, { headers: { "retry-after": LATER } }),
    limited(503, expect.any(Number) as never),
  ],
  [
    "a redirect to where secrets are",
    answer(302, { headers: { location: "http://169.254.169.254/latest/meta-data/" } }),
    failed(
      `${HOST} answered 302, a redirect to http://169.254.169.254/latest/meta-data/, which is not followed`,
      { status: 302, body: "" },
    ),
  ],
  [
    "101",
    raw("HTTP/1.1 101 Switching Protocols\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n"),
    failed(`${HOST} answered 101`, { status: 101, body: "" }),
  ],
  [
    "a reset",
    (_, request) => request.socket.resetAndDestroy(),
    failed(`Cannot post to ${HOST}: the connection was reset before an answer (ECONNRESET)`),
  ],
  [
    "the end of the connection",
    (_, request) => request.socket.end(),
    failed(`Cannot post to ${HOST}: the connection was reset before an answer (ECONNRESET)`),
  ],
  [
    "half of what it announced",
    raw("HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhalf"),
    failed(`${HOST} answered 200, but the answer broke off`, { status: 200, body: "half" }),
  ],
  [
    "what is not HTTP",
    raw("SSH-2.0-OpenSSH_9.6\r\n"),
    failed(expect.stringMatching(/: its answer is not HTTP: .*\(HPE_/) as never),
  ],
  [
    "headers without end",
    raw(`HTTP/1.1 200 OK\r\nx-a: ${"a".repeat(20_000)}\r\n\r\n`),
    failed(expect.stringMatching(/the headers of its answer are too large/) as never),
  ],
  [
    "others that only inform, without end",
    raw("HTTP/1.1 102 Processing\r\n\r\n".repeat(1_000)),
    failed(`Cannot post to ${HOST}: it sent more than 16 answers of 1xx`),
  ],
])("EndpointTarget understands an endpoint that answers %s", async (_what, answering, result) => {
  expect(await attemptAt(answering)).toEqual(result);
});

const odd = (head: string, body = "ok") => raw(`${head}\r\n\r\n${body}`);

test.each<[string, Answering, number]>([
  ["two equal lengths", odd("HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2"), 200],
  ["a list of equal lengths", odd("HTTP/1.1 202 Accepted\r\nContent-Length: 2, 2"), 202],
  ["an empty length", odd("HTTP/1.1 200 OK\r\nContent-Length:"), 200],
  [
    "a length and chunks",
    odd("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nTransfer-Encoding: chunked"),
    200,
  ],
  ["lines that end with LF alone", raw("HTTP/1.1 200 OK\nContent-Length: 2\n\nok"), 200],
  ["a space before a colon", odd("HTTP/1.1 200 OK\r\nX-A : a\r\nContent-Length: 2"), 200],
  [
    "a control character in a header",
    odd("HTTP/1.1 200 OK\r\nX-A: a\x01\r\nContent-Length: 2"),
    200,
  ],
  ["a folded header", odd("HTTP/1.1 200 OK\r\nX-A: a\r\n b\r\nContent-Length: 2"), 200],
  ["a version without a dot", odd("HTTP/2 200 OK\r\nContent-Length: 2"), 200],
  ["more than its length", odd("HTTP/1.1 200 OK\r\nContent-Length: 2", "ok\r\nand more"), 200],
  ["more than none", odd("HTTP/1.1 204 No Content"), 204],
])("EndpointTarget takes an odd but whole answer with %s", async (_what, answering, status) => {
  expect(await attemptAt(answering)).toMatchObject({ kind: "succeeded", response: { status } });
});

test.each<[string, Answering]>([
  ["two lengths that differ", odd("HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3")],
  ["half a head", raw("HTTP/1.1 200 OK\r\nX-A : a")],
])("EndpointTarget does not take an odd answer with %s", async (_what, answering) => {
  expect(await attemptAt(answering)).toMatchObject({ kind: "failed" });
});

test("EndpointTarget sends the headers of the configuration, but not in place of its own", async () => {
  await using server = await EndpointServer.start(OK);
  await using target = makeTarget({
    headersOf: () => formatHeaderBlock(["Authorization", "theirs"]),
  });
  const headers = [{ name: "authorization", value: "Bearer ours" }];
  const part = { headers, forwardHeaders: true };
  expect(await target.attempt(endpoint(server.url(), part))).toMatchObject({ kind: "succeeded" });
  expect(server.seen[0]?.headers).toMatchObject({ authorization: "Bearer ours" });
});

test("EndpointTarget follows no redirect, not even to where it is allowed to go", async () => {
  for (const status of [301, 302, 303, 307, 308]) {
    await using server = await EndpointServer.start((response) =>
      response.writeHead(status, { location: server.url() }).end(),
    );
    await using target = makeTarget();
    expect((await target.attempt(endpoint(server.url()))).kind).toBe("failed");
    expect(server.seen).toHaveLength(1);
  }
});

/** Writes a byte every now and then, until nobody listens. */
const drips =
  (head: () => void = () => {}): Answering =>
  (response) => {
    head();
    response.writeHead(200);
    const timer = setInterval(() => response.write("."), 20);
    response.on("close", () => clearInterval(timer));
  };

test.each<[string, Answering, string]>([
  ["hangs", () => {}, "did not answer within 300 ms"],
  ["drips", drips(), "answered 200, but not completely, within 300 ms"],
  [
    "informs now and then",
    (response) => {
      const timer = setInterval(() => response.writeProcessing(), 50);
      response.on("close", () => clearInterval(timer));
    },
    "did not answer within 300 ms",
  ],
])(
  "EndpointTarget gives up an endpoint that %s, when its time is over",
  async (_how, answering, error) => {
    await using server = await EndpointServer.start(answering);
    await using target = makeTarget();
    const startedAt = performance.now();
    const result = await target.attempt(endpoint(server.url(), { timeoutMs: 300 }));
    expect(result).toEqual({ kind: "timed_out", error: `127.0.0.1:${server.port} ${error}` });
    expect(performance.now() - startedAt).toBeLessThan(2_000);
    await waitFor(() => server.connections.every(({ destroyed }) => destroyed), {
      what: "the end of its connection",
    });
  },
);

test("EndpointTarget gives up a name that is looked up for ever, when its time is over", async () => {
  await using target = makeTarget({ lookup: () => {} });
  expect(await target.attempt(endpoint("https://crm.example/", { timeoutMs: 50 }))).toEqual({
    kind: "timed_out",
    error: "crm.example did not answer within 50 ms",
  });
});

test("EndpointTarget reads no more of an answer than it must, however much there is", async () => {
  using client = clientSockets();
  const chunk = Buffer.alloc(MEBIBYTE, "x");
  await using server = await EndpointServer.start((response) => {
    response.writeHead(200, { "content-length": 100 * MEBIBYTE });
    let left = 100;
    const write = () => {
      while (left > 0 && !response.destroyed) {
        left -= 1;
        if (!response.write(chunk)) break;
      }
    };
    response.on("drain", write).on("error", () => {});
    write();
  });
  await using target = makeTarget();
  const attempts = Array.from({ length: 20 }, () => target.attempt(endpoint(server.url())));
  for (const result of await Promise.all(attempts)) {
    const body = "x".repeat(ATTEMPT_RESPONSE_BYTES_MAX);
    expect(result).toEqual({ kind: "succeeded", response: { status: 200, body } });
  }
  expect(client.sockets).toHaveLength(20);
  // The bound, and the chunk that passes it.
  for (const { bytesRead, destroyed } of client.sockets) {
    expect(destroyed).toBe(true);
    expect(bytesRead).toBeLessThanOrEqual(64 * 1024 + 64 * 1024 + 1_024);
  }
});

test("EndpointTarget hears an endpoint that answers before it has read everything", async () => {
  const taken: Socket[] = [];
  const server = createServer((socket) => {
    taken.push(socket);
    socket.on("error", () => {});
    socket.once("data", () => {
      socket.pause();
      socket.write("HTTP/1.1 413 Content Too Large\r\ncontent-length: 0\r\n\r\n");
    });
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as { port: number };
  await using target = makeTarget();
  using client = clientSockets();
  const event = { body: Buffer.alloc(50 * MEBIBYTE) };
  const result = await target.attempt(endpoint(`http://127.0.0.1:${port}/`), { event });
  expect(result).toMatchObject({ kind: "failed", response: { status: 413 } });
  // Whatever is left of the body must not hold the connection.
  expect(client.sockets.map(({ destroyed }) => destroyed)).toEqual([true]);
  for (const socket of taken) socket.destroy();
  server.close();
});

test("EndpointTarget says that nobody listens", async () => {
  const port = await freePort();
  await using target = makeTarget();
  expect(await target.attempt(endpoint(`http://127.0.0.1:${port}/`))).toEqual(
    failed(
      `Cannot post to 127.0.0.1:${port}: the connection was refused (ECONNREFUSED, 127.0.0.1 port ${port})`,
    ),
  );
});

test("EndpointTarget says that nobody knows the name", async () => {
  const error = Object.assign(new Error("getaddrinfo ENOTFOUND"), { code: "ENOTFOUND" });
  await using target = makeTarget({ lookup: (_, __, callback) => callback(error, []) });
  expect(await target.attempt(endpoint("https://crm.example/"))).toEqual(
    failed("Cannot post to crm.example: its name does not exist (DNS) (ENOTFOUND)"),
  );
});

test("EndpointTarget trusts no certificate that nobody vouches for, nor one of another host", async () => {
  const certificate = serverCertificate();
  await using server = await EndpointServer.start(OK, { certificate });
  const lookup: EndpointTargetOptions["lookup"] = (_, __, callback) =>
    callback(null, [{ address: "127.0.0.1", family: 4 }]);
  const allowsPrivate = () => true;
  await using strange = makeTarget({ lookup, allowsPrivate });
  const untrusted = /^Cannot post to [a-z.]+:\d+: its certificate is not trusted: .* \([A-Z_]+\)$/;
  expect(await strange.attempt(endpoint(server.url("example")))).toEqual(
    failed(expect.stringMatching(untrusted) as never),
  );
  await using vouched = makeTarget({ lookup, allowsPrivate, ca: certificate.cert });
  expect(await vouched.attempt(endpoint(server.url("other.example")))).toEqual(
    failed(expect.stringMatching(untrusted) as never),
  );
  expect(server.seen).toEqual([]);
  expect((await vouched.attempt(endpoint(server.url("example")))).kind).toBe("succeeded");
});

test("EndpointTarget says that what should be TLS is none", async () => {
  await using server = await EndpointServer.start(OK);
  await using target = makeTarget();
  const url = server.url().replace("http:", "https:");
  expect(shown(await target.attempt(endpoint(url)), server.port)).toEqual(
    failed(expect.stringMatching(/^Cannot post to 127.0.0.1:PORT: TLS failed: /) as never),
  );
});

test.each([
  ["an unknown scheme", "ftp://crm.example/", {}, "the URL is neither http nor https"],
  ["no URL", "crm.example", {}, "the URL is neither http nor https"],
  ["no secret", "http://127.0.0.1/", { secrets: [] }, "no secret is in force"],
])("EndpointTarget fails, and connects nowhere, with %s", async (_what, url, part, error) => {
  await using target = makeTarget();
  const subscription = endpoint(url, part);
  expect(target.target.room(subscription, NONE).deliveries).toBe(20);
  expect(await target.attempt(subscription)).toEqual(
    failed(expect.stringContaining(error) as never),
  );
});

// Each spells an address that is not public; those of this machine have a port that would answer.
const INSIDE: [string, string, string][] = [
  ["as it is", "127.0.0.1", "127.0.0.1"],
  ["another of this machine", "127.8.9.10", "127.8.9.10"],
  ["in decimal", "2130706433", "127.0.0.1"],
  ["in hexadecimal", "0x7f000001", "127.0.0.1"],
  ["in octal", "0177.0.0.01", "127.0.0.1"],
  ["in short", "127.1", "127.0.0.1"],
  ["in a mixture", "0x7f.0.1", "127.0.0.1"],
  ["with a trailing dot", "127.0.0.1.", "127.0.0.1"],
  ["percent-encoded", "%31%32%37.0.0.1", "127.0.0.1"],
  ["in fullwidth digits", "１２７.０.０.１", "127.0.0.1"],
  ["with ideographic stops", "127。0。0。1", "127.0.0.1"],
  ["in circled digits", "①②⑦.⓪.⓪.①", "127.0.0.1"],
  ["behind a user", "crm.example.com@127.0.0.1", "127.0.0.1"],
  ["unspecified", "0.0.0.0", "0.0.0.0"],
  ["as zero", "0", "0.0.0.0"],
  ["in IPv6", "[::1]", "::1"],
  ["in IPv6 at length", "[0:0:0:0:0:0:0:1]", "::1"],
  ["unspecified in IPv6", "[::]", "::"],
  ["mapped", "[::ffff:127.0.0.1]", "127.0.0.1"],
  ["mapped in hexadecimal", "[::ffff:7f00:1]", "127.0.0.1"],
  ["compatible", "[::127.0.0.1]", "::7f00:1"],
  ["translated", "[64:ff9b::127.0.0.1]", "64:ff9b::7f00:1"],
  ["through a tunnel", "[2002:7f00:1::]", "2002:7f00:1::"],
  ["link-local in IPv6", "[fe80::1]", "fe80::1"],
  ["unique local", "[fd00:ec2::254]", "fd00:ec2::254"],
  ["where secrets are", "169.254.169.254", "169.254.169.254"],
  ["there in decimal", "2852039166", "169.254.169.254"],
  ["there, mapped", "[::ffff:169.254.169.254]", "169.254.169.254"],
  ["private", "10.0.0.1", "10.0.0.1"],
  ["private, in the middle", "172.31.255.255", "172.31.255.255"],
  ["private, at home", "192.168.1.1", "192.168.1.1"],
  ["of a carrier", "100.64.0.1", "100.64.0.1"],
  ["of everybody", "255.255.255.255", "255.255.255.255"],
];

test.each(INSIDE)(
  "EndpointTarget makes no connection to an address %s: %s",
  async (_how, host, address) => {
    using client = clientSockets();
    await using server = await EndpointServer.start(OK, { address: "::" });
    await using target = makeTarget({ allowsPrivate: () => false });
    const result = await target.attempt(endpoint(`http://${host}:${server.port}/`));
    const name = new URL(`http://${host}/`).hostname;
    expect(shown(result, server.port)).toEqual(
      failed(`Cannot post to ${name}:PORT: its address ${address} is not public`),
    );
    expect(client.sockets).toEqual([]);
    expect(server.connections).toEqual([]);
  },
);

test.each(["localhost", "LOCALHOST", "localhost.", "%6c%6fcalhost", "ｌocalhost"])(
  "EndpointTarget makes no connection to this machine by the name %s",
  async (host) => {
    await using server = await EndpointServer.start(OK, { address: "::" });
    await using target = makeTarget({ allowsPrivate: () => false });
    const result = await target.attempt(endpoint(`http://${host}:${server.port}/`));
    expect(shown(result, server.port)).toEqual(
      failed(
        expect.stringMatching(
          // Some resolvers do not know the name with a dot.
          /^Cannot post to localhost\.?:PORT: its (?:address (?:127\.0\.0\.1|::1) is not public|name)/,
        ) as never,
      ),
    );
    expect(server.connections).toEqual([]);
  },
);

test.each([
  ["inside", ["10.0.0.1"], "10.0.0.1"],
  ["inside after one outside", ["8.8.8.8", "10.0.0.1"], "10.0.0.1"],
  ["inside, mapped", ["::ffff:127.0.0.1"], "::ffff:127.0.0.1"],
])("EndpointTarget makes no connection by a name that leads %s", async (_where, found, address) => {
  await using target = makeTarget({
    lookup: (_, __, callback) => {
      callback(
        null,
        found.map((one) => ({ address: one, family: one.includes(":") ? 6 : 4 })),
      );
    },
  });
  expect(await target.attempt(endpoint("https://crm.example/"))).toEqual(
    failed(`Cannot post to crm.example: its address ${address} is not public`),
  );
});

test("EndpointTarget goes inside by the names that are allowed, and no other", async () => {
  await using server = await EndpointServer.start(OK, { address: "::" });
  const lookup: EndpointTargetOptions["lookup"] = (_, __, callback) =>
    callback(null, [{ address: "127.0.0.1", family: 4 }]);
  const allowed = new Set(["crm.internal", "::1", "127.0.0.2"]);
  await using target = makeTarget({ lookup, allowsPrivate: (hostname) => allowed.has(hostname) });
  const kinds: Record<string, string> = {};
  for (const host of [
    "CRM.internal",
    "[::1]",
    "[::ffff:127.0.0.2]",
    "crm.internal.evil.example",
    "127.0.0.1",
  ]) {
    kinds[host] = (await target.attempt(endpoint(server.url(host)))).kind;
  }
  expect(kinds).toEqual({
    "CRM.internal": "succeeded",
    "[::1]": "succeeded",
    "[::ffff:127.0.0.2]": "succeeded",
    "crm.internal.evil.example": "failed",
    "127.0.0.1": "failed",
  });
});

test("EndpointTarget takes neither a proxy nor lax TLS from the environment", async () => {
  await using proxy = await EndpointServer.start(answer(299));
  await using server = await EndpointServer.start(OK);
  await using secure = await EndpointServer.start(OK, { certificate: serverCertificate() });
  const through = `http://127.0.0.1:${proxy.port}`;
  const env = {
    NODE_USE_ENV_PROXY: "1",
    HTTP_PROXY: through,
    HTTPS_PROXY: through,
    ALL_PROXY: through,
    NODE_TLS_REJECT_UNAUTHORIZED: "0",
  };
  const program = new URL("../../suite/post_program.ts", import.meta.url).pathname;
  const run = async (url: string) =>
    (await promisify(execFile)(process.execPath, [program, url], { env })).stdout;
  expect(await run(server.url())).toBe("answered 200");
  expect(await run(secure.url())).toMatch(/self-signed|does not match/);
  expect(proxy.connections).toEqual([]);
});

test("EndpointTarget has room up to a subscription's concurrency and 32 MiB of bodies", async () => {
  await using target = makeTarget();
  const subscription = endpoint("https://crm.example/", { concurrency: 5 });
  const room = (deliveries: number, bytes: number) =>
    target.target.room(subscription, { deliveries, bytes });
  expect(room(0, 0)).toEqual({ deliveries: 5, bytes: 32 * MEBIBYTE });
  expect(room(4, MEBIBYTE)).toEqual({ deliveries: 1, bytes: 31 * MEBIBYTE });
  expect(room(6, 40 * MEBIBYTE)).toEqual({ deliveries: 0, bytes: 0 });
});

test("EndpointTarget begins no more than there are connections, and says when one is free", async () => {
  const waiting: (() => void)[] = [];
  await using server = await EndpointServer.start((response) => {
    waiting.push(() => response.end());
  });
  await using target = makeTarget({ places: { originMax: 1, allMax: 2 } });
  const crm = endpoint(server.url());
  const erp = endpoint(server.url(), { name: "erp" });
  const first = target.attempt(crm);
  expect(target.target.room(erp, NONE).deliveries).toBe(0);
  expect(await target.attempt(erp)).toEqual({ kind: "not_started" });
  expect(target.target.room(endpoint("https://other.example/"), NONE).deliveries).toBe(1);
  expect(target.woken).toEqual([]);
  await waitFor(() => waiting.length === 1, { what: "the request" });
  waiting[0]?.();
  expect((await first).kind).toBe("succeeded");
  expect(target.woken).toEqual(["erp"]);
  expect(target.target.room(erp, NONE).deliveries).toBe(1);
});

test("EndpointTarget keeps deliveries from an endpoint that is down, and probes it", async () => {
  await using server = await EndpointServer.start([...Array(10).fill(answer(502)), OK]);
  const changes: string[] = [];
  const clock = fakeClock({ now: 0 });
  await using target = makeTarget({
    monotonic: clock.now,
    random: () => 0.5,
    places: { originMax: 2 },
    onBreaker: (name, state) => changes.push(`${name} ${state}`),
  });
  const subscription = endpoint(server.url());
  const deliveries = (running = NONE) => target.target.room(subscription, running).deliveries;
  jest.useFakeTimers({ doNotFake: ["nextTick", "setImmediate", "performance", "queueMicrotask"] });
  for (let count = 0; count < 10; count += 1) await target.attempt(subscription);
  expect([target.target.breakerState("crm"), deliveries()]).toEqual(["open", 0]);
  for (let count = 0; count < 3; count += 1) {
    expect(await target.attempt(subscription)).toEqual({ kind: "not_started" });
  }
  expect(server.seen).toHaveLength(10);
  expect(target.lines.at(-1)).toMatchObject({
    level: "warn",
    message: "breaker opened",
    fields: { subscription: "crm", error: `127.0.0.1:${server.port} answered 502` },
  });

  clock.advance(5_000);
  jest.advanceTimersByTime(5_000);
  expect([target.woken, deliveries()]).toEqual([["crm"], 1]);
  expect(deliveries({ deliveries: 1, bytes: 0 })).toBe(0);
  const results = await Promise.all([target.attempt(subscription), target.attempt(subscription)]);
  expect(results.map(({ kind }) => kind)).toEqual(["succeeded", "not_started"]);
  expect([target.target.breakerState("crm"), deliveries()]).toEqual(["closed", 2]);
  expect(changes).toEqual(["crm open", "crm half_open", "crm closed"]);
});

test.each(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"])(
  "EndpointTarget charges nobody when this machine cannot connect: %s",
  async (code) => {
    await using target = makeTarget({
      lookup: (_host, _options, callback) => {
        callback(Object.assign(new Error(`connect ${code}`), { code }), []);
      },
    });
    const crm = endpoint("https://crm.example.com/hooks");
    jest.useFakeTimers({
      doNotFake: ["nextTick", "setImmediate", "performance", "queueMicrotask"],
    });
    for (let count = 0; count < 12; count += 1) {
      expect(await target.attempt(crm)).toEqual({ kind: "not_started" });
    }
    expect([target.target.breakerState("crm"), target.target.room(crm, NONE).deliveries]).toEqual([
      "closed",
      0,
    ]);
    expect(target.lines.map(({ message }) => message)).toEqual([
      "cannot open connections, endpoints wait",
    ]);
    jest.advanceTimersByTime(1_000);
    expect([target.woken, target.target.room(crm, NONE).deliveries]).toEqual([
      ["crm"],
      crm.concurrency,
    ]);
  },
);

/** An endpoint on a thread of its own, which answers after 100 ms, whatever this thread does. */
const PUNCTUAL = `
  const { createServer } = require("node:http");
  const { parentPort } = require("node:worker_threads");
  const server = createServer((request, response) => {
    parentPort.postMessage("request");
    setTimeout(() => response.end("ok"), 100);
  });
  server.listen(0, "127.0.0.1", () => parentPort.postMessage(server.address().port));
`;

test("EndpointTarget does not charge an endpoint for a pause of its own", async () => {
  const thread = new Worker(PUNCTUAL, { eval: true });
  await using stack = new AsyncDisposableStack();
  stack.defer(async () => void (await thread.terminate()));
  const [port] = await once(thread, "message");
  await using target = makeTarget();
  const asked = once(thread, "message");
  const attempt = target.attempt(endpoint(`http://127.0.0.1:${port}`, { timeoutMs: 1_000 }));
  await asked;
  // As if this process was stopped: the answer comes meanwhile.
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 2_000);
  expect((await attempt).kind).toBe("succeeded");
});

test("EndpointTarget forgets the breaker of a subscription that is gone", async () => {
  await using server = await EndpointServer.start(answer(502));
  await using target = makeTarget();
  for (let count = 0; count < 10; count += 1) await target.attempt(endpoint(server.url()));
  target.target.serve(["crm", "erp"]);
  expect(target.target.breakerState("crm")).toBe("open");
  target.target.serve(["erp"]);
  expect(target.target.breakerState("crm")).toBe("closed");
});

test.each([422, 500])("EndpointTarget goes on with an endpoint that answers %d", async (status) => {
  await using server = await EndpointServer.start(answer(status));
  await using target = makeTarget();
  for (let count = 0; count < 30; count += 1) await target.attempt(endpoint(server.url()));
  expect(target.target.breakerState("crm")).toBe("closed");
  expect(server.seen).toHaveLength(30);
});

test("EndpointTarget that is closed lets end what runs, and begins nothing", async () => {
  const waiting: (() => void)[] = [];
  await using server = await EndpointServer.start((response) => {
    waiting.push(() => response.end());
  });
  await using target = makeTarget();
  const subscription = endpoint(server.url());
  const running = target.attempt(subscription);
  await waitFor(() => waiting.length === 1, { what: "the request" });
  const closed = target.target.close({ graceMs: 10_000 });
  expect(target.target.room(subscription, NONE)).toEqual(NONE);
  expect(await target.attempt(subscription)).toEqual({ kind: "not_started" });
  waiting[0]?.();
  expect((await running).kind).toBe("succeeded");
  await closed;
  await waitFor(() => server.connections[0]?.destroyed, { what: "the end of its connection" });
});

test("EndpointTarget interrupts what does not end within the grace", async () => {
  await using server = await EndpointServer.start([() => {}, drips()]);
  await using target = makeTarget();
  const running = [target.attempt(endpoint(server.url())), target.attempt(endpoint(server.url()))];
  await waitFor(() => server.seen.length === 2, { what: "the requests" });
  await target.target.close({ graceMs: 50 });
  expect(await Promise.all(running)).toEqual([{ kind: "interrupted" }, { kind: "interrupted" }]);
});
