import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { WebhooksManager } from "box-node-sdk/managers/webhooks";
import { describeEvent } from "../describe_event.ts";
import { checkProvider } from "../suite/provider_test_kit.ts";
import { box } from "./box.ts";

checkProvider(box, {
  oracle: {
    verify: ({ headers, body }, { secret }) =>
      WebhooksManager.validateMessage(Buffer.from(body).toString(), headers, secret),
  },
});

/** The worked example of Box's own package, in its documentation and its tests. */
const EXAMPLE = {
  method: "POST",
  url: "https://hooks.example.com/api/webhooks/box",
  headers: {
    "box-delivery-id": "f96bb54b-ee16-4fc5-aa65-8c2d9e5b546f",
    "box-delivery-timestamp": "2020-01-01T00:00:00-07:00",
    "box-signature-algorithm": "HmacSHA256",
    "box-signature-primary": "6TfeAW3A1PASkgboxxA5yqHNKOwFyMWuEXny/FPD5hI=",
    "box-signature-secondary": "v+1CD1Jdo3muIcbpv5lxxgPglOqMfsNHPV899xWYydo=",
    "box-signature-version": "1",
  },
  body: Buffer.from(
    '{"type":"webhook_event","webhook":{"id":"1234567890"},"trigger":"FILE.UPLOADED",' +
      '"source":{"id":"1234567890","type":"file","name":"Test.txt"}}',
  ),
};
const SIGNED_AT = Date.parse("2020-01-01T00:00:00-07:00");
const { "box-signature-primary": primary, "box-signature-secondary": secondary } = EXAMPLE.headers;

test.each([
  ["both keys", ["SamplePrimaryKey", "SampleSecondaryKey"], { secretId: "0", signature: primary }],
  ["the primary key", ["SamplePrimaryKey"], { secretId: "0", signature: primary }],
  ["the secondary key", ["other", "SampleSecondaryKey"], { secretId: "1", signature: secondary }],
])("box verifies the worked example with %s", async (_, keys, found) => {
  const secrets = keys.map((value, index) => ({ id: `${index}`, value }));
  const verdict = await verify(box.recipe, incoming(EXAMPLE, SIGNED_AT), { secrets });
  expect(verdict).toMatchObject({ ok: true, intact: true, signedAt: SIGNED_AT, ...found });
});

test.each([
  ["other keys", {}, { reason: "no_match" }],
  ["no primary signature", { "box-signature-primary": undefined }, { ok: true, secretId: "1" }],
  ["a primary one that is none", { "box-signature-primary": "x" }, { ok: true, secretId: "1" }],
  [
    "no signature",
    { "box-signature-primary": undefined, "box-signature-secondary": undefined },
    { ok: false, reason: "missing_header" },
  ],
  ["no time", { "box-delivery-timestamp": undefined }, { ok: false, reason: "missing_header" }],
])("box judges the worked example with %s", async (what, changed, verdict) => {
  const entries = Object.entries({ ...EXAMPLE.headers, ...changed });
  const headers = Object.fromEntries(
    entries.flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  );
  const value = what === "other keys" ? "IncorrectKey" : "SampleSecondaryKey";
  const secrets = [
    { id: "0", value: "IncorrectKey" },
    { id: "1", value },
  ];
  const seen = incoming({ ...EXAMPLE, headers }, SIGNED_AT);
  expect(await verify(box.recipe, seen, { secrets })).toMatchObject(verdict);
  expect(describeEvent(box, seen)).toMatchObject({ type: "FILE.UPLOADED", providerEventId: "" });
});
