import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { cloudevents } from "./cloudevents.ts";

checkProvider(cloudevents);

const ORIGIN = "eventemitter.example.com";

test("cloudevents grants what the specification's request asks for", () => {
  const headers = { "webhook-request-origin": ORIGIN, "webhook-request-rate": "120" };
  expect(ask(headers)).toEqual({
    status: 200,
    headers: {
      allow: "POST, OPTIONS",
      "webhook-allowed-origin": ORIGIN,
      "webhook-allowed-rate": "120",
    },
    body: "",
  });
});

test.each(["", "0", "-1", "1e9", "120, 240", "9".repeat(10), "*"])(
  "cloudevents names no rate for %p",
  (rate) => {
    const headers = { "webhook-request-origin": ORIGIN, "webhook-request-rate": rate };
    expect(ask(headers)?.headers).toMatchObject({ "webhook-allowed-rate": "*" });
  },
);

test.each(["", "*", "https://example.com", "a b", "a\r\nx: y", "-a", "a".repeat(254)])(
  "cloudevents permits no origin %p",
  (origin) => {
    const response = ask({ "webhook-request-origin": origin });
    expect(response).toMatchObject({ status: 400, refused: expect.any(String) });
    expect(response?.headers).not.toHaveProperty("webhook-allowed-origin");
  },
);

test("cloudevents permits only the source's own origin if it has one", () => {
  const settings = { allowed_origin: "eventgrid.azure.net" };
  expect(ask({ "webhook-request-origin": "EventGrid.azure.net" }, settings)).toMatchObject({
    status: 200,
  });
  const other = ask({ "webhook-request-origin": ORIGIN }, settings);
  expect(other).toMatchObject({ status: 403 });
  expect(other?.headers).not.toHaveProperty("webhook-allowed-origin");
});

test("cloudevents takes a browser's preflight for no handshake", () => {
  expect(ask({ origin: "https://example.com" })).toBeNull();
});

test.each([
  ["binary mode", { "ce-type": "a.b", "ce-id": "7" }, "data", "a.b", "7"],
  ["structured mode", {}, '{"type":"a.b","id":"7"}', "a.b", "7"],
  [
    "binary mode with its source",
    { "ce-type": "a", "ce-id": "7", "ce-source": "/x" },
    "",
    "a",
    "/x 7",
  ],
  ["structured mode with its source", {}, '{"type":"a","id":"7","source":"/x"}', "a", "/x 7"],
  ["binary mode without an id", { "ce-type": "a", "ce-source": "/x" }, "", "a", ""],
  ["batched mode", {}, '[{"type":"a.b","id":"7"},{"type":"a.b","id":"8"}]', "a.b", ""],
  ["a batch of several types", {}, '[{"type":"a.b"},{"type":"c"}]', "mixed", ""],
  ["an empty batch", {}, "[]", "unknown", ""],
])("cloudevents describes %s", (_, headers, body, type, providerEventId) => {
  const request = { ...sampleRequest(cloudevents), headers, body: Buffer.from(body) };
  expect(describeEvent(cloudevents, incoming(request, NOW))).toMatchObject({
    type,
    providerEventId,
  });
});

function ask(headers: Record<string, string>, settings: Record<string, string> = {}) {
  const url = "https://hooks.example.com/api/webhooks/events";
  const request = { method: "OPTIONS", url, headers, body: new Uint8Array() };
  return cloudevents.handshake?.answer(incoming(request, NOW), { secrets: [], settings });
}
