import { once } from "node:events";
import type { RequestListener } from "node:http";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { serverCertificate } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { type OutsideFetch, outsideFetch } from "./outside_fetch.ts";

const BOUNDS = { timeoutMs: 5_000, bytesMax: 1_000 };
const { cert, key } = serverCertificate();

let server: Server | null = null;
let asked: string[] = [];

afterEach(async () => {
  asked = [];
  if (server === null) return;
  server.closeAllConnections();
  server.close();
  await once(server, "close");
  server = null;
});

/** A fetch that resolves every name to this machine, where this listener answers. */
async function serve(
  listener: RequestListener,
  { allows = () => true, trusts = true }: { allows?: () => boolean; trusts?: boolean } = {},
): Promise<OutsideFetch> {
  server = createServer({ cert, key }, (req, res) => {
    asked.push(`${req.method} ${req.headers.host} ${req.url}`);
    listener(req, res);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  return outsideFetch({
    lookup: (_, __, callback) => callback(null, [{ address: "127.0.0.1", family: 4 }]),
    allows,
    port,
    ...(trusts && { ca: cert }),
  });
}

test("outsideFetch() fetches over https", async () => {
  const fetch = await serve((_, res) => res.end("the certificate"));
  const { status, body } = await fetch("https://example/certs/a?b=c", BOUNDS);
  expect(status).toBe(200);
  expect(Buffer.from(body).toString()).toBe("the certificate");
  expect(asked).toEqual([expect.stringMatching(/^GET example(?::\d+)? \/certs\/a\?b=c$/)]);
});

test("outsideFetch() follows no redirect", async () => {
  const fetch = await serve((_, res) => {
    res.writeHead(302, { location: "https://example/other" }).end();
  });
  expect((await fetch("https://example/", BOUNDS)).status).toBe(302);
  expect(asked).toHaveLength(1);
});

test("outsideFetch() rejects too many bytes, announced or not", async () => {
  const fetch = await serve((req, res) => {
    if (req.url === "/announced") res.setHeader("content-length", 1_001);
    res.end("x".repeat(1_001));
  });
  await expect(fetch("https://example/announced", BOUNDS)).rejects.toThrow("more than 1000 bytes");
  await expect(fetch("https://example/chunked", BOUNDS)).rejects.toThrow("more than 1000 bytes");
});

test.each<[string, RequestListener]>([
  ["does not answer", () => {}],
  ["never ends", (_, res) => res.write("x")],
])("outsideFetch() gives up a server that %s", async (_, listener) => {
  const fetch = await serve(listener);
  await expect(fetch("https://example/", { timeoutMs: 200, bytesMax: 10 })).rejects.toThrow(
    /^Cannot fetch within 200 ms$|aborted/,
  );
});

test("outsideFetch() rejects if the connection breaks in the middle", async () => {
  const fetch = await serve((_, res) => {
    res.setHeader("content-length", 100);
    res.write("x", () => res.destroy());
  });
  await expect(fetch("https://example/", BOUNDS)).rejects.toThrow();
});

test("outsideFetch() trusts neither a self-signed certificate nor one of another host", async () => {
  const strange = await serve((_, res) => res.end("x"), { trusts: false });
  await expect(strange("https://example/", BOUNDS)).rejects.toThrow("self-signed");
  server?.close();
  const other = await serve((_, res) => res.end("x"));
  await expect(other("https://other.example/", BOUNDS)).rejects.toThrow("does not match");
});

test("outsideFetch() connects only to allowed addresses", async () => {
  const fetch = await serve((_, res) => res.end("x"), { allows: () => false });
  await expect(fetch("https://example/", BOUNDS)).rejects.toThrow(
    "Cannot fetch from example: its address is not public",
  );
  expect(asked).toEqual([]);
});

test("outsideFetch() refuses a name without an address", async () => {
  const fetch = outsideFetch({ lookup: (_, __, callback) => callback(null, []) });
  await expect(fetch("https://example.com/", BOUNDS)).rejects.toThrow(
    "Cannot fetch from example.com: it has no address",
  );
});

test("outsideFetch() passes on that a name is not found", async () => {
  const fetch = outsideFetch({ lookup: (_, __, callback) => callback(new Error("ENOTFOUND"), []) });
  await expect(fetch("https://example.com/", BOUNDS)).rejects.toThrow("ENOTFOUND");
});

test.each([
  "http://example.com/",
  "file:///etc/passwd",
  "rubbish",
  "https://example.com:8443/",
  "https://user:word@example.com/",
  "https://127.0.0.1/",
  "https://127.0.0.1./",
  "https://0x7f.1/",
  "https://2130706433/",
  "https://[::1]/",
  "https://[::ffff:127.0.0.1]/",
])("outsideFetch() does not even try %s", async (url) => {
  await expect(outsideFetch()(url, BOUNDS)).rejects.toThrow(/^Cannot fetch /);
});
