import { incoming } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { nextRetryMs } from "../retries.ts";
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

test("adobe_sign retries fifteen times in 72 hours, as documented", () => {
  const retries: number[] = [];
  for (let at: number | null = 0; at !== null; ) {
    at = nextRetryMs(adobeSign.retries, at);
    if (at !== null) retries.push(at);
  }
  expect(retries).toHaveLength(15);
  expect(retries.slice(0, 4)).toEqual([30_000, 90_000, 210_000, 450_000]);
  expect(retries.at(-1)).toBeLessThan(72 * 3_600_000);
});

test("adobe_sign takes payloads with the signed document, up to the documented 10 MB", () => {
  expect(adobeSign.bodyBytesMax).toBe(10 * 1024 * 1024);
});
