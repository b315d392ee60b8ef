import { createHash, createHmac } from "node:crypto";
import { anyText } from "@hookgate/testing/any_text";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { makeSecret } from "./make_secret.ts";
import type { MacRecipe, Recipe } from "./recipe.ts";
import { sign } from "./sign.ts";
import { incoming, type OutgoingRequest, type SignedRequest } from "./signed_request.ts";
import type { Verdict } from "./verdict.ts";
import { verify } from "./verify.ts";

const NOW = Date.parse("2026-01-02T03:04:05.000Z");
const URL_TEXT = "https://hooks.example.com/api/webhooks/a?x=1&y=%3A%2F%20";
const HMAC = { kind: "hmac", digest: "sha256", encoding: "hex" } as const;
const BOTH = { pastSecondsMax: 300, futureSecondsMax: 60 } as const;
const HEADER = { signature: { header: "x-signature" } } as const;
const FORM = { "content-type": "application/x-www-form-urlencoded" };

interface Scheme {
  name: string;
  recipe: Recipe;
  body?: string;
  headers?: Record<string, string>;
  /** Whether each bit of the body is covered, of the URL. @default {true, false} */
  covers?: boolean;
  url?: boolean;
}

const ITEM = { ref: "a:b", amount: { value: 4900 }, success: "true", signature: "" };

