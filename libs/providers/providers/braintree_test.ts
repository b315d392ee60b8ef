import {
  incoming,
  type MacRecipe,
  type OutgoingRequest,
  type Recipe,
  sign,
  verify,
} from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import gateway from "braintree";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { braintree } from "./braintree.ts";

const SECRET = "integration_public_key|integration_private_key";
const RECIPE = braintree.recipe as MacRecipe;
const SECRETS = [{ id: "1", value: SECRET }];
const URL_TEXT = "https://hooks.example.com/api/webhooks/braintree";
const CHALLENGE = "20f9f8ed05f77439fe955c977e4c8a53";

checkProvider(braintree, {
  keys: { secret: SECRET, privateKey: null, certificate: null },
  oracle: {
    async sign(request, { secret }) {
      const { type } = describeEvent(braintree, incoming(request, NOW));
      const kind = Object.entries(braintree.canonical).find((entry) => entry[1] === type)?.[0];
      const { webhookTesting } = official(secret);
      const fields = await webhookTesting.sampleNotification((kind ?? "check") as "check", "id");
      return withFields({ ...fields });
    },
    verify: (request, { secret }) => {
      const { bt_signature = "", bt_payload = "" } = fieldsOf(request);
      return official(secret).webhookNotification.parse(bt_signature, bt_payload);
    },
    // It falls back to the payload with a line's end, in case that a framework has cut it off.
    lenient: (request) => !(fieldsOf(request).bt_payload ?? "").endsWith("\n"),
  },
});

test("braintree answers a challenge as the official package does", async () => {
  // https://github.com/braintree: the worked example in the tests of every one of the packages.
  const body = "integration_public_key|d9b899556c966b3f06945ec21311865d35df3ce4";
  // The types that others wrote for the package have forgotten it.
  const judge: unknown = official(SECRET).webhookNotification;
  expect((judge as { verify(challenge: string): string }).verify(CHALLENGE)).toBe(body);
  expect(answer(CHALLENGE)).toMatchObject({ status: 200, body });
});

test.each([
  ["", "empty"],
  ["0123456789abcdef012", "too short"],
  ["0".repeat(33), "too long"],
  [CHALLENGE.toUpperCase(), "in upper case"],
  [` ${CHALLENGE}`, "with a space"],
  [`${CHALLENGE}\n`, "with a line's end"],
  ["PG5vdGlmaWNhdGlvbj4=", "a payload"],
])("braintree signs no challenge %j, which is %s", (challenge) => {
  expect(answer(challenge)).toMatchObject({ status: 400, body: "", refused: expect.any(String) });
});

test("braintree signs none of two challenges, and nothing without a secret of its form", () => {
  expect(answer(`${CHALLENGE}&bt_challenge=${CHALLENGE}`)).toMatchObject({ status: 400 });
  for (const value of ["private", "public|", "|private"]) {
    expect(answer(CHALLENGE, [{ id: "1", value }])).toMatchObject({ status: 503, body: "" });
  }
  expect(answer(CHALLENGE, [])).toMatchObject({ status: 503, body: "" });
});

test("braintree takes a request without a challenge, or by POST, for no handshake", () => {
  const options = { secrets: SECRETS, settings: {} };
  const get = { method: "GET", url: URL_TEXT, headers: {}, body: Buffer.alloc(0) };
  const post = { ...get, method: "POST", url: `${URL_TEXT}?bt_challenge=${CHALLENGE}` };
  expect(braintree.handshake?.answer(incoming(get, NOW), options)).toBeNull();
  expect(braintree.handshake?.answer(incoming(post, NOW), options)).toBeNull();
});

test("braintree verifies nothing that was got by a handshake", async () => {
  for (const challenge of [CHALLENGE, "0".repeat(20), "f".repeat(32)]) {
    const bt_signature = answer(challenge)?.body ?? "";
    const forged = withFields({ bt_signature, bt_payload: challenge });
    // It is what signs that payload: nothing but the guard keeps it out.
    const unguarded = { ...RECIPE, signed: [{ form: "bt_payload" }] };
    expect(await judge(forged, unguarded)).toMatchObject({ ok: true });
    expect(await judge(forged)).toEqual({ ok: false, reason: "malformed_header" });
    for (const more of ["\n", " ", "\r\n"]) {
      const padded = withFields({ bt_signature, bt_payload: challenge + more });
      expect((await judge(padded)).ok).toBe(false);
    }
  }
});

test("braintree refuses a signature that bears another public key", async () => {
  const request = sign(braintree.recipe, sampleRequest(braintree), { secret: SECRET, now: NOW });
  const { bt_signature = "", bt_payload = "" } = fieldsOf(request);
  const other = bt_signature.replace("integration", "other");
  expect(await judge(withFields({ bt_signature: other, bt_payload }))).toMatchObject({ ok: false });
  const both = { bt_signature: `${other}&${bt_signature}`, bt_payload };
  expect(await judge(withFields(both))).toMatchObject({ ok: true, intact: false });
});

test("braintree reads the notification's kind, not one in its subject", () => {
  const xml =
    "<notification><subject><kind>check</kind></subject><kind>dispute_lost</kind></notification>";
  const bt_payload = Buffer.from(xml).toString("base64");
  const describe = (payload: string) =>
    describeEvent(braintree, incoming(withFields({ bt_payload: payload }), NOW));
  expect(describe(bt_payload).type).toBe("dispute_lost");
  expect(describe(Buffer.from("<kind>").toString("base64"))).toMatchObject({ readable: false });
});

function official(secret: string) {
  const [publicKey = "", privateKey = ""] = secret.split("|");
  const environment = gateway.Environment.Sandbox;
  return new gateway.BraintreeGateway({ environment, merchantId: "id", publicKey, privateKey });
}

function withFields(fields: Readonly<Record<string, string>>): OutgoingRequest {
  return {
    ...sampleRequest(braintree),
    body: Buffer.from(new URLSearchParams({ ...fields }).toString()),
  };
}

function fieldsOf({ body }: OutgoingRequest): Record<string, string> {
  return Object.fromEntries(new URLSearchParams(Buffer.from(body).toString()));
}

function judge(request: OutgoingRequest, recipe: Recipe = RECIPE) {
  return verify(recipe, incoming(request, NOW), { secrets: SECRETS });
}

function answer(challenge: string, secrets = SECRETS) {
  const url = `${URL_TEXT}?bt_challenge=${challenge}`;
  const request = incoming({ method: "GET", url, headers: {}, body: Buffer.alloc(0) }, NOW);
  return braintree.handshake?.answer(request, { secrets, settings: {} });
}
