import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "./describe_event.ts";
import type { Provider } from "./provider.ts";
import { PROVIDERS } from "./providers.ts";

const FORM = "application/x-www-form-urlencoded";

/** Every provider whose events can come without a body, and a query that it would send. */
const QUERIES: Readonly<Record<string, readonly (readonly [query: string, type: string])[]>> = {
  twilio: [
    ["MessageSid=SM1&MessageStatus=delivered", "message.delivered"],
    ["CallSid=CA1&CallStatus=ringing", "call.ringing"],
    ["SmsStatus=received&Body=Hi", "message.received"],
    ["EventType=onMessageAdded", "onMessageAdded"],
    ["a=1", "unknown"],
  ],
  telnyx: [
    ["CallSid=v3%3A9X2&CallStatus=in-progress", "call.in-progress"],
    ["CallSid=v3%3A9X2", "unknown"],
  ],
  zendesk: [
    ["type=ticket.solved", "ticket.solved"],
    ["id=7", "unknown"],
  ],
};

function describe(id: string, method: string, { query = "", body = "" }) {
  const request = {
    method,
    url: `https://hooks.example.com/api/webhooks/a?${query}`,
    headers: { "content-type": FORM },
    body: Buffer.from(body),
  };
  return describeEvent(PROVIDERS[id] as Provider, incoming(request, 0));
}

/** The type is in a header of contentful's and sanity's; hubspot's workflows send none. */
const WITHOUT_FIELDS = ["contentful", "hubspot", "sanity"];

test("describeEvent() is tried with a query for each provider that sends events without a body", () => {
  const bodiless = Object.values(PROVIDERS).filter(({ methods = [] }) => methods.includes("GET"));
  const expected = [...WITHOUT_FIELDS, ...Object.keys(QUERIES)];
  expect(bodiless.map(({ id }) => id).sort()).toEqual(expected.sort());
});

test.each(
  Object.entries(QUERIES).flatMap(([id, rows]) => rows.map((row) => [id, ...row] as const)),
)("describeEvent() of %s reads %s in a URL and in a form", (id, fields, type) => {
  expect(describe(id, "GET", { query: fields }).type).toBe(type);
  expect(describe(id, "POST", { body: fields }).type).toBe(type);
});

test("callbackType() reads nothing in the URL of a callback that has a body", () => {
  expect(describe("twilio", "POST", { query: "CallStatus=ringing" }).type).toBe("unknown");
});
