import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { kajabi } from "./kajabi.ts";

const TOKEN = "0123456789abcdef";

checkProvider(kajabi);

test.each([
  ["the token", `?token=${TOKEN}`, { ok: true, intact: false }],
  ["none", "", { ok: false, reason: "missing_header" }],
  ["another", "?token=0123456789abcdee", { ok: false, reason: "no_match" }],
  ["two", `?token=${TOKEN}&token=x`, { ok: false, reason: "malformed_header" }],
])("kajabi judges a URL with %s", async (_, query, verdict) => {
  const url = `https://hooks.example.com/api/webhooks/school${query}`;
  const request = incoming({ ...sampleRequest(kajabi), url }, NOW);
  const secrets = [{ id: "1", value: TOKEN }];
  expect(await verify(kajabi.recipe, request, { secrets })).toMatchObject(verdict);
});

const OFFER = { type: "offers", attributes: { subscription: true } };

test.each([
  ["payment_succeeded", [OFFER], "payment.success"],
  ["purchase", [{ type: "purchases" }, OFFER], "subscription.created"],
  ["purchase", [{ type: "offers", attributes: { subscription: false } }], "purchase"],
  ["purchase", [{ type: "purchases", attributes: { subscription: true } }], "purchase"],
  ["purchase", [null, "offers", 1], "purchase"],
  ["purchase", OFFER, "purchase"],
  ["order_created", [OFFER], "order_created"],
  ["tag_added", [], "tag_added"],
])("kajabi calls %s of %j %s, and knows no id of it", (event, payload, type) => {
  const body = Buffer.from(JSON.stringify({ id: "hash_id", event, payload }));
  const request = incoming({ ...sampleRequest(kajabi), body }, NOW);
  expect(describeEvent(kajabi, request)).toMatchObject({ type, providerEventId: "" });
});
