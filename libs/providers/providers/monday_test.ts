import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { recipeFor } from "../source_provider.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { monday } from "./monday.ts";

checkProvider(monday);

const SECRETS = [{ id: "1", value: "signing secret" }];
const SECONDS = Math.floor(NOW / 1_000);
/** The claims that the documentation shows. */
const CLAIMS = {
  accountId: 1_825_528,
  userId: 4_012_689,
  aud: "https://www.yourserver.com/endpoint",
  exp: SECONDS + 300,
  shortLivedToken: "SHORT_LIVED_TOKEN_HERE",
  iat: SECONDS,
};

test("monday verifies a token with the documented claims", async () => {
  expect(await judge(token({ alg: "HS256", typ: "JWT" }, CLAIMS))).toMatchObject({
    ok: true,
    signedAt: NOW,
    intact: false,
  });
});

test.each([
  ["no algorithm", token({ alg: "none" }, CLAIMS), "unknown_version"],
  ["another algorithm", token({ alg: "HS512" }, CLAIMS), "unknown_version"],
  ["another secret", token({ alg: "HS256" }, CLAIMS, "other"), "no_match"],
  ["no time", token({ alg: "HS256" }, { ...CLAIMS, iat: undefined }), "malformed_header"],
  [
    "a time past its five minutes",
    token({ alg: "HS256" }, { ...CLAIMS, iat: SECONDS - 301 }),
    "stale",
  ],
  ["no signature", token({ alg: "HS256" }, CLAIMS).replace(/[^.]*$/, ""), "malformed_header"],
])("monday refuses a token with %s", async (_, authorization, reason) => {
  expect(await judge(authorization)).toMatchObject({ ok: false, reason });
});

test("monday accepts a secret in the URL only if an operator has chosen that scheme", async () => {
  const url = "https://hooks.example.com/api/webhooks/monday?token=signing%20secret";
  const seen = incoming({ ...sampleRequest(monday), url }, NOW);
  const chosen = recipeFor(monday, "monday_url") ?? monday.recipe;
  expect(await verify(monday.recipe, seen, { secrets: SECRETS })).toMatchObject({ ok: false });
  expect(await verify(chosen, seen, { secrets: SECRETS })).toMatchObject({ ok: true });
});

test("monday answers the documentation's challenge with the same object", () => {
  const body = '{"challenge":"3eZbrw1aBm2rZgRNFdxV2595E9CY3gmdALWMmHkvFXO7tYXAYM8P"}';
  expect(answer(body)).toMatchObject({ status: 200, body });
});

test.each(['{"challenge":"<script>"}', '{"challenge":1}', '{"challenge":""}'])(
  "monday does not send back %s",
  (body) => {
    expect(answer(body)).toMatchObject({ status: 400, body: "" });
  },
);

test.each(['{"challenge":"a","event":{}}', '{"event":{}}', "[]", "null", "challenge=a"])(
  "monday takes %s for no challenge",
  (body) => {
    expect(answer(body)).toBeNull();
  },
);

test("monday describes an event by its type and trigger", () => {
  const body = '{"event":{"type":"create_pulse","triggerUuid":"b5ed2e17c530f43668de130142445cba"}}';
  expect(describeEvent(monday, seen(body))).toMatchObject({
    type: "create_pulse",
    providerEventId: "b5ed2e17c530f43668de130142445cba",
  });
});

function token(header: object, claims: object, secret = "signing secret"): string {
  const parts = [header, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  const signed = parts.join(".");
  return `${signed}.${createHmac("sha256", secret).update(signed).digest("base64url")}`;
}

function judge(authorization: string) {
  const request = { ...sampleRequest(monday), headers: { authorization } };
  return verify(monday.recipe, incoming(request, NOW), { secrets: SECRETS });
}

function seen(body: string) {
  return incoming({ ...sampleRequest(monday), body: Buffer.from(body) }, NOW);
}

function answer(body: string) {
  return monday.handshake?.answer(seen(body), { secrets: [], settings: {} });
}
