import hmacValidator from "@adyen/api-library/lib/src/utils/hmacValidator.js";
import { incoming, type OutgoingRequest, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { adyen } from "./adyen.ts";

const validator = new hmacValidator.default();
const SECRET = "0123456789ABCDEF".repeat(4);

type Item = Parameters<typeof validator.validateHMAC>[0];

checkProvider(adyen, {
  oracle: {
    sign(request, { secret }) {
      const items = itemsOf(request).map((item) => {
        const hmacSignature = validator.calculateHmac(item, secret);
        return { ...item, additionalData: { ...item.additionalData, hmacSignature } };
      });
      return withItems(items);
    },
    verify: (request, { secret }) =>
      itemsOf(request).every((item) => validator.validateHMAC(item, secret)),
  },
});

test("adyen verifies the worked example of the official package's tests", async () => {
  // https://github.com/Adyen/adyen-node-api-library: src/__tests__/hmacValidator.spec.ts
  const item = {
    pspReference: "pspReference",
    originalReference: "originalReference",
    merchantAccountCode: "merchantAccount",
    merchantReference: "reference",
    amount: { currency: "EUR", value: 1_000 },
    eventCode: "CAPTURE",
    success: "true",
    additionalData: { hmacSignature: "xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0=" },
  };
  const value = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";
  const request = incoming(withItems([item]), NOW);
  const verdict = await verify(adyen.recipe, request, { secrets: [{ id: "1", value }] });
  expect(verdict).toMatchObject({ ok: true, secretId: "1" });
});

test("adyen refuses a request of which one item is not signed, or badly", async () => {
  const [good] = itemsOf(signed());
  const bad = { ...good, additionalData: { hmacSignature: "x".repeat(43).concat("=") } };
  const unsigned = { ...good, additionalData: {} };
  const judge = (items: readonly object[]) =>
    verify(adyen.recipe, incoming(withItems(items), NOW), {
      secrets: [{ id: "1", value: SECRET }],
    });
  expect(await judge([good, good] as object[])).toMatchObject({ ok: true, intact: false });
  expect(await judge([good, bad] as object[])).toEqual({ ok: false, reason: "no_match" });
  expect(await judge([good, unsigned] as object[])).toEqual({
    ok: false,
    reason: "missing_header",
  });
  expect(await judge([])).toMatchObject({ ok: false });
});

test("adyen refuses an item that is cut into other fields than were signed", async () => {
  const [item] = itemsOf(sampleRequest(adyen));
  const recut = {
    ...item,
    merchantReference: "order",
    amount: { value: "999999", currency: "4900:EUR" },
  };
  const whole = { ...item, merchantReference: "order:999999" } as Item;
  const hmacSignature = validator.calculateHmac(whole, SECRET);
  const judge = (one: object) => {
    const items = [{ ...one, additionalData: { hmacSignature } }];
    const secrets = [{ id: "1", value: SECRET }];
    return verify(adyen.recipe, incoming(withItems(items), NOW), { secrets });
  };
  expect(await judge(whole)).toMatchObject({ ok: true });
  expect(await judge(recut)).toEqual({ ok: false, reason: "malformed_header" });
});

test.each([
  [[["AUTHORISATION", "true"]], "payment.success", "8:AUTHORISATION:true"],
  [[["AUTHORISATION", "false"]], "payment.failed", "8:AUTHORISATION:false"],
  [[["AUTHORISATION", true]], "payment.success", "8:AUTHORISATION:true"],
  [[["AUTHORISATION", "true:EUR"]], "payment.failed", "8:AUTHORISATION:true:EUR"],
  [[["REFUND", "true"]], "payment.refunded", "8:REFUND:true"],
  [[["REFUND", "false"]], "REFUND.failed", "8:REFUND:false"],
  [
    [
      ["REFUND", "true"],
      ["REFUND", "true"],
    ],
    "payment.refunded",
    "",
  ],
  [
    [
      ["AUTHORISATION", "true"],
      ["REFUND", "true"],
    ],
    "mixed",
    "",
  ],
  [[[undefined, "true"]], "unknown", ""],
  [[], "unknown", ""],
])("adyen describes %j as %s", (events, type, providerEventId) => {
  const items = events.map(([eventCode, success]) => ({ pspReference: "8", eventCode, success }));
  const request = incoming(withItems(items), NOW);
  expect(describeEvent(adyen, request)).toMatchObject({ type, providerEventId });
});

function signed(): OutgoingRequest {
  return sign(adyen.recipe, sampleRequest(adyen), { secret: SECRET, now: NOW });
}

function itemsOf(request: OutgoingRequest): Item[] {
  const { notificationItems } = JSON.parse(Buffer.from(request.body).toString());
  return notificationItems.map(
    (item: { NotificationRequestItem: Item }) => item.NotificationRequestItem,
  );
}

function withItems(items: readonly object[]): OutgoingRequest {
  const notificationItems = items.map((item) => ({ NotificationRequestItem: item }));
  const body = Buffer.from(JSON.stringify({ live: "false", notificationItems }));
  return { ...sampleRequest(adyen), body };
}

test("adyen verifies a webhook that is set to HTTP POST: a form with one item", async () => {
  const fields = {
    pspReference: "pspReference",
    originalReference: "originalReference",
    merchantAccountCode: "merchantAccount",
    merchantReference: "reference",
    value: "1000",
    currency: "EUR",
    eventCode: "CAPTURE",
    success: "true",
    // The signature of the package's example: the signed text is the same.
    "additionalData.hmacSignature": "xhpHvYq2u2Np0rstbZ6QjLGu7JWhvf7Iwaa6EviJSX0=",
  };
  const value = "DFB1EB5485895CFA84146406857104ABB4CBCABDC8AAF103A624C8F6A3EAAB00";
  const seen = (changed: object) => {
    const body = Buffer.from(new URLSearchParams({ ...fields, ...changed }).toString());
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    return incoming({ ...sampleRequest(adyen), headers, body }, NOW);
  };
  const judge = async (changed: object) =>
    (await verify(adyen.recipe, seen(changed), { secrets: [{ id: "1", value }] })).ok;
  expect(await judge({})).toBe(true);
  for (const change of [{ value: "1" }, { currency: "1000:EUR", value: "" }, { eventCode: "" }]) {
    expect(await judge(change)).toBe(false);
  }
  expect(describeEvent(adyen, seen({}))).toMatchObject({
    type: "CAPTURE",
    providerEventId: "pspReference:CAPTURE:true",
  });
  expect(describeEvent(adyen, seen({ success: "false" })).type).toBe("CAPTURE.failed");
});