/** Every kind of recipe and every form that its fields take. */
const SCHEMES: readonly Scheme[] = [
  {
    name: "pairs with a time",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "pairs",
      format: { kind: "pairs", delimiter: ",", key: "v1" },
      signed: ["timestamp", { literal: "." }, "body"],
      timestamp: { from: { pair: "t" }, unit: "s", ...BOTH },
    },
  },
  {
    name: "pairs with a time in ms, base64url",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "pairs_ms",
      encoding: "base64url",
      format: { kind: "pairs", delimiter: ";", key: "h1" },
      signed: ["timestamp", { literal: ":" }, "body"],
      timestamp: { from: { pair: "ts" }, unit: "ms", ...BOTH },
    },
  },
  {
    name: "versions, whsec",
    recipe: {
      ...HMAC,
      scheme: "versions",
      key: "whsec",
      encoding: "base64",
      signature: { header: "x-signature" },
      format: { kind: "versions", version: "v1" },
      signed: [{ header: "x-id" }, { literal: "." }, "timestamp", { literal: "." }, "body"],
      timestamp: { from: { header: "x-time" }, unit: "s", ...BOTH },
    },
    headers: { "x-id": "msg_1" },
  },
  {
    name: "an ISO time, base64 key",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "iso",
      key: "base64",
      encoding: "base64",
      signed: ["timestamp", "body"],
      timestamp: { from: { header: "x-time" }, unit: "iso", ...BOTH },
    },
  },
  {
    name: "upper case, SHA-512, hex key",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "upper",
      digest: "sha512",
      encoding: "hex_upper",
      key: "hex",
      format: { kind: "plain", prefix: "sha512=", prefixRequired: true },
      signed: ["body"],
    },
  },
  {
    name: "numbered headers",
    recipe: {
      ...HMAC,
      scheme: "numbered",
      encoding: "base64",
      signature: { numbered: "x-signature-", max: 100 },
      signed: ["body"],
    },
  },
  {
    name: "method, URL, path, CRC-32 and digest, SHA-1",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "url",
      digest: "sha1",
      signed: [
        "method",
        "url",
        { urlDecoding: ":/" },
        "path",
        "crc32",
        { digest: "sha512", encoding: "base64" },
      ],
    },
    url: true,
  },
  {
    name: "the URL with a digest of the body",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "url_digest",
      signed: ["url"],
      bodyDigest: { from: { query: "bodySHA256" }, digest: "sha256", encoding: "hex" },
    },
    url: true,
  },
  {
    name: "a form",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "form",
      signed: ["url", "sorted_form"],
      coversBody: false,
    },
    headers: FORM,
    body: "b=2&a=1&a=%20",
    covers: false,
    url: true,
  },
  {
    name: "a signature with the name of its key",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "named",
      key: "sha1",
      format: { kind: "named", delimiter: "&", separator: "|" },
      signed: ["body"],
    },
  },
  {
    name: "a signature in an envelope with the name of its key",
    recipe: {
      ...HEADER,
      kind: "public_key",
      scheme: "envelope",
      format: {
        kind: "envelope",
        signature: "signature",
        name: "kid",
        fixed: { alg: "ecdsa", digest: "SHA1" },
      },
      algorithm: "ecdsa_p256_sha1",
      encoding: "base64",
      key: "spki",
      signed: ["body"],
    },
  },
  {
    name: "fields of a multipart body",
    recipe: {
      ...HMAC,
      scheme: "multipart",
      signature: { form: "signature" },
      signed: ["timestamp", { form: "token" }],
      timestamp: { from: { form: "timestamp" }, unit: "s", ...BOTH },
      coversBody: false,
    },
    headers: { "content-type": "multipart/form-data; boundary=b" },
    body: '--b\r\ncontent-disposition: form-data; name="token"\r\n\r\nt\r\n--b--\r\n',
    covers: false,
  },
  {
    name: "JSON in a form field",
    recipe: {
      ...HMAC,
      scheme: "form_json",
      signature: { form: "json", json: "/event/hash" },
      signed: [
        { form: "json", json: "/event/time" },
        { form: "json", json: "/event/type" },
      ],
      coversBody: false,
    },
    headers: FORM,
    body: `json=${encodeURIComponent('{"event":{"time":5,"type":"a"}}')}`,
    covers: false,
  },
  {
    name: "a signature in a form field, SHA-1 key",
    recipe: {
      ...HMAC,
      scheme: "form_field",
      key: "sha1",
      digest: "sha1",
      signature: { form: "signature" },
      signed: [{ form: "payload" }],
      coversBody: false,
    },
    headers: FORM,
    body: "payload=hello%20world",
    covers: false,
  },
  {
    name: "a signature in the body that does not cover it",
    recipe: {
      ...HMAC,
      scheme: "json_field",
      signature: { json: "/signature/signature" },
      signed: ["timestamp", { json: "/signature/token" }],
      timestamp: { from: { json: "/signature/timestamp" }, unit: "s", ...BOTH },
      coversBody: false,
    },
    body: JSON.stringify({ signature: { timestamp: `${NOW / 1_000}`, token: "t", signature: "" } }),
    covers: false,
  },
  {
    name: "a digest of secret and body",
    recipe: {
      ...HMAC,
      ...HEADER,
      kind: "hash",
      scheme: "hash",
      signed: ["secret", "method", "body"],
    },
  },
  {
    name: "a computed part",
    recipe: {
      ...HMAC,
      ...HEADER,
      scheme: "computed",
      signed: [{ compute: ({ method, body }) => [Buffer.from(method), body] }],
    },
  },
  ...(["hex", "base64", "whpk"] as const).map(
    (key): Scheme => ({
      name: `Ed25519, ${key} key`,
      recipe: {
        ...HEADER,
        kind: "public_key",
        scheme: "ed25519",
        algorithm: "ed25519",
        key,
        encoding: key === "hex" ? "hex" : "base64",
        signed: ["timestamp", "body"],
        timestamp: { from: { header: "x-time" }, unit: "s", ...BOTH },
      },
    }),
  ),
  ...(["ecdsa_p256", "rsa_sha1", "rsa_sha256"] as const).map(
    (algorithm): Scheme => ({
      name: algorithm,
      recipe: {
        ...HEADER,
        kind: "public_key",
        scheme: algorithm,
        algorithm,
        key: "spki",
        encoding: "base64",
        signed: ["body"],
      },
    }),
  ),
  {
    name: "a certificate, the account among what is signed",
    recipe: {
      ...HEADER,
      kind: "certificate",
      scheme: "certificate",
      encoding: "base64",
      digest: { from: { header: "x-algorithm" }, names: { SHA256withRSA: "sha256" } },
      certificate: { url: { header: "x-url" }, hosts: ["api.example.com"], path: "/certs/" },
      signed: [{ header: "x-id" }, { literal: "|" }, "secret", { literal: "|" }, "crc32"],
    },
    headers: { "x-id": "1" },
  },
  {
    name: "a certificate, the account named",
    recipe: {
      kind: "certificate",
      scheme: "topic",
      signature: { json: "/Signature" },
      encoding: "base64",
      digest: { from: { json: "/Version" }, names: { 1: "sha1", 2: "sha256" } },
      certificate: { url: { json: "/Url" }, hosts: ["sns.*.example.com"], path: "/" },
      identity: { json: "/Topic" },
      signed: [{ json: "/Message" }, { json: "/Topic" }],
      coversBody: false,
    },
    body: JSON.stringify({ Message: "m", Topic: "topic-1" }),
    covers: false,
  },
  ...(["ES256", "RS256", "HS256"] as const).map(
    (algorithm): Scheme => ({
      name: `a token, ${algorithm}`,
      recipe: {
        kind: "jwt",
        scheme: algorithm,
        token: { header: "x-token" },
        prefix: "Bearer ",
        algorithm,
        bodyDigest: { claim: "request_body_sha256", digest: "sha256", encoding: "hex" },
        issuedAt: BOTH,
      },
    }),
  ),
  ...(["ES256", "RS256"] as const).map(
    (algorithm): Scheme => ({
      name: `a token, ${algorithm}, with a published key`,
      recipe: {
        kind: "jwt",
        scheme: algorithm,
        token: { header: "x-token" },
        algorithm,
        bodyDigest: { claim: "body", digest: "sha256", encoding: "hex" },
        issuedAt: BOTH,
        expiry: { pastSecondsMax: 60 },
        claims: { iss: ["https://id.example.com", "id.example.com"] },
        keySet: { url: "https://id.example.com/jwks", identity: "/sub" },
      },
    }),
  ),
  {
    name: "a body that is a token",
    recipe: {
      kind: "jwt",
      scheme: "token_body",
      token: "body",
      algorithm: "ES256",
      bodyDigest: null,
      issuedAt: BOTH,
      keySet: { url: "https://id.example.com/jwks", identity: "/account" },
    },
    body: JSON.stringify({ type: "example" }),
  },
  {
    name: "a shared secret in a header",
    recipe: {
      kind: "shared_secret",
      scheme: "shared",
      from: { header: "x-token" },
      prefix: "Token ",
    },
    covers: false,
  },
  {
    name: "a shared secret in the URL",
    recipe: { kind: "shared_secret", scheme: "shared_url", from: { query: "key" } },
    covers: false,
  },
  {
    name: "a shared secret in every item of a list",
    recipe: {
      kind: "shared_secret",
      scheme: "shared_each",
      from: { json: "/state" },
      each: { items: "/value", itemsMax: 3 },
    },
    body: JSON.stringify({ value: [{ state: "" }, { state: "", id: 2 }] }),
    covers: false,
  },
  { name: "HTTP Basic", recipe: { kind: "basic", scheme: "basic" }, covers: false },
  {
    name: "items",
    recipe: {
      ...HMAC,
      kind: "items",
      scheme: "items",
      items: "/items",
      itemsMax: 10,
      signature: "/item/signature",
      fields: ["/item/ref", "/item/missing", "/item/amount/value", "/item/success"],
      separator: ":",
      escaped: "\\:",
      encoding: "base64",
      key: "hex",
    },
    body: JSON.stringify({ items: [{ item: ITEM }, { item: { ...ITEM, ref: "c" } }] }),
    covers: false,
  },
];

