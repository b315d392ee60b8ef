import { createSign, generateKeyPairSync } from "node:crypto";
import { incoming, type OutgoingRequest, type Verdict, verify } from "@hookgate/signature";
import { eventContent } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { recipeFor } from "../source_provider.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { canvas } from "./canvas.ts";

checkProvider(canvas);

const ACCOUNT = "VicYj3cu5BIFpoZhDVU4DZumnlBrWi1grgJEzADs";
const JWKS = "https://8axpcl50e4.execute-api.us-east-1.amazonaws.com/main/jwks";
const KID = "2026-01-01T00:00:00Z";
const pair = generateKeyPairSync("rsa", { modulusLength: 2_048 });
const KEYS = JSON.stringify({
  keys: [{ ...pair.publicKey.export({ format: "jwk" }), kid: KID }],
});
/** As the documentation shows it, but shorter. */
const LOGGED_IN = {
  metadata: {
    event_name: "logged_in",
    event_time: "2019-11-01T19:11:01.335Z",
    producer: "canvas",
    root_account_id: "21070000000000001",
    root_account_uuid: ACCOUNT,
  },
  body: { redirect_url: "https://oxana.instructure.com/" },
};

function sent(claims: object): OutgoingRequest {
  const write = (part: object) => Buffer.from(JSON.stringify(part)).toString("base64url");
  const text = `${write({ alg: "RS256", kid: KID })}.${write(claims)}`;
  const signature = createSign("RSA-SHA256").update(text).sign(pair.privateKey, "base64url");
  return { ...sampleRequest(canvas), body: Buffer.from(`${text}.${signature}`) };
}

function judge(request: OutgoingRequest, { scheme = "canvas", account = ACCOUNT } = {}) {
  const recipe = recipeFor(canvas, scheme) ?? canvas.recipe;
  const options = { secrets: [{ id: "1", value: account }], keySets: new Map([[JWKS, KEYS]]) };
  return verify(recipe, incoming(request, NOW), options) as Promise<Verdict>;
}

test("canvas verifies a body that is a token, and covers all of it", async () => {
  expect(await judge(sent(LOGGED_IN))).toMatchObject({ ok: true, secretId: "1", intact: true });
});

test("canvas refuses the events of somebody else's account", async () => {
  const metadata = { ...LOGGED_IN.metadata, root_account_uuid: "somebody else's" };
  const verdict = await judge(sent({ ...LOGGED_IN, metadata }));
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test("canvas refuses an event that is not signed", async () => {
  const plain = { ...sampleRequest(canvas), body: Buffer.from(JSON.stringify(LOGGED_IN)) };
  expect(await judge(plain)).toEqual({ ok: false, reason: "malformed_header" });
  expect(await judge({ ...plain, body: Buffer.alloc(0) })).toEqual({
    ok: false,
    reason: "missing_header",
  });
});

test("canvas reads the type in the token, and tells events apart by their bodies", () => {
  const found = describeEvent(canvas, incoming(sent(LOGGED_IN), NOW));
  const told = { type: "logged_in", providerEventId: "", bodiesDiffer: true, readable: true };
  expect(found).toMatchObject(told);
});

test("canvas's claims are what handlers and conditions see", () => {
  const { body } = sent(LOGGED_IN);
  const content = eventContent({ provider: "canvas", type: "logged_in", body });
  expect(content).toEqual({ data: LOGGED_IN });
});

test("canvas verifies Caliper's events for their sensor, and reads their id", async () => {
  const sensor = "http://oxana.instructure.com/";
  const id = "urn:uuid:19f57ead-f709-45e0-9869-25c68d933d45";
  const request = sent({ sensor, data: [{ id, type: "SessionEvent" }] });
  const options = { scheme: "canvas_caliper", account: sensor };
  expect(await judge(request, options)).toMatchObject({ ok: true });
  expect(describeEvent(canvas, incoming(request, NOW))).toMatchObject({
    type: "SessionEvent",
    providerEventId: id,
  });
});
