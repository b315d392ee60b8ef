import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { supabase } from "./supabase.ts";

checkProvider(supabase, { oracle: standardWebhooksOracle("webhook") });

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
