import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findProvider } from "@hookgate/providers";
import { makeSecret, sign } from "@hookgate/signature";
import { type TemporaryDirectory, temporaryDirectory } from "@hookgate/testing";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { callHookgate } from "../suite/call_hookgate.ts";
import type { Ran } from "../suite/spawn_hookgate.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const SECRET = "secret of the command line's tests";
const URL_TEXT = "https://hooks.example.com/api/webhooks/shop";

let folder: TemporaryDirectory;
beforeEach(async () => {
  folder = await temporaryDirectory();
});
afterEach(async () => {
  await folder[Symbol.asyncDispose]();
});

/** Writes what the provider sent into a file, and the configuration beside it. */
function capture(
  id: string,
  { headers = {}, secret = SECRET, privateKey = "", body = "" } = {},
): string {
  const provider = findProvider(id);
  if (provider === null) throw new TypeError(`Cannot test: there is no ${id}`);
  const sample = provider.sample(provider.sampleTypes[0] ?? "", new Date(NOW));
  const unsigned = {
    method: "POST",
    url: URL_TEXT,
    headers: { host: "10.0.0.1", "content-type": sample.contentType, ...sample.headers },
    body: Buffer.from(sample.body),
  };
  const key = privateKey === "" ? {} : { privateKey };
  const signed = sign(provider.recipe, unsigned, { secret, now: NOW, ...key });
  const lines = Object.entries({ ...signed.headers, ...headers }).map(
    ([name, value]) => `${name}: ${value}\r\n`,
  );
  const head = `POST /api/webhooks/shop HTTP/1.1\r\n${lines.join("")}\r\n`;
  const file = join(folder.path, "captured.http");
  writeFileSync(file, Buffer.concat([Buffer.from(head, "latin1"), signed.body, Buffer.from(body)]));
  return file;
}

function verify(args: readonly string[], source: string): Promise<Ran> {
  const file = join(folder.path, "hookgate.config.ts");
  writeFileSync(file, `export default { sources: { shop: ${source} } };\n`);
  return callHookgate(["verify", ...args], { HOOKGATE_CONFIG: file, DATA_DIR: folder.path });
}

const AT = new Date(NOW + 1_000).toISOString();
const STRIPE = `{ provider: "stripe", secrets: [{ id: "s", value: ${JSON.stringify(SECRET)} }] }`;

test("hookgate verify prints the verdict and a table of what was refused", async () => {
  const { code, out, err } = await verify(["--file", capture("stripe"), "--at", AT], STRIPE);
  expect({ code, err }).toEqual({ code: 0, err: "" });
  expect(out).toMatch(
    /^Stripe, source "shop", scheme stripe\narrived 2026-01-02T03:04:06\.000Z at /,
  );
  expect(out).toContain('as captured: verified, secret "s", signed 2026-01-02T03:04:05.000Z\n');
  expect(out).toMatch(/\none bit of the body +no_match +refused\n/);
  expect(out).toMatch(/\none bit of the signature +no_match +refused\n/);
  expect(out).toMatch(/\nthe signature's header twice +malformed_header +refused\n/);
  expect(out).toMatch(/\n301 s old +stale by 301 s +refused\n/);
  expect(out).toMatch(/\nanother secret +no_match +refused\n/);
  expect(out).not.toContain("WRONG");
  expect(out).not.toContain(SECRET);
});

test("hookgate verify --json is for programs, and holds no signature", async () => {
  const file = capture("stripe");
  const { code, out } = await verify(["--file", file, "--at", AT, "--json"], STRIPE);
  expect(code).toBe(0);
  const result = JSON.parse(out);
  expect(result).toMatchObject({
    source: "shop",
    provider: "stripe",
    receivedAt: AT,
    verdict: { ok: true, secretId: "s", intact: true },
    diagnosis: [],
  });
  expect(result.changed.length).toBeGreaterThanOrEqual(5);
  for (const { verdict } of result.changed) expect(verdict.ok).toBe(false);
  const signature = /v1=([0-9a-f]{64})/.exec(readFileSync(file, "latin1"))?.[1];
  expect(out).not.toContain(signature);
});

test("hookgate verify takes the time from the Date header, and says how stale it is by now", async () => {
  const date = new Date(NOW).toUTCString();
  expect(await verify(["--file", capture("stripe", { headers: { date } })], STRIPE)).toMatchObject({
    code: 0,
  });
  const { code, out, err } = await verify(["--file", capture("stripe")], STRIPE);
  expect(code).toBe(1);
  expect(out).toMatch(
    /as captured: stale by \d+ s\n {2}The signature is right, made with secret "s"/,
  );
  expect(err).toContain("Cannot verify the request as it was captured");
});

test("hookgate verify says what is wrong with a request that does not verify", async () => {
  const file = capture("stripe", { body: "\n" });
  const { code, out } = await verify(["--file", file, "--at", AT], STRIPE);
  expect(code).toBe(1);
  expect(out).toContain("as captured: no_match\n  The signature is right for another body: a line");
  expect(out).not.toContain("refused");
});

test("hookgate verify takes the public URL, or the one it is given", async () => {
  const secrets = `secrets: [${JSON.stringify(SECRET)}]`;
  const wrong = `{ provider: "square", ${secrets}, publicUrl: "${URL_TEXT.replace("https", "http")}" }`;
  const file = capture("square");
  const withUrl = `{ provider: "square", ${secrets}, publicUrl: "${URL_TEXT}" }`;
  expect(await verify(["--file", file], withUrl)).toMatchObject({ code: 0 });
  expect(await verify(["--file", file, "--url", URL_TEXT], wrong)).toMatchObject({ code: 0 });
  const { code, out } = await verify(["--file", file], wrong);
  expect(code).toBe(1);
  expect(out).toContain("https instead of http");
});

test("hookgate verify takes a certificate from a file", async () => {
  const provider = findProvider("paypal");
  if (provider === null) throw new TypeError("Cannot test: it has gone");
  const { privateKey, certificate } = makeSecret(provider.recipe, { now: NOW });
  const pem = join(folder.path, "certificate.pem");
  writeFileSync(pem, certificate ?? "");
  const file = capture("paypal", { secret: "WEBHOOKID", privateKey: privateKey ?? "" });
  const source = `{ provider: "paypal", secrets: ["WEBHOOKID"] }`;
  const { code, out } = await verify(["--file", file, "--at", AT, "--certificate", pem], source);
  expect(code).toBe(0);
  expect(out).toContain("; the body is not covered");
});

test("hookgate verify verifies with a recipe of one's own", async () => {
  const recipe = findProvider("generic")?.recipe;
  const secrets = JSON.stringify([SECRET]);
  const source = `{ recipe: ${JSON.stringify(recipe)}, secrets: ${secrets} }`;
  expect(await verify(["--file", capture("generic")], source)).toMatchObject({ code: 0, err: "" });
});

test.each([
  [2, [], "required option '--file <file>'"],
  [2, ["--file", "x", "--at", "soon"], "it is not a time"],
  [1, ["--file", "/nowhere/at/all.http"], "Cannot read /nowhere/at/all.http: ENOENT"],
  [2, ["--file", "x", "--source", "nobody"], 'Cannot verify: no source is "nobody"'],
  [2, ["--file", "-"], "does not begin with a request line"],
])("hookgate verify exits with %d for %j", async (code, args, words) => {
  const ran = await verify(args, STRIPE);
  expect(ran).toMatchObject({ code, out: "" });
  expect(ran.err).toContain(words);
});
