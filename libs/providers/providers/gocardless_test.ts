import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { verifySignature } from "gocardless-nodejs/webhooks";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { gocardless } from "./gocardless.ts";

checkProvider(gocardless, {
  oracle: {
    verify({ headers, body }, { secret }) {
      verifySignature(Buffer.from(body), secret, headers["webhook-signature"] ?? "");
      return true;
    },
  },
});

// https://github.com/gocardless/gocardless-nodejs: src/webhooks.test.ts and src/fixtures/webhook_body.json
const SUBSCRIPTION = {
  id: "EV00BD05S5VM2T",
  created_at: "2018-07-05T09:13:51.404Z",
  resource_type: "subscriptions",
  action: "created",
  links: { subscription: "SB0003JJQ2MR06" },
  details: {
    origin: "api",
    cause: "subscription_created",
    description: "Subscription created via the API.",
  },
  metadata: {},
};
const MANDATE = {
  id: "EV00BD05TB8K63",
  created_at: "2018-07-05T09:13:56.893Z",
  resource_type: "mandates",
  action: "created",
  links: { mandate: "MD000AMA19XGEC" },
  details: {
    origin: "api",
    cause: "mandate_created",
    description: "Mandate created via the API.",
  },
  metadata: {},
};

test("gocardless verifies the worked example of the official package's tests", async () => {
  const headers = {
    "webhook-signature": "2693754819d3e32d7e8fcb13c729631f316c6de8dc1cf634d6527f1c07276e7e",
  };
  const body = Buffer.from(JSON.stringify({ events: [SUBSCRIPTION, MANDATE] }));
  const secrets = [{ id: "1", value: "ED7D658C-D8EB-4941-948B-3973214F2D49" }];
  const request = incoming({ ...sampleRequest(gocardless), headers, body }, NOW);
  expect(await verify(gocardless.recipe, request, { secrets })).toMatchObject({ ok: true });
});

test.each<[string, unknown, string, string]>([
  ["one event", { events: [SUBSCRIPTION] }, "subscription.created", "EV00BD05S5VM2T"],
  [
    "one event and the request's id",
    { events: [MANDATE], meta: { webhook_id: "WB1" } },
    "mandates.created",
    "EV00BD05TB8K63",
  ],
  [
    "250 events of one type",
    { events: Array(250).fill(SUBSCRIPTION), meta: { webhook_id: "WB1" } },
    "subscription.created",
    "WB1",
  ],
  [
    "events of two types",
    { events: [SUBSCRIPTION, MANDATE], meta: { webhook_id: "WB1" } },
    "mixed",
    "WB1",
  ],
  ["events of two types without an id", { events: [SUBSCRIPTION, MANDATE] }, "mixed", ""],
  ["no event", { events: [] }, "unknown", ""],
  ["an event without a type", { events: [SUBSCRIPTION, { id: "EV1" }] }, "unknown", ""],
  ["no list", { events: SUBSCRIPTION }, "unknown", ""],
])("gocardless describes a request with %s", (_, content, type, providerEventId) => {
  const body = Buffer.from(JSON.stringify(content));
  const request = incoming({ ...sampleRequest(gocardless), body }, NOW);
  const readable = type !== "unknown";
  expect(describeEvent(gocardless, request)).toMatchObject({ type, providerEventId, readable });
});
