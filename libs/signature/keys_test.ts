import { createPublicKey, generateKeyPairSync, type KeyObject, randomBytes } from "node:crypto";
import { COST_MS_MAX, cpuMs } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { readKeySet } from "./keys.ts";
import { makeCertificate } from "./make_secret.ts";
import type { CertificateRecipe, JwtRecipe, PublicKeyRecipe, Recipe } from "./recipe.ts";
import { sign } from "./sign.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

const NOW = Date.parse("2026-01-02T03:04:05Z");
const SETS_AT = "https://id.example.com/jwks";
const RS256: JwtRecipe = {
  kind: "jwt",
  scheme: "token",
  token: { header: "x-token" },
  algorithm: "RS256",
  bodyDigest: null,
  issuedAt: null,
  keySet: { url: SETS_AT, identity: "/account" },
};
const KEYS = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const OTHER = generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey;
const UNSIGNED = {
  method: "POST",
  url: "https://example.com/",
  headers: {},
  body: Buffer.from("{}"),
};

/** A key as it is published, under the name that `sign` gives it. */
function jwk(key: KeyObject, more: object = {}): Record<string, unknown> {
  return { ...key.export({ format: "jwk" }), kid: "example", ...more };
}

async function judge(keys: unknown[], { recipe = RS256, privateKey = KEYS.privateKey } = {}) {
  const request = sign(recipe, UNSIGNED, { secret: "s", privateKey, now: NOW });
  const keySets = new Map([[SETS_AT, JSON.stringify({ keys })]]);
  return verify(recipe, incoming(request, NOW), { secrets: [{ id: "1", value: "s" }], keySets });
}

const OWN = jwk(KEYS.publicKey);
const ANOTHER = jwk(OTHER);

test.each<[string, unknown[]]>([
  ["alone", [OWN]],
  ["before another of its name", [OWN, ANOTHER]],
  ["after another of its name", [ANOTHER, OWN]],
  [
    "after keys of its name for something else",
    [...Array(9).fill({ ...ANOTHER, use: "enc" }), OWN],
  ],
  [
    "after keys of its name of another algorithm",
    [...Array(9).fill({ ...ANOTHER, alg: "PS256" }), OWN],
  ],
  ["beside one without a name", [{ ...ANOTHER, kid: undefined }, OWN]],
  ["after what is no key", [null, 1, "a", [], { kid: "example" }, { ...OWN, n: 1 }, OWN]],
  ["with what it is for", [{ ...OWN, use: "sig", alg: "RS256", key_ops: ["verify"] }]],
])("readKeySet() finds a key %s", async (_, keys) => {
  expect(await judge(keys)).toMatchObject({ ok: true });
});

test.each<[string, unknown[]]>([
  ["is to encrypt with", [{ ...OWN, use: "enc" }]],
  ["says nonsense about its use", [{ ...OWN, use: 1 }]],
  ["is not to verify with", [{ ...OWN, key_ops: ["encrypt", "wrapKey"] }]],
  ["says nonsense about its operations", [{ ...OWN, key_ops: 1 }]],
  ["is for RSA with PSS", [{ ...OWN, alg: "PS256" }]],
  ["is for another hash", [{ ...OWN, alg: "RS512" }]],
  ["is for encryption", [{ ...OWN, alg: "RSA-OAEP" }]],
  ["has another name", [{ ...OWN, kid: "other" }]],
  ["comes after four others of its name", [...Array(4).fill(ANOTHER), OWN]],
])("verify() does not verify with a published key that %s", async (_, keys) => {
  expect(await judge(keys)).toEqual({ ok: false, reason: "no_match" });
});

test.each<[string, number | null, string]>([
  ["nothing", null, ""],
  ["an error page", null, "<html>"],
  ["null", null, "null"],
  ["an object without keys", null, "{}"],
  ["keys that are no list", null, '{"keys":{}}'],
  ["keys of a kind that is not known", null, '{"keys":[{"kty":"unheard of"}]}'],
  ["keys to encrypt with", null, JSON.stringify({ keys: [{ ...OWN, use: "enc" }] })],
  ["a set without keys", 0, '{"keys":[]}'],
  ["a key among others", 1, JSON.stringify({ keys: [{ kty: "unheard of" }, OWN] })],
])("readKeySet() of %s: %s names", (_, names, json) => {
  expect(readKeySet(json)?.size ?? null).toBe(names);
});

/** A key with a modulus and an exponent of so many bytes, which nobody has the private one of. */
function longKey(modulus: number, exponent: number): KeyObject {
  const odd = (bytes: number) =>
    randomBytes(bytes)
      .fill(0xff, 0, 1)
      .fill(0x01, bytes - 1)
      .toString("base64url");
  const [n, e] = [odd(modulus), odd(exponent)];
  return createPublicKey({ key: { kty: "RSA", n, e }, format: "jwk" });
}

const HEADER = { signature: { header: "x-signature" }, encoding: "base64" } as const;
const SPKI: PublicKeyRecipe = {
  kind: "public_key",
  scheme: "key",
  algorithm: "rsa_sha256",
  key: "spki",
  ...HEADER,
  signed: ["body"],
};
const CERTIFICATE_AT = "https://api.example.com/certs/a";
const CERTIFICATE: CertificateRecipe = {
  kind: "certificate",
  scheme: "certificate",
  digest: "sha256",
  certificate: { url: { header: "x-url" }, hosts: ["api.example.com"], path: "/certs/" },
  ...HEADER,
  signed: ["secret", "body"],
};

/** Every way in which a public key comes in. */
const WAYS: [string, Recipe, (key: KeyObject) => string][] = [
  ["a key set", RS256, (key) => JSON.stringify({ keys: [jwk(key)] })],
  ["SPKI", SPKI, (key) => key.export({ format: "der", type: "spki" }).toString("base64")],
  ["a JSON Web Key", SPKI, (key) => JSON.stringify(key.export({ format: "jwk" }))],
  [
    "a certificate",
    CERTIFICATE,
    (publicKey) => makeCertificate({ ...KEYS, publicKey }, { from: NOW - 1, to: NOW + 1_000 }),
  ],
];

async function judgeWith(recipe: Recipe, text: string) {
  const headers = { "x-url": CERTIFICATE_AT };
  const signed = sign(
    recipe,
    { ...UNSIGNED, headers },
    { secret: "s", privateKey: KEYS.privateKey, now: NOW },
  );
  return verify(recipe, incoming(signed, NOW), {
    secrets: [{ id: "1", value: recipe === SPKI ? text : "s" }],
    certificates: new Map([[CERTIFICATE_AT, text]]),
    keySets: new Map([[SETS_AT, text]]),
  });
}

test.each(WAYS)("verify() takes an RSA key of usual length from %s", async (_, recipe, write) => {
  expect(await judgeWith(recipe, write(KEYS.publicKey))).toMatchObject({ ok: true });
});

test.each(WAYS)(
  "verify() spends no time on an absurdly long RSA key from %s",
  async (_, recipe, write) => {
    for (const [modulus, exponent] of [
      [256, 11_000],
      [11_000, 3],
      [2_048, 8],
      [256, 9],
      [1_025, 3],
    ] as const) {
      const text = write(longKey(modulus, exponent));
      let verdict: unknown;
      // The first time: what was read once is remembered.
      const ms = await cpuMs(async () => {
        verdict = await judgeWith(recipe, text);
      });
      expect(verdict).toMatchObject({ ok: false });
      expect(ms).toBeLessThan(COST_MS_MAX);
    }
  },
);
