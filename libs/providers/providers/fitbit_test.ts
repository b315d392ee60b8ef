import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { fitbit } from "./fitbit.ts";

checkProvider(fitbit, { settings: { verify_code: "example" } });

test.each([
  ["the client secret and &", "secret&", { ok: true, intact: true }],
  ["the client secret alone", "secret", { ok: false, reason: "no_match" }],
])("fitbit judges a signature with the key %s", async (_, key, expected) => {
  const request = sampleRequest(fitbit);
  const mac = createHmac("sha1", key).update(request.body).digest("base64");
  const seen = incoming({ ...request, headers: { "x-fitbit-signature": mac } }, NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(fitbit.recipe, seen, { secrets })).toMatchObject(expected);
});

test.each([
  ["the code", "verify=abc", { verify_code: "abc" }, 204],
  ["a wrong code", "verify=abd", { verify_code: "abc" }, 404],
  ["two codes", "verify=abc&verify=abc", { verify_code: "abc" }, 404],
  ["an empty code where none is set", "verify=", {}, 404],
])("fitbit answers a verification with %s", (_, query, settings, status) => {
  const url = `https://hooks.example.com/api/webhooks/fitbit?${query}`;
  const request = { method: "GET", url, headers: {}, body: new Uint8Array() };
  const answer = fitbit.handshake?.answer(incoming(request, NOW), { secrets: [], settings });
  expect(answer).toMatchObject({ status, body: "" });
});

test.each([
  ['[{"collectionType":"sleep"},{"collectionType":"sleep"}]', "sleep"],
  ['[{"collectionType":"sleep"},{"collectionType":"body"}]', "mixed"],
  ["[]", "unknown"],
  ["{}", "unknown"],
])("fitbit reads %s", (body, type) => {
  const request = { ...sampleRequest(fitbit), body: Buffer.from(body) };
  expect(describeEvent(fitbit, incoming(request, NOW)).type).toBe(type);
});
