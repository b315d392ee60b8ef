import {
  incoming,
  makeSecret,
  type OutgoingRequest,
  type Recipe,
  sign,
  verify,
} from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import OpenAI from "openai";
import { Webhook } from "standardwebhooks";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { standardWebhooks } from "./standard_webhooks.ts";

checkProvider(standardWebhooks, {
  oracle: standardWebhooksOracle("webhook"),
  schemes: {
    svix_v1: { oracle: standardWebhooksOracle("svix") },
    standard_webhooks_text_key: {
      keys: { secret: "polar_whs_0123456789abcdef", privateKey: null, certificate: null },
      oracle: standardWebhooksOracle("webhook", (secret) => new Webhook(secret, { format: "raw" })),
    },
  },
});

const SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const { recipe } = standardWebhooks;
const V1 = recipeOf("standard_webhooks_v1");
const V1A = recipeOf("standard_webhooks_v1a");

test("standard_webhooks verifies the worked example of the official tests", async () => {
  // libraries/javascript/src/webhook.test.ts, "sign function works".
  const request = {
    ...sampleRequest(standardWebhooks),
    headers: {
      "webhook-id": "msg_p5jXN8AQM9LWM0D4loKWxJek",
      "webhook-timestamp": "1614265330",
      "webhook-signature": "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=",
    },
    body: Buffer.from('{"test": 2432232314}'),
  };
  const secrets = [{ id: "1", value: SECRET }];
  const verdict = await verify(recipe, incoming(request, 1_614_265_330_000), { secrets });
  expect(verdict).toMatchObject({ ok: true, scheme: "standard_webhooks_v1", intact: true });
});

test("standard_webhooks and OpenAI's package agree, on what is valid and on what is not", async () => {
  const now = Date.now();
  const { webhooks } = new OpenAI({ apiKey: "none" });
  const judge = (request: OutgoingRequest) =>
    webhooks.verifySignature(text(request), { ...request.headers }, SECRET, 300);
  const request = sign(V1, sampleRequest(standardWebhooks), { secret: SECRET, now });
  await expect(judge(request)).resolves.toBeUndefined();
  const { headers } = request;
  const stale = String(Math.floor(now / 1_000) - 400);
  const changed = [
    { ...request, body: Buffer.concat([request.body, Buffer.from(" ")]) },
    { ...request, headers: { ...headers, "webhook-id": "msg_other", "svix-id": "msg_other" } },
    { ...request, headers: { ...headers, "webhook-timestamp": stale } },
    sign(V1, { ...request, headers: { ...headers, "webhook-timestamp": stale } }, options(now)),
  ];
  const secrets = [{ id: "1", value: SECRET }];
  for (const one of changed) {
    await expect(judge(one)).rejects.toThrow();
    expect((await verify(recipe, incoming(one, now), { secrets })).ok).toBe(false);
  }
});

test.each([
  ["beside one of another key", (v1: string) => `v1,${"A".repeat(43)}= ${v1}`],
  ["beside one of a later version", (v1: string) => `v2,abc ${v1}`],
])("standard_webhooks accepts a signature %s", async (_, write) => {
  expect(await judgeHeader(write)).toMatchObject({ ok: true });
});

test.each([
  ["of a later version only", (v1: string) => v1.replace("v1,", "v2,"), "unknown_version"],
  ["that calls itself v1a", (v1: string) => v1.replace("v1,", "v1a,"), "no_match"],
  ["without a version", (v1: string) => v1.slice(3), "malformed_header"],
  ["17 times", (v1: string) => Array(17).fill(v1).join(" "), "malformed_header"],
])("standard_webhooks refuses a signature %s", async (_, write, reason) => {
  expect(await judgeHeader(write)).toMatchObject({ ok: false, reason });
});

test("standard_webhooks verifies a list of v1 and v1a with either kind of secret, told apart", async () => {
  const keys = makeSecret(V1A, { now: NOW });
  const privateKey = keys.privateKey ?? "";
  const v1 = sign(V1, sampleRequest(standardWebhooks), options(NOW));
  const v1a = sign(V1A, v1, { secret: "", privateKey, now: NOW });
  const list = `${v1.headers["webhook-signature"]} ${v1a.headers["webhook-signature"]}`;
  const request = { ...v1, headers: { ...v1.headers, "webhook-signature": list } };
  const judge = (value: string) =>
    verify(recipe, incoming(request, NOW), { secrets: [{ id: "1", value }] });
  expect(await judge(SECRET)).toMatchObject({ ok: true, scheme: "standard_webhooks_v1" });
  expect(await judge(keys.secret)).toMatchObject({ ok: true, scheme: "standard_webhooks_v1a" });
  // A public key is known to everybody: it must not do as the shared secret, with its prefix or without.
  const bare = keys.secret.slice("whpk_".length);
  const forged = sign(V1, sampleRequest(standardWebhooks), { secret: bare, now: NOW });
  const secrets = [{ id: "1", value: keys.secret }];
  expect((await verify(recipe, incoming(forged, NOW), { secrets })).ok).toBe(false);
});

test("standard_webhooks refuses a signed event under another family's id", async () => {
  const { "svix-id": _, ...headers } = sampleRequest(standardWebhooks).headers;
  const request = sign(V1, { ...sampleRequest(standardWebhooks), headers }, options(NOW));
  const secrets = [{ id: "1", value: SECRET }];
  const judge = (more: Record<string, string>) => {
    const seen = incoming({ ...request, headers: { ...request.headers, ...more } }, NOW);
    return verify(recipe, seen, { secrets });
  };
  expect(await judge({})).toMatchObject({ ok: true });
  expect(await judge({ "svix-id": "msg_again" })).toMatchObject({ ok: false });
  expect(await judge({ "svix-id": "" })).toMatchObject({ ok: false });
});

test.each([
  ['{"type":"a.b"}', "a.b"],
  ['{"event_type":"a.b"}', "a.b"],
  ['{"eventType":"a.b"}', "a.b"],
  ['{"data":1}', "unknown"],
])("standard_webhooks reads the type of %s", (body, type) => {
  const request = { ...sampleRequest(standardWebhooks), body: Buffer.from(body) };
  expect(describeEvent(standardWebhooks, incoming(request, NOW))).toMatchObject({
    type,
    providerEventId: `msg_${NOW}`,
  });
});

function judgeHeader(write: (v1: string) => string) {
  const request = sign(V1, sampleRequest(standardWebhooks), options(NOW));
  const signature = write(request.headers["webhook-signature"] ?? "");
  const headers = { ...request.headers, "webhook-signature": signature };
  const secrets = [{ id: "1", value: SECRET }];
  return verify(recipe, incoming({ ...request, headers }, NOW), { secrets });
}

function recipeOf(scheme: string): Recipe {
  const found = recipe.kind === "any" && recipe.recipes.find((one) => one.scheme === scheme);
  if (!found) throw new TypeError(`Cannot find the recipe: ${scheme} is none`);
  return found;
}

function options(now: number) {
  return { secret: SECRET, now };
}

function text({ body }: OutgoingRequest): string {
  return Buffer.from(body).toString();
}
