import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { chargebee } from "./chargebee.ts";

checkProvider(chargebee);

test.each([
  ["user and password", "hook:secret", { ok: true, intact: false }],
  ["another password", "hook:other", { ok: false, reason: "no_match" }],
])("chargebee judges %s", async (_, credentials, expected) => {
  const authorization = `Basic ${Buffer.from(credentials).toString("base64")}`;
  const request = sampleRequest(chargebee);
  const seen = incoming({ ...request, headers: { ...request.headers, authorization } }, NOW);
  const secrets = [{ id: "1", value: "hook:secret" }];
  expect(await verify(chargebee.recipe, seen, { secrets })).toMatchObject(expected);
  expect(describeEvent(chargebee, seen)).toMatchObject({
    type: "payment.success",
    providerEventId: `ev_${NOW}`,
  });
});
