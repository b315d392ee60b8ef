import { createHash, createPrivateKey, generateKeyPairSync, sign as signBytes } from "node:crypto";
import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "./describe_event.ts";
import { plaid } from "./plaid.ts";
import { checkProvider, NOW, sampleRequest } from "./provider_test_kit.ts";

const KID = "bfbd5111-8e33-4643-8ced-b2e642a72f3c";

/** A pair of keys, the public one as Plaid's API answers it. */
function makeKeys() {
  const { publicKey, privateKey } = generateKeyPairSync("ec", { namedCurve: "P-256" });
  const { kty, crv, x, y } = publicKey.export({ format: "jwk" });
  const own = { alg: "ES256", created_at: 1_560_466_150, expired_at: null, kid: KID, use: "sig" };
  const secret = JSON.stringify({ ...own, crv, kty, x, y });
  return { secret, privateKey: String(privateKey.export({ format: "pem", type: "pkcs8" })) };
}

const KEYS = { ...makeKeys(), certificate: null };
const BODY = sampleRequest(plaid).body;
const SECONDS = Math.floor(NOW / 1_000);
const CLAIMS = {
  iat: SECONDS,
  request_body_sha256: createHash("sha256").update(BODY).digest("hex"),
};
const HEADER = { alg: "ES256", kid: KID, typ: "JWT" };

checkProvider(plaid, { keys: KEYS });

/** A token by the documentation's formula, made with nothing of ours. */
function makeToken(claims: object = CLAIMS, header: object = HEADER): string {
  const text = [header, claims].map((part) => encode(JSON.stringify(part))).join(".");
  const key = createPrivateKey(KEYS.privateKey);
  const signature = signBytes("sha256", Buffer.from(text), { key, dsaEncoding: "ieee-p1363" });
  return `${text}.${signature.toString("base64url")}`;
}

function encode(text: string): string {
  return Buffer.from(text).toString("base64url");
}

function seen(token: string, body: Uint8Array = BODY) {
  const request = sampleRequest(plaid);
  return incoming(
    { ...request, headers: { ...request.headers, "plaid-verification": token }, body },
    NOW,
  );
}

function judge(token: string, { body = BODY, secrets = [KEYS.secret] } = {}) {
  const options = { secrets: secrets.map((value, index) => ({ id: `${index}`, value })) };
  return verify(plaid.recipe, seen(token, body), options);
}

test("plaid verifies a token that names its key, with that key among others", async () => {
  const secrets = [makeKeys().secret, KEYS.secret];
  const accepted = { ok: true, secretId: "1", signedAt: SECONDS * 1_000, intact: true };
  expect(await judge(makeToken(), { secrets })).toMatchObject(accepted);
});

const [, claims = "", signature = ""] = makeToken().split(".");
const otherDigest = createHash("sha256").update(`${BODY} `).digest("hex");

test.each([
  ["another body's digest", makeToken({ ...CLAIMS, request_body_sha256: otherDigest }), "no_match"],
  ["no digest", makeToken({ iat: SECONDS }), "no_match"],
  ["no time", makeToken({ ...CLAIMS, iat: undefined }), "malformed_header"],
  ["a time that is a text", makeToken({ ...CLAIMS, iat: `${SECONDS}` }), "malformed_header"],
  [
    "a time of five minutes and a second ago",
    makeToken({ ...CLAIMS, iat: SECONDS - 301 }),
    "stale",
  ],
  ["a time in milliseconds", makeToken({ ...CLAIMS, iat: NOW }), "future"],
  ["no algorithm", `${encode('{"alg":"none"}')}.${claims}.${signature}`, "unknown_version"],
  ["HS256", makeToken(CLAIMS, { ...HEADER, alg: "HS256" }), "unknown_version"],
  ["no signature", makeToken().slice(0, -signature.length), "malformed_header"],
  ["the scheme's name before it", `Bearer ${makeToken()}`, "unknown_version"],
])("plaid refuses a token with %s", async (_, token, reason) => {
  expect(await judge(token)).toMatchObject({ ok: false, reason });
});

test("plaid refuses the same JSON that was written in another way", async () => {
  const body = Buffer.from(JSON.stringify(JSON.parse(BODY.toString())));
  expect(await judge(makeToken(), { body })).toEqual({ ok: false, reason: "no_match" });
});

test("plaid refuses the keys of another", async () => {
  const secrets = [makeKeys().secret, "{}", '{"kty":"oct","k":"AAAA"}', "not a key"];
  expect(await judge(makeToken(), { secrets })).toEqual({ ok: false, reason: "no_match" });
});

test("plaid tells two events that read alike apart by the time of their tokens", () => {
  const id = (iat: number) =>
    describeEvent(plaid, seen(makeToken({ ...CLAIMS, iat }))).providerEventId;
  expect(id(SECONDS)).toBe(`${SECONDS}`);
  expect(id(SECONDS + 60)).not.toBe(id(SECONDS));
  const request = sign(plaid.recipe, sampleRequest(plaid), { ...KEYS, now: NOW });
  expect(describeEvent(plaid, incoming(request, NOW)).providerEventId).toBe(`${SECONDS}`);
});

test.each([
  ["no type", '{"webhook_code":"ERROR"}'],
  ["no code", '{"webhook_type":"ITEM"}'],
  ["numbers", '{"webhook_type":1,"webhook_code":2}'],
  ["no JSON", "webhook_type=ITEM"],
])("plaid has no type for %s", (_, body) => {
  expect(describeEvent(plaid, seen("", Buffer.from(body)))).toEqual({
    type: "unknown",
    providerType: "unknown",
    providerEventId: "",
    readable: false,
  });
});

test("plaid's hint takes what its API answers", () => {
  expect(KEYS.secret).toMatch(plaid.secretHint.pattern ?? /^$/);
  expect(KEYS.privateKey).not.toMatch(plaid.secretHint.pattern ?? /^/);
});
