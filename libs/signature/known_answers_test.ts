import { createSign, generateKeyPairSync } from "node:crypto";
import { expect, test } from "@jest/globals";
import type { AnyRecipe, JwtRecipe, MacRecipe, PublicKeyRecipe } from "./recipe.ts";
import { incoming } from "./signed_request.ts";
import { verify } from "./verify.ts";

function request(headers: Record<string, string>, body: Uint8Array | string = "") {
  const url = "https://example.com/a";
  return incoming({ method: "POST", url, headers, body: Buffer.from(body) }, 0);
}

test.each([
  [
    "RFC 8032, 7.1, test 1",
    "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a",
    "",
    "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e065224901555fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b",
  ],
  [
    "RFC 8032, 7.1, test 3",
    "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025",
    "af82",
    "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a",
  ],
])("verify() accepts the Ed25519 signature of %s", async (_, key, message, signature) => {
  const recipe: PublicKeyRecipe = {
    kind: "public_key",
    scheme: "ed25519",
    algorithm: "ed25519",
    key: "hex",
    encoding: "hex",
    signature: { header: "x-signature" },
    signed: ["body"],
  };
  const secrets = [{ id: "1", value: key }];
  const asked = request({ "x-signature": signature }, Buffer.from(message, "hex"));
  expect(await verify(recipe, asked, { secrets })).toMatchObject({ ok: true });
});

test("verify() accepts the ES256 token of RFC 7515, A.3, and no token that says it has no algorithm", async () => {
  const recipe: JwtRecipe = {
    kind: "jwt",
    scheme: "jwt",
    token: { header: "x-token" },
    algorithm: "ES256",
    bodyDigest: null,
    issuedAt: null,
  };
  const key = {
    kty: "EC",
    crv: "P-256",
    x: "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    y: "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
  };
  const claims =
    "eyJpc3MiOiJqb2UiLA0KICJleHAiOjEzMDA4MTkzODAsDQogImh0dHA6Ly9leGFtcGxlLmNvbS9pc19yb290Ijp0cnVlfQ";
  const signature =
    "DtEhU3ljbEg8L38VWAfUAqOyKAM6-Xx-F4GawxaepmXFCgfTjDxw5djxLa8ISlSApmWQxfKTUJqPP3-Kg6NU1Q";
  const secrets = [{ id: "1", value: JSON.stringify(key) }];
  const judge = (token: string) => verify(recipe, request({ "x-token": token }), { secrets });
  expect(await judge(`eyJhbGciOiJFUzI1NiJ9.${claims}.${signature}`)).toMatchObject({
    ok: true,
    intact: false,
  });
  const none = Buffer.from('{"alg":"none"}').toString("base64url");
  expect(await judge(`${none}.${claims}.`)).toMatchObject({ ok: false });
  const shared = Buffer.from('{"alg":"HS256"}').toString("base64url");
  expect(await judge(`${shared}.${claims}.${signature}`)).toEqual({
    ok: false,
    reason: "unknown_version",
  });
});

