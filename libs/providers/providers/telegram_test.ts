import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { telegram } from "./telegram.ts";

checkProvider(telegram);

test.each([
  ['{"update_id":7,"edited_message":{}}', "edited_message", "7"],
  ['{"poll":{},"update_id":7}', "poll", "7"],
  ['{"update_id":7}', "unknown", "7"],
  ['{"message":{}}', "unknown", ""],
  ["[7]", "unknown", ""],
])("telegram reads %s", (body, type, providerEventId) => {
  const request = { ...sampleRequest(telegram), body: Buffer.from(body) };
  expect(describeEvent(telegram, incoming(request, NOW))).toMatchObject({ type, providerEventId });
});
