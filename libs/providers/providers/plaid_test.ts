import { createHash, generateKeyPairSync, type KeyObject, sign as signBytes } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { plaid } from "./plaid.ts";

checkProvider(plaid);

const PAIR = generateKeyPairSync("ec", { namedCurve: "P-256" });
const OLDER = generateKeyPairSync("ec", { namedCurve: "P-256" });
const OTHER = generateKeyPairSync("ec", { namedCurve: "P-256" });
const HEADER = { alg: "ES256", kid: "bfbd5111-8e33-4643-8ced-b2e642a72f3c", typ: "JWT" };
/** The key as `/webhook_verification_key/get` answers with it: Plaid's own members beside the standard ones. */
const JWK = JSON.stringify({
  alg: "ES256",
  created_at: 1_560_466_150,
  ...PAIR.publicKey.export({ format: "jwk" }),
  expired_at: null,
  kid: HEADER.kid,
  use: "sig",
});

test("plaid verifies what its documented formula signs", async () => {
  expect(await judge({})).toMatchObject({ ok: true, intact: true, signedAt: NOW, secretId: "2" });
});

test.each([
  ["of another key", { key: OTHER.privateKey }, { reason: "no_match" }],
  ["without an algorithm", { header: { ...HEADER, alg: "none" } }, { reason: "unknown_version" }],
  ["of a shared key", { header: { ...HEADER, alg: "HS256" } }, { reason: "unknown_version" }],
  ["of another body", { claims: { request_body_sha256: "0".repeat(64) } }, { reason: "no_match" }],
  ["of no body", { claims: { request_body_sha256: undefined } }, { reason: "no_match" }],
  ["without a time", { claims: { iat: undefined } }, { reason: "malformed_header" }],
  ["that is six minutes old", { claims: { iat: NOW / 1_000 - 360 } }, { reason: "stale" }],
  ["in two parts", { cut: 2 }, { reason: "malformed_header" }],
])("plaid refuses a token %s", async (_, changed, refusal) => {
  expect(await judge(changed)).toMatchObject({ ok: false, ...refusal });
});

test("plaid takes the key's PEM, too", async () => {
  const pem = String(PAIR.publicKey.export({ format: "pem", type: "spki" }));
  expect(await judge({ secret: pem })).toMatchObject({ ok: true });
  for (const secret of [JWK, pem]) expect(secret).toMatch(plaid.secretHint.pattern ?? /^$/);
});

test.each([
  ['{"webhook_type":"ITEM","webhook_code":"ERROR"}', "ITEM.ERROR", true],
  ['{"webhook_type":"ITEM"}', "ITEM", true],
  ['{"webhook_code":"ERROR"}', "unknown", false],
])("plaid describes %s", (body, type, readable) => {
  const request = { ...sampleRequest(plaid), body: Buffer.from(body) };
  expect(describeEvent(plaid, incoming(request, NOW))).toMatchObject({ type, readable });
});

interface Token {
  header?: object;
  claims?: object;
  key?: KeyObject;
  /** How many of the token's parts are sent. */
  cut?: number;
  secret?: string;
}

function judge({ header = HEADER, claims = {}, key = PAIR.privateKey, ...rest }: Token) {
  const request = sampleRequest(plaid);
  const digest = createHash("sha256").update(request.body).digest("hex");
  const payload = { iat: NOW / 1_000, request_body_sha256: digest, ...claims };
  const parts = [header, payload].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const signature = signBytes("sha256", Buffer.from(parts.join(".")), {
    key,
    dsaEncoding: "ieee-p1363",
  });
  const token = [...parts, signature.toString("base64url")].slice(0, rest.cut ?? 3).join(".");
  const seen = incoming({ ...request, headers: { "plaid-verification": token } }, NOW);
  const secrets = [
    { id: "1", value: JSON.stringify(OLDER.publicKey.export({ format: "jwk" })) },
    { id: "2", value: rest.secret ?? JWK },
  ];
  return verify(plaid.recipe, seen, { secrets });
}

test("plaid tells two events that read alike apart by the time of their tokens", () => {
  const idAt = (at: number) => {
    const claims = Buffer.from(JSON.stringify({ iat: at / 1_000 })).toString("base64url");
    const request = { ...sampleRequest(plaid), headers: { "plaid-verification": `x.${claims}.x` } };
    return describeEvent(plaid, incoming(request, at)).providerEventId;
  };
  expect(idAt(NOW)).toBe(String(NOW / 1_000));
  expect(idAt(NOW + 60_000)).not.toBe(idAt(NOW));
});

test.each([undefined, "", "x", "..", "x.e30.x"])(
  "plaid has no id where the token is %j",
  (token) => {
    const headers: Record<string, string> =
      token === undefined ? {} : { "plaid-verification": token };
    const request = incoming({ ...sampleRequest(plaid), headers }, NOW);
    expect(describeEvent(plaid, request).providerEventId).toBe("");
  },
);
