import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { recipeFor } from "../source_provider.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { strava } from "./strava.ts";

checkProvider(strava, { settings: { verify_token: "example" } });

const HOOK = "https://hooks.example.com/api/webhooks/strava?token=0123456789abcdef";

test("strava answers its verification with a JSON object", () => {
  expect(verification("example")).toMatchObject({
    status: 200,
    headers: { "content-type": "application/json; charset=utf-8" },
    body: '{"hub.challenge":"15f7d1a91c1f40f8a748fd134752feb3"}',
  });
});

test("strava refuses a verification with another token, or where none is set", () => {
  expect(verification("other")).toMatchObject({ status: 403, body: "" });
  expect(verification("", {})).toMatchObject({ status: 403, body: "" });
});

test.each([
  ["the token", HOOK, { ok: true, intact: false }],
  ["none", HOOK.split("?")[0] ?? "", { ok: false, reason: "missing_header" }],
])("strava judges a URL with %s", async (_, url, expected) => {
  const secrets = [{ id: "1", value: "0123456789abcdef" }];
  const seen = incoming({ ...sampleRequest(strava), url }, NOW);
  expect(await verify(strava.recipe, seen, { secrets })).toMatchObject(expected);
});

test.each([
  ["the client secret", "client secret", { ok: true, intact: true, signedAt: NOW }],
  ["another", "other", { ok: false, reason: "no_match" }],
])("strava judges a signature with %s", async (_, key, expected) => {
  const request = sampleRequest(strava);
  const time = NOW / 1_000;
  const mac = createHmac("sha256", key).update(`${time}.`).update(request.body).digest("hex");
  const headers = { ...request.headers, "x-strava-signature": `t=${time},v1=${mac}` };
  const seen = incoming({ ...request, headers }, NOW);
  const secrets = [{ id: "1", value: "client secret" }];
  const recipe = recipeFor(strava, "strava_signed") ?? strava.recipe;
  expect(await verify(recipe, seen, { secrets })).toMatchObject(expected);
});

function verification(
  token: string,
  settings: Record<string, string> = { verify_token: "example" },
) {
  const query = `hub.mode=subscribe&hub.challenge=15f7d1a91c1f40f8a748fd134752feb3&hub.verify_token=${token}`;
  const request = { method: "GET", url: `${HOOK}&${query}`, headers: {}, body: new Uint8Array() };
  return strava.handshake?.answer(incoming(request, NOW), { secrets: [], settings });
}