test("verify() accepts an ECDSA signature in DER, and a key in PEM or base64", async () => {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const recipe: PublicKeyRecipe = {
    kind: "public_key",
    scheme: "ecdsa",
    algorithm: "ecdsa_p256",
    key: "spki",
    encoding: "base64",
    signature: { header: "x-signature" },
    signed: [{ header: "x-time" }, "body"],
  };
  const signature = createSign("sha256").update("1body").sign(privateKey, "base64");
  const asked = request({ "x-signature": signature, "x-time": "1" }, "body");
  const spki = publicKey.export({ format: "der", type: "spki" }).toString("base64");
  for (const value of [String(publicKey.export({ format: "pem", type: "spki" })), spki]) {
    const verdict = await verify(recipe, asked, { secrets: [{ id: "1", value }] });
    expect(verdict).toMatchObject({ ok: true });
  }
  const rsa = generateKeyPairSync("rsa", { modulusLength: 2_048 }).publicKey;
  const value = rsa.export({ format: "der", type: "spki" }).toString("base64");
  const verdict = await verify(recipe, asked, { secrets: [{ id: "1", value }] });
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

/** The example of the Standard Webhooks specification, with an Ed25519 signature beside it that is of no use. */
const STANDARD: AnyRecipe = {
  kind: "any",
  scheme: "standard",
  recipes: ["webhook", "svix"].map(
    (name): MacRecipe => ({
      kind: "hmac",
      scheme: name,
      signature: { header: `${name}-signature` },
      format: { kind: "versions", version: "v1" },
      digest: "sha256",
      encoding: "base64",
      key: "whsec",
      signed: [{ header: `${name}-id` }, { literal: "." }, "timestamp", { literal: "." }, "body"],
      timestamp: {
        from: { header: `${name}-timestamp` },
        unit: "s",
        pastSecondsMax: null,
        futureSecondsMax: null,
      },
    }),
  ),
};
const EXAMPLE_SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const EXAMPLE_BODY = '{"test": 2432232314}';
const EXAMPLE_SIGNATURE = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

function judgeExample(name: string, signature: string, secret = EXAMPLE_SECRET) {
  const headers = {
    [`${name}-id`]: "msg_p5jXN8AQM9LWM0D4loKWxJek",
    [`${name}-timestamp`]: "1614265330",
    [`${name}-signature`]: signature,
  };
  const secrets = [{ id: "1", value: secret }];
  return verify(STANDARD, request(headers, EXAMPLE_BODY), { secrets });
}

test.each(["webhook", "svix"])("verify() accepts the example of Svix under %s-*", (name) => {
  const accepted = { ok: true, scheme: name, signedAt: 1_614_265_330_000 };
  expect(judgeExample(name, EXAMPLE_SIGNATURE)).toMatchObject(accepted);
  const others = `v1,${"A".repeat(43)}= ${EXAMPLE_SIGNATURE} v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw==`;
  expect(judgeExample(name, others)).toMatchObject(accepted);
  expect(judgeExample(name, EXAMPLE_SIGNATURE, EXAMPLE_SECRET.slice(6))).toMatchObject(accepted);
  // As Supabase shows it.
  expect(judgeExample(name, EXAMPLE_SIGNATURE, `v1,${EXAMPLE_SECRET}`)).toMatchObject(accepted);
  for (const unknown of [EXAMPLE_SIGNATURE.slice(3), ",x", ",", "", "x", "v1=x"]) {
    for (const list of [`${unknown} ${EXAMPLE_SIGNATURE}`, `${EXAMPLE_SIGNATURE} ${unknown}`]) {
      expect([list, judgeExample(name, list)]).toMatchObject([list, accepted]);
    }
  }
});

test.each([
  ["another version alone", EXAMPLE_SIGNATURE.replace("v1", "v1a"), "unknown_version"],
  ["no version", EXAMPLE_SIGNATURE.slice(3), "malformed_header"],
  ["other last bits of the base64", EXAMPLE_SIGNATURE.replace("OE=", "OF="), "no_match"],
  ["no padding", EXAMPLE_SIGNATURE.slice(0, -1), "malformed_header"],
  ["nothing but entries that nobody knows", ",x  , x", "malformed_header"],
  ["another mac", `v1,${"A".repeat(43)}=`, "no_match"],
])("verify() says most of what it refuses: %s", (_, signature, reason) => {
  expect(judgeExample("svix", signature)).toEqual({ ok: false, reason });
});

test("verify() says that nothing was sent if none of several schemes was", () => {
  const secrets = [{ id: "1", value: EXAMPLE_SECRET }];
  expect(verify(STANDARD, request({}), { secrets })).toEqual({
    ok: false,
    reason: "missing_header",
  });
});

test("verify() never makes a public key the key of a MAC", () => {
  expect(judgeExample("svix", EXAMPLE_SIGNATURE, "whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")).toEqual({
    ok: false,
    reason: "no_match",
  });
});

const PLAIN: MacRecipe = {
  kind: "hmac",
  scheme: "plain",
  signature: { header: "x-signature" },
  format: { kind: "plain", prefix: "v0=", prefixRequired: true },
  digest: "sha256",
  encoding: "hex",
  signed: ["body"],
};

test.each([
  ["another version", `v1=${"0".repeat(64)}`, "unknown_version"],
  ["no version", "0".repeat(64), "malformed_header"],
  ["the version alone", "v0=", "malformed_header"],
])("verify() tells an unknown version from a malformed header: %s", (_, signature, reason) => {
  const secrets = [{ id: "1", value: "s" }];
  const verdict = verify(PLAIN, request({ "x-signature": signature }), { secrets });
  expect(verdict).toEqual({ ok: false, reason });
});

test.each<[string, unknown]>([
  ["a part it does not know", { ...PLAIN, signed: ["moon"] }],
  ["a part of no known form", { ...PLAIN, signed: [{ moon: "full" }] }],
  [
    "a function that throws",
    {
      ...PLAIN,
      signed: [
        {
          compute() {
            throw new Error("no");
          },
        },
      ],
    },
  ],
  ["a function that finds nothing", { ...PLAIN, signed: [{ compute: () => null }] }],
  ["a kind it does not know", { ...PLAIN, kind: "moon" }],
])("verify() refuses everything if a recipe has %s", async (_, recipe) => {
  const asked = request({ "x-signature": `v0=${"0".repeat(64)}` });
  const verdict = await verify(recipe as MacRecipe, asked, { secrets: [{ id: "1", value: "s" }] });
  expect(verdict.ok).toBe(false);
});