const CERTIFICATE_URLS: Readonly<Record<string, string>> = {
  certificate: "https://api.example.com/certs/example.pem",
  topic: "https://sns.example.example.com/example.pem",
};

/** Keys of each scheme, made once: RSA's take a while. */
const made = SCHEMES.map((scheme) => {
  const keys = makeSecret(scheme.recipe, { now: NOW });
  // The account of the body is what the source has to be given.
  const secret = scheme.recipe.scheme === "topic" ? "topic-1" : keys.secret;
  return { ...scheme, ...keys, secret };
});
type Made = (typeof made)[number];

function unsigned({ headers = {}, body = '{"type":"a"}' }: Made): OutgoingRequest {
  return { method: "POST", url: URL_TEXT, headers, body: Buffer.from(body) };
}

function signed(scheme: Made, now = NOW): OutgoingRequest {
  const { secret, privateKey } = scheme;
  const options = { secret, now, ...(privateKey === null ? {} : { privateKey }) };
  return sign(scheme.recipe, unsigned(scheme), options);
}

async function judge(
  { recipe, secret, certificate }: Made,
  request: SignedRequest,
  secrets: readonly string[] = [secret],
): Promise<Verdict> {
  const options = { secrets: secrets.map((value, index) => ({ id: `${index}`, value })) };
  // Only where the sender has put it: another URL, pinned or not, has no certificate.
  const certificates = new Map(
    Object.entries(
      certificate === null ? {} : { [CERTIFICATE_URLS[recipe.scheme] ?? ""]: certificate },
    ),
  );
  const keySets = new Map([["https://id.example.com/jwks", certificate ?? ""]]);
  return verify(recipe, request, { ...options, certificates, keySets });
}

