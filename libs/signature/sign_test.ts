import { expect, test } from "@jest/globals";
import { makeSecret } from "./make_secret.ts";
import type { CertificateRecipe, MacRecipe } from "./recipe.ts";
import { sign } from "./sign.ts";

const RECIPE: MacRecipe = {
  kind: "hmac",
  scheme: "test",
  signature: { header: "x-signature" },
  format: { kind: "plain", prefix: "sha256=" },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
};

/** The header that a body is given. */
function signature(recipe: MacRecipe, body: Uint8Array, secret: string): string | undefined {
  const request = { method: "POST", url: "https://example.com/", headers: {}, body };
  return sign(recipe, request, { secret, now: 0 }).headers["x-signature"];
}

test.each([
  {
    name: "RFC 4231, test case 1",
    secret: "\x0b".repeat(20),
    body: "Hi There",
    mac: "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7",
  },
  {
    name: "RFC 4231, test case 2",
    secret: "Jefe",
    body: "what do ya want for nothing?",
    mac: "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843",
  },
  {
    name: "GitHub's documented example",
    secret: "It's a Secret to Everybody",
    body: "Hello, World!",
    mac: "757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17",
  },
])("sign() agrees with $name", ({ secret, body, mac }) => {
  expect(signature(RECIPE, Buffer.from(body), secret)).toBe(`sha256=${mac}`);
});

test("sign() writes no prefix if the recipe has none", () => {
  const plain = { ...RECIPE, format: { kind: "plain" as const } };
  expect(signature(plain, new Uint8Array(), "s")).toMatch(/^[0-9a-f]{64}$/);
});

test("sign() takes the secret's text as UTF-8", () => {
  // printf 'é' as key over an empty body: openssl dgst -sha256 -mac HMAC -macopt hexkey:c3a9
  expect(signature(RECIPE, new Uint8Array(), "é")).toBe(
    "sha256=388db6266e9a6b783b1afc0b4ea2674b982342775900528ee22e4387e4e03d5b",
  );
});

test("sign() refuses an empty secret", () => {
  expect(() => signature(RECIPE, new Uint8Array(), "")).toThrow("Cannot sign: the secret is empty");
});

test("sign() refuses a secret that is no key of the recipe's form", () => {
  const recipe = { ...RECIPE, key: "whsec" as const };
  expect(() => signature(recipe, new Uint8Array(), "whpk_AAAA")).toThrow("no whsec key");
});

test("sign() refuses a recipe with a part it does not know", () => {
  const recipe = { ...RECIPE, signed: [{ moon: "full" }] } as unknown as MacRecipe;
  expect(() => signature(recipe, new Uint8Array(), "s")).toThrow("Cannot sign");
});

test("sign() keeps a header that is signed as it is, and leaves the request it was given alone", () => {
  const recipe: MacRecipe = {
    ...RECIPE,
    signed: ["timestamp", "body"],
    timestamp: {
      from: { header: "x-time" },
      unit: "iso",
      pastSecondsMax: null,
      futureSecondsMax: null,
    },
  };
  const headers = { "x-time": "2026-01-02T03:04:05.123456789+02:00" };
  const request = { method: "POST", url: "https://example.com/", headers, body: new Uint8Array() };
  const signed = sign(recipe, request, { secret: "s", now: 0 });
  expect(signed.headers["x-time"]).toBe("2026-01-02T03:04:05.123456789+02:00");
  expect(request.headers).toEqual({ "x-time": "2026-01-02T03:04:05.123456789+02:00" });
});

test.each([
  ['{"Topic": "other"}', '{"Topic":"topic-1"}'],
  ['{"Topic": "topic-1"}', '{"Topic": "topic-1"}'],
])("sign() signs %s for the account that the secret names", (body, expected) => {
  const recipe: CertificateRecipe = {
    kind: "certificate",
    scheme: "test",
    signature: { header: "x-signature" },
    encoding: "base64",
    digest: "sha256",
    certificate: { url: { header: "x-url" }, hosts: ["api.example.com"], path: "/" },
    identity: { json: "/Topic" },
    signed: [{ json: "/Topic" }],
  };
  const request = { method: "POST", url: "https://example.com/", headers: {} };
  const { privateKey } = makeSecret(recipe, { now: 0 });
  const options = { secret: "topic-1", privateKey: privateKey ?? "", now: 0 };
  const signed = sign(recipe, { ...request, body: Buffer.from(body) }, options);
  expect(Buffer.from(signed.body).toString()).toBe(expected);
});
