import { setImmediate as nextTurn } from "node:timers/promises";
import { findProvider, type Provider } from "@hookgate/providers";
import {
  costMsMax,
  leastCpuMs,
  longestStretchMs,
  signedGenericRequest,
  waitFor,
} from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { exampleSource, signedEvent } from "../suite/example_source.ts";
import { RawConnection } from "../suite/raw_connection.ts";
import { eventBody, makeConfig, type RunningEdge, runEdge, SECRET } from "../suite/run_edge.ts";

const CAP = 10_000;
const MIB = 1024 * 1024;

let running: RunningEdge;
let connections: RawConnection[];

beforeEach(async () => {
  connections = [];
  running = await runEdge({ limits: { bodyBytesMax: CAP, bodyDeadlineMs: 300 } });
});

afterEach(async () => {
  for (const connection of connections) connection.destroy();
  await running.stop();
});

async function open(): Promise<RawConnection> {
  const connection = await RawConnection.open(running.port);
  connections.push(connection);
  return connection;
}

/** The head of a signed POST of this body, with more headers, without its length. */
function head(body: string | Uint8Array, more: readonly string[], version = "1.1"): string {
  const signature = signedGenericRequest({ secret: SECRET, body }).headers["x-webhook-signature"];
  return [
    `POST /api/webhooks/academy HTTP/${version}`,
    "Host: localhost",
    `X-Webhook-Signature: ${signature}`,
    ...more,
    "",
    "",
  ].join("\r\n");
}

async function errorOf(connection: RawConnection): Promise<string> {
  const body = await waitFor(() => /\{.*\}$/.exec(connection.text)?.[0], { what: "the answer" });
  return JSON.parse(body).error;
}

test("a body of exactly the cap is accepted, one byte more is not", async () => {
  expect((await running.post(new Uint8Array(CAP))).status).toBe(200);
  const answer = await running.post(new Uint8Array(CAP + 1));
  expect(answer.status).toBe(413);
  expect(await answer.json()).toEqual({
    error: "body_too_large",
    message: "The body is larger than this server takes.",
  });
});

test("a body whose proof is in JSON that is too large to be read is too large, not badly signed", async () => {
  const figma = exampleSource(findProvider("figma") as Provider, { bodyBytesMax: 4 * MIB });
  const large = await runEdge({ sources: [figma.source] });
  try {
    const body = Buffer.from(signedEvent(figma).body).toString();
    expect((await large.send(signedEvent(figma))).status).toBe(200);
    const padded = body.replace("{", `{"padding":"${"a".repeat(MIB)}",`);
    const answer = await large.send(signedEvent(figma, { body: Buffer.from(padded) }));
    expect([answer.status, await answer.json()]).toMatchObject([413, { error: "body_too_large" }]);
    const kept = () =>
      large.dispatcher.reports.flatMap(({ refused }) => refused.map(({ reason }) => reason));
    await waitFor(() => kept().length > 0, { what: "its trace" });
    expect(kept()).toEqual(["body_too_large"]);
  } finally {
    await large.stop();
  }
});

test("a source may have a larger body than others, of 25 MB to the byte", async () => {
  const github = exampleSource(findProvider("github") as Provider, { bodyBytesMax: 25 * MIB });
  // A busy machine takes long to read and hash it.
  const large = await runEdge({ sources: [github.source], limits: { answerBudgetMs: 20_000 } });
  try {
    const body = Buffer.alloc(25 * MIB, '{"n":1} ');
    const send = (bytes: Uint8Array) => {
      return large.send(signedEvent(github, { body: bytes }));
    };
    expect((await send(body)).status).toBe(200);
    expect(Buffer.compare(large.dispatcher.events[0]?.body ?? body.subarray(1), body)).toBe(0);
    expect((await send(Buffer.alloc(25 * MIB + 1))).status).toBe(413);
    expect((await large.post(new Uint8Array(MIB + 1))).status).toBe(413);
  } finally {
    await large.stop();
  }
});

test("a large body that comes in many pieces is put together without keeping others waiting", async () => {
  const github = exampleSource(findProvider("github") as Provider, { bodyBytesMax: 32 * MIB });
  const large = await runEdge({ sources: [github.source], trustedProxies: ["127.0.0.1"] });
  try {
    const body = Buffer.alloc(32 * MIB, "a");
    const msMax = 2 * (await costMsMax(body.subarray(0, MIB / 2)));
    let addresses = 0;
    const refused = async () => {
      const connection = await RawConnection.open(large.port);
      // What one address may send without proof is soon used up.
      addresses += 1;
      const forwarded = `X-Forwarded-For: 203.0.113.${addresses}`;
      const lines = [`Content-Length: ${body.length}`, forwarded, "Connection: close", "", ""];
      connection.write(
        `POST /api/webhooks/github HTTP/1.1\r\nHost: localhost\r\n${lines.join("\r\n")}`,
      );
      for (let at = 0; at < body.length; at += MIB / 4) {
        connection.write(body.subarray(at, at + MIB / 4));
        await nextTurn();
      }
      expect(await connection.status()).toBe(401);
      connection.destroy();
    };
    const ms = await leastCpuMs(refused, { msMax, measure: longestStretchMs });
    expect(ms).toBeLessThanOrEqual(msMax);
  } finally {
    await large.stop();
  }
}, 60_000);

