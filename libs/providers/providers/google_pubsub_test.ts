import { createSign, generateKeyPairSync } from "node:crypto";
import { incoming, type OutgoingRequest, type Verdict, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { withSettings } from "../source_provider.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { googlePubsub } from "./google_pubsub.ts";

const AUDIENCE = "https://hooks.example.com/api/webhooks/pubsub";
const ACCOUNT = "push@example.iam.gserviceaccount.com";
const CERTS = "https://www.googleapis.com/oauth2/v3/certs";
const KID = "7d680d8c70d44e947133cbd499ebc1a61c3d5abc";
const recipe = withSettings(googlePubsub.recipe, { audience: AUDIENCE });

checkProvider({ ...googlePubsub, recipe });

const pair = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const keyOf = (kid: string) => ({
  ...pair.publicKey.export({ format: "jwk" }),
  kid,
  alg: "RS256",
  use: "sig",
});
const KEYS = JSON.stringify({ keys: [keyOf("other"), keyOf(KID)] });

/** The claims that the documentation shows, for this test's account and time. */
const CLAIMS = {
  aud: AUDIENCE,
  azp: "113774264463038321964",
  email: ACCOUNT,
  email_verified: true,
  exp: NOW / 1_000 + 3_600,
  iat: NOW / 1_000,
  iss: "https://accounts.google.com",
  sub: "113774264463038321964",
};

function pushed(claims: object = CLAIMS, header: object = { alg: "RS256", kid: KID, typ: "JWT" }) {
  const request = sampleRequest(googlePubsub);
  const write = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const text = `${write(header)}.${write(claims)}`;
  const signature = createSign("RSA-SHA256").update(text).sign(pair.privateKey, "base64url");
  const headers = { ...request.headers, authorization: `Bearer ${text}.${signature}` };
  return { ...request, headers };
}

function judge(
  request: OutgoingRequest,
  { keys = KEYS as string | null, at = NOW, with: used = recipe } = {},
): Verdict | Promise<Verdict> {
  const secrets = [{ id: "1", value: ACCOUNT }];
  const keySets = new Map(keys === null ? [] : [[CERTS, keys]]);
  return verify(used, incoming(request, at), { secrets, keySets });
}

test("google_pubsub verifies the documented token, and does not call the body covered", async () => {
  expect(await judge(pushed())).toMatchObject({ ok: true, secretId: "1", intact: false });
});

test("google_pubsub says which key it needs", async () => {
  expect(await judge(pushed(), { keys: null })).toEqual({
    ok: false,
    reason: "key_needed",
    url: CERTS,
    kid: KID,
  });
});

test.each<[string, object]>([
  ["another audience", { aud: "https://other.example.com/" }],
  ["no audience", { aud: undefined }],
  ["another account", { email: "push@attacker.iam.gserviceaccount.com" }],
  ["no account", { email: undefined }],
  ["an address that is not verified", { email_verified: false }],
  ["another issuer", { iss: "https://accounts.google.com.example.com" }],
])("google_pubsub refuses a token of Google for %s", async (_, changes) => {
  const verdict = await judge(pushed({ ...CLAIMS, ...changes }));
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test.each<[string, object, string]>([
  ["a key that is not published", { alg: "RS256", kid: "forged" }, "no_match"],
  ["no key", { alg: "RS256" }, "malformed_header"],
  ["no signature", { alg: "none", kid: KID }, "unknown_version"],
  ["the public key as a shared one", { alg: "HS256", kid: KID }, "unknown_version"],
])("google_pubsub refuses a token that names %s", async (_, header, reason) => {
  expect(await judge(pushed(CLAIMS, header))).toEqual({ ok: false, reason });
});

test("google_pubsub takes a token until five minutes after it has expired", async () => {
  const expired = NOW + 60_000;
  const request = pushed({ ...CLAIMS, exp: expired / 1_000 });
  expect(await judge(request, { at: expired + 300_999 })).toMatchObject({ ok: true });
  expect(await judge(request, { at: expired + 301_000 })).toEqual({
    ok: false,
    reason: "stale",
    skewSeconds: 301,
    secretId: "1",
  });
  const forever = await judge(pushed({ ...CLAIMS, exp: undefined }));
  expect(forever).toEqual({ ok: false, reason: "malformed_header" });
});

test("google_pubsub accepts nothing while its audience is not set", async () => {
  const verdict = await judge(pushed(), { with: googlePubsub.recipe });
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test.each<[string, object | string, Record<string, string>, [type: string, id: string]]>([
  ["in a message", { message: { messageId: "136969346945" } }, {}, ["message", "136969346945"]],
  [
    "of Cloud Storage",
    { message: { messageId: "1", attributes: { eventType: "OBJECT_DELETE" } } },
    {},
    ["OBJECT_DELETE", "1"],
  ],
  [
    "in a header of an unwrapped message",
    "anything",
    { "x-goog-pubsub-message-id": "2" },
    ["message", "2"],
  ],
  ["of an unwrapped message without metadata", "anything", {}, ["message", ""]],
])("google_pubsub reads the type and the id %s", (_, body, headers, [type, id]) => {
  const text = typeof body === "string" ? body : JSON.stringify(body);
  const request = { ...sampleRequest(googlePubsub), headers, body: Buffer.from(text) };
  const found = describeEvent(googlePubsub, incoming(request, NOW));
  expect(found).toMatchObject({ type, providerEventId: id, readable: true });
});

test("google_pubsub takes a message of 10 MB, the largest that can be published, in base64", () => {
  const data = Buffer.alloc(10_000_000).toString("base64");
  const attributes = Object.fromEntries(
    Array.from({ length: 100 }, (_, index) => [`${index}`.padEnd(256, "k"), "v".repeat(1_024)]),
  );
  const { length } = JSON.stringify({ message: { data, attributes, messageId: "1" } });
  expect(googlePubsub.bodyBytesMax).toBeGreaterThan(length);
});
