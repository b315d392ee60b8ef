import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { okta } from "./okta.ts";

checkProvider(okta);

const URL_OF_TESTS = "https://hooks.example.com/api/webhooks/okta";

test("okta answers a verification with the header's value in an object", () => {
  expect(get({ "x-okta-verification-challenge": "verification_challenge" })).toEqual({
    status: 200,
    headers: {
      "content-type": "application/json; charset=utf-8",
      "x-content-type-options": "nosniff",
    },
    body: '{"verification":"verification_challenge"}',
  });
});

test("okta does not send back what is no challenge", () => {
  for (const challenge of ["", '"', "<script>", "a".repeat(501)]) {
    const response = get({ "x-okta-verification-challenge": challenge });
    expect(response).toMatchObject({ status: 400, body: "" });
  }
  expect(get({})).toBeNull();
});

test("okta takes no event for a handshake, for any headers", () => {
  const request = sampleRequest(okta);
  const headers = { ...request.headers, "x-okta-verification-challenge": "abc" };
  const options = { secrets: [], settings: {} };
  expect(okta.handshake?.answer(incoming({ ...request, headers }, NOW), options)).toBeNull();
});

test.each([
  ['{"eventId":"1","data":{"events":[{"eventType":"a.b"},{"eventType":"a.b"}]}}', "a.b"],
  ['{"eventId":"1","data":{"events":[{"eventType":"a.b"},{"eventType":"c.d"}]}}', "mixed"],
  ['{"eventId":"1","eventType":"com.okta.event_hook","data":{}}', "unknown"],
])("okta describes %s", (body, type) => {
  const request = { ...sampleRequest(okta), body: Buffer.from(body) };
  const description = describeEvent(okta, incoming(request, NOW));
  expect(description).toMatchObject({ type, providerEventId: "1" });
});

function get(headers: Record<string, string>) {
  const request = { method: "GET", url: URL_OF_TESTS, headers, body: new Uint8Array() };
  return okta.handshake?.answer(incoming(request, NOW), { secrets: [], settings: {} });
}
