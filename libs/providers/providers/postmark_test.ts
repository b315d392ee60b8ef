import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { postmark } from "./postmark.ts";

checkProvider(postmark);

test.each([
  ["user and password", "hook:secret", { ok: true, intact: false }],
  ["another password", "hook:other", { ok: false, reason: "no_match" }],
])("postmark judges %s", async (_, credentials, expected) => {
  const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  const request = sampleRequest(postmark);
  const seen = incoming({ ...request, headers: { ...request.headers, authorization } }, NOW);
  const secrets = [{ id: "1", value: "hook:secret" }];
  expect(await verify(postmark.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(postmark, seen)).toMatchObject({ type: "Delivery", providerEventId: "" });
});
