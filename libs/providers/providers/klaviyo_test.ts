import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { klaviyo } from "./klaviyo.ts";

checkProvider(klaviyo);

test.each([
  ["the documented formula", "secret", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("klaviyo judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(klaviyo), key), NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(klaviyo.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(klaviyo, seen)).toMatchObject({
    type: "event:klaviyo.opened_email",
    providerEventId: `01H${NOW}`,
  });
});

test.each([
  ["two of a topic", ["a", "a"], "a"],
  ["two topics", ["a", "b"], "mixed"],
  ["none", [], "unknown"],
])("klaviyo reads a batch of %s", (_, topics, type) => {
  const data = topics.map((topic, index) => ({ external_id: `${index}`, topic }));
  const request = { ...sampleRequest(klaviyo), body: Buffer.from(JSON.stringify({ data })) };
  expect(describeEvent(klaviyo, incoming(request, NOW))).toMatchObject({
    type,
    providerEventId: "",
  });
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key)
    .update(request.body)
    .update(request.headers["klaviyo-timestamp"] ?? "")
    .digest("hex");
  const headers = { ...request.headers, "klaviyo-signature": mac };
  return { ...request, headers };
}