test("a length above the cap is refused before a byte of the body is sent, and the connection closed", async () => {
  const connection = await open();
  connection.write(head("", [`Content-Length: ${CAP + 1}`]));
  expect(await connection.status()).toBe(413);
  expect(connection.text).toMatch(/connection: close/i);
  await connection.waitUntilClosed();
});

test("a client that sends all of a large body first can still read why it is refused", async () => {
  const answer = await running.post(new Uint8Array(900_000));
  expect(answer.status).toBe(413);
});

test("a length beyond all numbers is refused", async () => {
  const connection = await open();
  connection.write(head("", ["Content-Length: 99999999999999999999999"]));
  expect([400, 413]).toContain(await connection.status());
  await connection.waitUntilClosed();
});

test("endless chunks are cut at the cap, and the connection closed", async () => {
  const connection = await open();
  connection.write(head("", ["Transfer-Encoding: chunked"]));
  const chunk = `400\r\n${"x".repeat(0x400)}\r\n`;
  let sent = 0;
  const pump = setInterval(() => {
    sent += 1;
    connection.write(chunk);
  }, 1);
  try {
    expect(await connection.status()).toBe(413);
    await connection.waitUntilClosed();
  } finally {
    clearInterval(pump);
  }
  expect(sent).toBeGreaterThan(0);
  expect(running.dispatcher.events).toEqual([]);
});

test("chunks are put together, byte for byte", async () => {
  const body = eventBody();
  const connection = await open();
  connection.write(head(body, ["Transfer-Encoding: chunked", "Connection: close"]));
  for (const byte of body) connection.write(`1;ext=1\r\n${byte}\r\n`);
  connection.write("0\r\nX-Trailer: 1\r\n\r\n");
  expect(await connection.status()).toBe(200);
  expect(running.dispatcher.events[0]?.body).toEqual(Buffer.from(body));
});

test("a body in many packets is put together", async () => {
  // On a busy machine they take longer than this file's short deadline.
  running.edge.reload(makeConfig());
  const body = Buffer.from(eventBody());
  const connection = await open();
  connection.write(head(body, [`Content-Length: ${body.length}`, "Connection: close"]));
  for (const byte of body) {
    connection.write(new Uint8Array([byte]));
    await new Promise((resolve) => setImmediate(resolve));
  }
  expect(await connection.status()).toBe(200);
  expect(running.dispatcher.events[0]?.body).toEqual(body);
});

test("a body that comes too slowly is cut", async () => {
  const connection = await open();
  const begun = performance.now();
  connection.write(head("", ["Content-Length: 100"]));
  const drip = setInterval(() => connection.write("x"), 20);
  try {
    expect(await connection.status()).toBe(408);
    expect(performance.now() - begun).toBeGreaterThanOrEqual(290);
    expect(await errorOf(connection)).toBe("body_too_slow");
    await connection.waitUntilClosed();
  } finally {
    clearInterval(drip);
  }
});

test("a wrong length is no event: one too long is cut in time, one too short leaves rubbish", async () => {
  const body = eventBody();
  const long = await open();
  long.write(head(body, [`Content-Length: ${body.length + 5}`]) + body);
  expect(await long.status()).toBe(408);

  const short = await open();
  short.write(head(body, [`Content-Length: ${body.length - 5}`]) + body);
  await short.waitUntilClosed();
  expect(short.text).toMatch(/^HTTP\/1\.1 (400|401) /);
  expect(running.dispatcher.events).toEqual([]);
});

test("a client that hangs up within the body causes no event and no error, and its room is returned", async () => {
  await running.stop();
  running = await runEdge({ limits: { inFlightBytesMax: 3_000 } });
  for (let round = 0; round < 3; round += 1) {
    const connection = await open();
    connection.write(head("", ["Content-Length: 5000"]) + "x".repeat(2_000));
    await new Promise((resolve) => setImmediate(resolve));
    connection.destroy();
  }
  await waitFor(async () => (await running.post(eventBody())).status === 200, {
    what: "room for an event",
  });
  const levels = running.lines.map(({ level }) => level);
  expect(levels).not.toContain("error");
  expect(levels).not.toContain("warn");
});

test.each(["gzip", "BR", "deflate", "gzip, gzip", "identity , gzip", "gzip,", "x-gzip", "zstd"])(
  "a body with Content-Encoding %s is refused unread",
  async (encoding) => {
    const answer = await running.post(eventBody(), { headers: { "content-encoding": encoding } });
    expect(answer.status).toBe(415);
    expect(await answer.json()).toMatchObject({ error: "unsupported_encoding" });
  },
);

test.each([
  "Identity",
  "UTF-8",
  "utf8",
  "ISO-8859-1",
  "us-ascii",
  "windows-1252",
  "identity, UTF-8",
  "none",
  "8bit",
  "Binary",
  "",
  "application/json",
  "base64",
  "null",
  "amz-1.0",
])("a body with Content-Encoding %j is accepted: that is no coding", async (coding) => {
  const headers = { "content-encoding": coding };
  expect((await running.post(eventBody(), { headers })).status).toBe(200);
});