const table = made.map((scheme): [string, Made] => [scheme.name, scheme]);

test.each(table)("verify() accepts what sign() signs: %s", async (_, scheme) => {
  const { covers = true, recipe, secret } = scheme;
  const request = incoming(signed(scheme), NOW);
  const accepted = { ok: true, scheme: recipe.scheme, intact: covers };
  expect(await judge(scheme, request)).toMatchObject({ ...accepted, secretId: "0" });
  const secrets = ["", "\u{1f600}", "no", secret, secret];
  expect(await judge(scheme, request, secrets)).toMatchObject({ ...accepted, secretId: "3" });
});

test.each(table)("verify() is synchronous or not, depending on the kind: %s", async (_, scheme) => {
  const slow = ["public_key", "certificate", "jwt"].includes(scheme.recipe.kind);
  const verdict = verify(scheme.recipe, incoming(signed(scheme), NOW), { secrets: [] });
  expect(verdict instanceof Promise).toBe(slow);
  expect(await verdict).toEqual({ ok: false, reason: "no_match" });
});

test.each(table)("verify() refuses a wrong, an empty or no secret: %s", async (_, scheme) => {
  const request = incoming(signed(scheme), NOW);
  const other = makeSecret(scheme.recipe, { now: NOW }).secret;
  for (const secrets of [
    [],
    [""],
    [other],
    ["", "é", "whsec_", "whpk_", "{", "=".repeat(40_000)],
  ]) {
    expect((await judge(scheme, request, secrets)).ok).toBe(false);
  }
});

test.each(table)(
  "verify() refuses every changed bit of every header it was sent: %s",
  async (_, scheme) => {
    const request = signed(scheme);
    for (const [name, value] of Object.entries(request.headers)) {
      if (name === "content-type") continue;
      for (const bytes of flips(Buffer.from(value, "latin1"))) {
        const changed = bytes.toString("latin1");
        // An authentication scheme has no case.
        if (recased(value) === recased(changed)) continue;
        const headers = { ...request.headers, [name]: changed };
        expect(await judge(scheme, incoming({ ...request, headers }, NOW))).toMatchObject({
          ok: false,
        });
      }
    }
  },
);

test.each(table)(
  "verify() refuses a header twice, empty, absurdly long, or left out: %s",
  async (_, scheme) => {
    const seen = incoming(signed(scheme), NOW);
    for (const name of Object.keys(signed(scheme).headers)) {
      if (name === "content-type") continue;
      const [value = ""] = seen.headers(name);
      for (const values of [[], [""], [value, value], ["0", value], ["0".repeat(1_000_000)]]) {
        const headers = (asked: string) => (asked === name ? values : seen.headers(asked));
        expect(await judge(scheme, { ...seen, headers })).toMatchObject({ ok: false });
      }
    }
  },
);

