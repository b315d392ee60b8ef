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
  expect(describeEvent(postmark, seen)).toMatchObject({ type: "Delivery" });
});

/** As https://postmarkapp.com/developer/webhooks/inbound-webhook has it, without most fields: there is no `RecordType`. */
const RECEIVED = {
  FromName: "Postmarkapp Support",
  MessageStream: "inbound",
  From: "support@postmarkapp.com",
  FromFull: { Email: "support@postmarkapp.com", Name: "Postmarkapp Support", MailboxHash: "" },
  MessageID: "73e6d360-66eb-11e1-8e72-a8904824019b",
};

test.each([
  [{ RecordType: "Open", MessageID: "1" }, "Open", "t1"],
  [RECEIVED, "inbound", RECEIVED.MessageID],
  // Its text is the sender's.
  [{ ...RECEIVED, TextBody: '{"RecordType":"Bounce"}' }, "inbound", RECEIVED.MessageID],
  [{ MessageID: "1" }, "unknown", "t1"],
])("postmark reads %j", (json, type, providerEventId) => {
  const headers = { "x-pm-webhook-trace-id": "t1", "x-pm-retries-remaining": "5" };
  const body = Buffer.from(JSON.stringify(json));
  const seen = incoming({ ...sampleRequest(postmark), headers, body }, NOW);
  expect(describeEvent(postmark, seen)).toMatchObject({ type, providerEventId });
});

test("postmark's events without a trace's id are events of their own", () => {
  const seen = incoming({ ...sampleRequest(postmark), headers: {} }, NOW);
  const expected = { type: "Delivery", providerEventId: "", bodiesDiffer: false };
  expect(describeEvent(postmark, seen)).toMatchObject(expected);
});
