import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { airtable } from "./airtable.ts";

checkProvider(airtable);

test.each([
  ["the documented formula", "0123456789abcdef0123", { ok: true, intact: true }],
  ["another key", "other", { ok: false, reason: "no_match" }],
])("airtable judges a signature with %s", async (_, key, expected) => {
  const seen = incoming(signed(sampleRequest(airtable), key), NOW);
  const secrets = [{ id: "1", value: Buffer.from("0123456789abcdef0123").toString("base64") }];
  expect(await verify(airtable.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(airtable, seen)).toMatchObject({
    type: "notification",
    providerEventId: "",
  });
});

function signed(request: OutgoingRequest, key: string): OutgoingRequest {
  const mac = createHmac("sha256", key).update(request.body).digest("hex");
  const headers = { ...request.headers, "x-airtable-content-mac": `hmac-sha256=${mac}` };
  return { ...request, headers };
}