test.each(table)(
  "verify() refuses every changed bit of a body that it covers: %s",
  async (_, scheme) => {
    const request = signed(scheme);
    const { covers = true } = scheme;
    for (const body of flips(request.body)) {
      const verdict = await judge(scheme, incoming({ ...request, body }, NOW));
      // What is not covered may verify; it is never called intact.
      expect(verdict.ok && (covers || verdict.intact)).toBe(false);
    }
  },
);

test.each(table)(
  "verify() refuses every changed bit of a URL that is signed: %s",
  async (_, scheme) => {
    const request = signed(scheme);
    for (const bytes of scheme.url ? flips(Buffer.from(request.url)) : []) {
      const verdict = await judge(
        scheme,
        incoming({ ...request, url: bytes.toString("latin1") }, NOW),
      );
      expect(verdict.ok).toBe(false);
    }
  },
);

test.each(table)("verify() takes any bytes and verifies none: %s", async (_, scheme) => {
  const request = signed(scheme);
  const names = Object.keys(request.headers).filter((name) => name !== "content-type");
  const text = fc.oneof(
    anyText({ maxLength: 200 }),
    fc.uint8Array({ minLength: 32, maxLength: 32 }).map((b) => Buffer.from(b).toString("hex")),
    fc.uint8Array({ maxLength: 64 }).map((b) => `t=1,v1=${Buffer.from(b).toString("base64")}`),
    fc.uint8Array({ maxLength: 64 }).map((b) => `e30.e30.${Buffer.from(b).toString("base64url")}`),
  );
  const json = fc.jsonValue().map((value) => Buffer.from(JSON.stringify(value)));
  const body = fc.oneof(fc.uint8Array({ maxLength: 200 }), json);
  const url = fc.oneof(fc.webUrl({ withQueryParameters: true }), text);
  await fc.assert(
    fc.asyncProperty(fc.array(text), body, url, async (values, bytes, random) => {
      const headers = { ...request.headers };
      for (const [at, name] of names.entries()) headers[name] = values[at] ?? "";
      const forged = { ...request, headers, body: bytes, url: random };
      expect((await judge(scheme, incoming(forged, NOW))).ok).toBe(false);
    }),
    { numRuns: 100 },
  );
});

const timed = table.filter(
  ([, { recipe }]) =>
    recipe.kind === "jwt" || ("signed" in recipe && recipe.timestamp !== undefined),
);

test.each(timed)("verify() holds the tolerance to the second, both ways: %s", async (_, scheme) => {
  const { recipe } = scheme;
  const whole = recipe.kind === "jwt" || ("timestamp" in recipe && recipe.timestamp?.unit === "s");
  const request = signed(scheme);
  const at = (ms: number) => judge(scheme, incoming(request, NOW + ms));
  const refused = { ok: false, secretId: "0" };
  expect(await at(300_000 + (whole ? 999 : 0))).toMatchObject({ ok: true, signedAt: NOW });
  const stale = await at(whole ? 301_000 : 300_001);
  expect(stale).toEqual({ ...refused, reason: "stale", skewSeconds: 301 });
  expect(await at(3_600_000)).toEqual({ ...refused, reason: "stale", skewSeconds: 3_600 });
  expect(await at(-60_000)).toMatchObject({ ok: true, signedAt: NOW });
  expect(await at(-60_001)).toEqual({ ...refused, reason: "future", skewSeconds: 61 });
  expect((await at(Number.NaN)).ok).toBe(false);
});

test("verify() does not report the time if the signature is wrong", async () => {
  for (const [, scheme] of timed) {
    const other = makeSecret(scheme.recipe, { now: NOW }).secret;
    const verdict = await judge(scheme, incoming(signed(scheme), NOW + 1e9), [other]);
    expect(verdict).toEqual({ ok: false, reason: "no_match" });
  }
});