test.each(["", "-", "100", "200-maybe", "a=b; c"])(
  "an Expect of %j is no reason to refuse",
  async (expect_) => {
    const connection = await open();
    const body = eventBody();
    const more = [`Content-Length: ${body.length}`, `Expect: ${expect_}`, "Connection: close"];
    connection.write(head(body, more) + body);
    expect(await connection.status()).toBe(200);
    expect(connection.text).not.toContain("100 Continue");
  },
);

test("a request with two hosts is refused, even if they are equal", async () => {
  for (const host of ["localhost", "evil.example.com"]) {
    const connection = await open();
    connection.write(head("", [`HOST: ${host}`, "Content-Length: 0"]));
    expect(await connection.status()).toBe(400);
    expect(await errorOf(connection)).toBe("malformed_request");
    await connection.waitUntilClosed();
  }
});

test.each(["a, b", "a,b", "a b", "user@a", "a/b", "a?b", "a#b", "a\\b", "<a>"])(
  "a request whose host is %j is refused",
  async (host) => {
    const connection = await open();
    const sent = head("", ["Content-Length: 0"]).replace("Host: localhost", `Host: ${host}`);
    connection.write(sent);
    expect(await connection.status()).toBe(400);
    expect(await errorOf(connection)).toBe("malformed_request");
    await connection.waitUntilClosed();
  },
);

test.each(["", "hooks.example.com", "a_b:8080", "[::1]:80", "192.0.2.1", "xn--bcher-kva.example."])(
  "a request whose host is %j is none too many",
  async (host) => {
    const connection = await open();
    const body = eventBody();
    const sent = head(body, [`Content-Length: ${body.length}`, "Connection: close"]);
    connection.write(sent.replace("Host: localhost", `Host: ${host}`) + body);
    expect(await connection.status()).toBe(200);
  },
);

test("a transfer coding other than chunked is refused", async () => {
  const connection = await open();
  connection.write(`${head("", ["Transfer-Encoding: gzip, chunked"])}0\r\n\r\n`);
  expect([400, 415]).toContain(await connection.status());
});

test("a client that waits with its body gets 100 Continue once the headers are accepted", async () => {
  const body = eventBody();
  const connection = await open();
  const more = [`Content-Length: ${body.length}`, "Expect: 100-continue", "Connection: close"];
  connection.write(head(body, more));
  expect(await connection.status()).toBe(100);
  connection.text = "";
  connection.write(body);
  expect(await connection.status()).toBe(200);
});

test.each([
  ["too large", [`Content-Length: ${CAP + 1}`], 413],
  ["encoded", ["Content-Length: 5", "Content-Encoding: gzip"], 415],
])(
  "a client that waits with its body gets no 100 Continue if the body is %s",
  async (_, more, status) => {
    const connection = await open();
    connection.write(head("", [...more, "Expect: 100-continue"]));
    expect(await connection.status()).toBe(status);
    expect(connection.text).not.toContain("100 Continue");
  },
);

test("HTTP/1.0 is served, because some proxies speak it, but only with a length", async () => {
  const body = eventBody();
  const sound = await open();
  sound.write(head(body, [`Content-Length: ${body.length}`, "Expect: 100-continue"], "1.0") + body);
  expect(await sound.status()).toBe(200);
  await sound.waitUntilClosed();

  const odd = await open();
  odd.write(`${head("", ["Transfer-Encoding: chunked"], "1.0")}0\r\n\r\n`);
  expect(await odd.status()).toBe(400);
  await odd.waitUntilClosed();
});

test("a signature that is sent twice is refused", async () => {
  const body = eventBody();
  const signed = signedGenericRequest({ secret: SECRET, body }).headers["x-webhook-signature"];
  const connection = await open();
  const more = [`X-WEBHOOK-SIGNATURE: ${signed}`, `Content-Length: ${body.length}`];
  connection.write(head(body, more) + body);
  expect(await connection.status()).toBe(401);
});

test("more than a hundred headers are refused", async () => {
  const more = Array.from({ length: 100 }, (_, index) => `X-${index}: 1`);
  const connection = await open();
  connection.write(head("", [...more, "Content-Length: 0"]));
  expect(await connection.status()).toBe(431);
  expect(await errorOf(connection)).toBe("headers_too_large");
  await connection.waitUntilClosed();
});

test("the bytes of all bodies together are bounded: past it 503, at once", async () => {
  await running.stop();
  running = await runEdge({ limits: { inFlightBytesMax: 10_000 } });
  const slow = await open();
  slow.write(head("", ["Content-Length: 9001"]) + "x".repeat(9_000));
  await waitFor(async () => (await running.post(new Uint8Array(1_001))).status === 503, {
    what: "the room to be taken",
  });
  const small = await running.post(new Uint8Array(900));
  expect(small.status).toBe(200);
  slow.write("x");
  expect(await slow.status()).toBe(401);
  expect((await running.post(new Uint8Array(1_001))).status).toBe(200);
});
