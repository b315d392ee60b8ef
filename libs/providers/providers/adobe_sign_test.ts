import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { adobeSign } from "./adobe_sign.ts";

checkProvider(adobeSign);

test.each([
  ["UB7E5BXCXY", { status: 200, headers: { "x-adobesign-clientid": "UB7E5BXCXY" }, body: "" }],
  ["a b", { status: 400, body: "" }],
  ["", { status: 400, body: "" }],
])("adobe_sign answers a verification with the id %j", (id, expected) => {
  const url = "https://hooks.example.com/api/webhooks/adobe_sign";
  const headers = { "x-adobesign-clientid": id };
  const request = { method: "GET", url, headers, body: new Uint8Array() };
  const options = { secrets: [], settings: {} };
  expect(adobeSign.handshake?.answer(incoming(request, NOW), options)).toMatchObject(expected);
});

test("adobe_sign takes no event for a verification", () => {
  const request = sampleRequest(adobeSign);
  const headers = { ...request.headers, "x-adobesign-clientid": "UB7E5BXCXY" };
  const options = { secrets: [], settings: {} };
  expect(adobeSign.handshake?.answer(incoming({ ...request, headers }, NOW), options)).toBeNull();
});

test("adobe_sign wants the id back with every answer", () => {
  expect(adobeSign.ownResponse).toMatchObject({ echo: "x-adobesign-clientid" });
});
