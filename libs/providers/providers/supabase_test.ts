import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { supabase } from "./supabase.ts";

const SECRET = `v1,whsec_${Buffer.alloc(32, 1).toString("base64")}`;

checkProvider(supabase, { oracle: standardWebhooksOracle("webhook") });

test("supabase verifies the signatures of two secrets, which it joins with a comma and a space", async () => {
  const secrets = [SECRET, `v1,whsec_${Buffer.alloc(32, 2).toString("base64")}`];
  const request = sampleRequest(supabase);
  const signatures = secrets.map((secret) => {
    const { headers } = sign(supabase.recipe, request, { secret, now: NOW });
    return headers["webhook-signature"];
  });
  const { headers } = sign(supabase.recipe, request, { secret: SECRET, now: NOW });
  const both = { ...headers, "webhook-signature": signatures.join(", ") };
  for (const value of secrets) {
    const seen = incoming({ ...request, headers: both }, NOW);
    const verdict = await verify(supabase.recipe, seen, { secrets: [{ id: "1", value }] });
    expect(verdict).toMatchObject({ ok: true });
  }
});

test.each([
  ['{"user":{},"email_data":{"email_action_type":"signup"}}', "send_email"],
  ['{"user":{},"sms":{"otp":"1"}}', "send_sms"],
  ['{"user_id":"1","claims":{}}', "custom_access_token"],
  ['{"metadata":{"name":"before-user-created"},"user":{}}', "before-user-created"],
  ['{"user":{}}', "unknown"],
])("supabase reads %s", (body, type) => {
  const request = { ...sampleRequest(supabase), body: Buffer.from(body) };
  expect(describeEvent(supabase, incoming(request, NOW))).toMatchObject({
    type,
    providerEventId: `msg_${NOW}`,
  });
});