function recased(value: string): string {
  return value.replace(/^\w+ /, (authScheme) => authScheme.toLowerCase());
}

/** Each place that an authentication scheme can stand at: an HMAC's, a token's, a secret's and HTTP Basic's. */
const AUTH_SCHEMES: [string, Recipe][] = [
  [
    "HMAC",
    {
      ...HMAC,
      scheme: "hmac",
      signature: { header: "authorization" },
      format: { kind: "plain", prefix: "HMAC ", prefixRequired: true },
      signed: ["body"],
    },
  ],
  [
    "Bearer",
    {
      kind: "jwt",
      scheme: "jwt",
      token: { header: "authorization" },
      prefix: "Bearer ",
      algorithm: "HS256",
      bodyDigest: null,
      issuedAt: null,
    },
  ],
  [
    "Token",
    { kind: "shared_secret", scheme: "own", from: { header: "authorization" }, prefix: "Token " },
  ],
  ["Basic", { kind: "basic", scheme: "basic" }],
];

test.each(AUTH_SCHEMES)(
  "verify() takes the authentication scheme %s in any case, and spaces after it, but nothing else",
  async (name, recipe) => {
    const request = { method: "POST", url: URL_TEXT, headers: {}, body: Buffer.from("{}") };
    const secret = "user:password";
    const { authorization = "" } = sign(recipe, request, { secret, now: NOW }).headers;
    expect(authorization.startsWith(`${name} `)).toBe(true);
    const proof = authorization.slice(name.length + 1);
    const takes = async (value: string) => {
      const headers = { authorization: value };
      const options = { secrets: [{ id: "0", value: secret }] };
      return (await verify(recipe, incoming({ ...request, headers }, NOW), options)).ok;
    };
    const good = [name, name.toLowerCase(), name.toUpperCase(), `${name}  `];
    for (const one of good) expect([one, await takes(`${one} ${proof}`)]).toEqual([one, true]);
    const bad = [
      `${name}\t${proof}`,
      `${name}${proof}`,
      `${name}x ${proof}`,
      `x${name} ${proof}`,
      proof,
    ];
    for (const one of bad) expect([one, await takes(one)]).toEqual([one, false]);
  },
);

/** What each part says is signed, worked out by hand. */
test.each<[string, Partial<MacRecipe>, string]>([
  ["the method and URL", { signed: ["method", "url"] }, `POST${URL_TEXT}`],
  ["the path", { signed: ["path"] }, "/api/webhooks/a?x=1&y=%3A%2F%20"],
  ["some escapes decoded", { signed: [{ urlDecoding: ":/" }] }, URL_TEXT.replace("%3A%2F", ":/")],
  ["the CRC-32 of the body in decimal", { signed: ["crc32"] }, "3421780262"],
  ["a number of the body", { signed: [{ json: "/0" }] }, ""],
  ["a literal", { signed: [{ literal: "é" }] }, "é"],
  ["a parameter of the URL", { signed: [{ query: "y" }] }, ":/ "],
  [
    "the body's digest",
    { signed: [{ digest: "sha256", encoding: "hex" }] },
    createHash("sha256").update("123456789").digest("hex"),
  ],
])("sign() signs %s", (_, parts, text) => {
  const recipe: MacRecipe = { ...HMAC, ...HEADER, scheme: "test", signed: [], ...parts };
  const body = Buffer.from("123456789");
  const request = { method: "POST", url: URL_TEXT, headers: {}, body };
  const make = () => sign(recipe, request, { secret: "s", now: NOW }).headers["x-signature"];
  if (text === "") expect(make).toThrow("Cannot sign");
  else expect(make()).toBe(createHmac("sha256", "s").update(text).digest("hex"));
});

function flips(bytes: Uint8Array): Buffer[] {
  return Array.from({ length: bytes.length * 8 }, (_, bit) => {
    const changed = Buffer.from(bytes);
    changed.writeUInt8(changed.readUInt8(bit >> 3) ^ (1 << (bit & 7)), bit >> 3);
    return changed;
  });
}
