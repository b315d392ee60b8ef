import { incoming, type OutgoingRequest } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { ringcentral } from "./ringcentral.ts";

checkProvider(ringcentral);

test("ringcentral returns a validation token in its header", () => {
  const request = { ...sampleRequest(ringcentral), body: new Uint8Array() };
  const validate = (token: string) =>
    answer({ ...request, headers: { "validation-token": token } });
  expect(validate("5f1d-4f5e")).toEqual({
    status: 200,
    headers: { "validation-token": "5f1d-4f5e" },
    body: "",
  });
  expect(validate("a b")).toMatchObject({
    status: 400,
    headers: { "content-type": "text/plain; charset=utf-8" },
  });
});

test("ringcentral takes no event for a handshake, whatever its headers", () => {
  const request = sampleRequest(ringcentral);
  const headers = { ...request.headers, "validation-token": "5f1d-4f5e" };
  expect(answer({ ...request, headers })).toBeNull();
});

test.each([
  [
    "/restapi/v1.0/account/37439510/extension/2253168021/presence?detailedTelephonyState=true",
    "/restapi/v1.0/account/~/extension/~/presence",
  ],
  ["/restapi/v1.0/account/~/telephony/sessions", "/restapi/v1.0/account/~/telephony/sessions"],
  ["/team-messaging/v1/posts", "/team-messaging/v1/posts"],
])("ringcentral reads %s", (event, type) => {
  const body = Buffer.from(JSON.stringify({ uuid: "7", event }));
  const request = { ...sampleRequest(ringcentral), body };
  expect(describeEvent(ringcentral, incoming(request, NOW))).toMatchObject({
    type,
    providerEventId: "7",
  });
});

function answer(request: OutgoingRequest) {
  const options = { secrets: [], settings: {} };
  return ringcentral.handshake?.answer(incoming(request, NOW), options);
}
