import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { mollie } from "./mollie.ts";

checkProvider(mollie);

const request = sampleRequest(mollie);
const mac = (secret: string) =>
  `sha256=${createHmac("sha256", secret).update(request.body).digest("hex")}`;

test.each([
  ["one signature", [mac("secret")], { ok: true, intact: true }],
  ["one for each secret, during a rotation", [mac("old"), mac("secret")], { ok: true }],
  ["both in one line, joined by a proxy", [`${mac("old")}, ${mac("secret")}`], { ok: true }],
  ["one twice in a line", [`${mac("secret")},${mac("secret")}`], { reason: "malformed_header" }],
  ["two of other secrets", [mac("old"), mac("other")], { ok: false, reason: "no_match" }],
  ["the same one twice", [mac("secret"), mac("secret")], { ok: false, reason: "malformed_header" }],
  [
    "five",
    [mac("1"), mac("2"), mac("3"), mac("4"), mac("secret")],
    { ok: false, reason: "malformed_header" },
  ],
  ["none", [], { ok: false, reason: "missing_header" }],
])("mollie judges %s", async (_, signatures, expected) => {
  const seen = { ...incoming(request, NOW), headers: () => signatures };
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(mollie.recipe, seen, { secrets })).toMatchObject(expected);
});

test.each([
  ["id=tr_5B8cwPMGnU6qLbRvo7qEZo", "payment"],
  ["id=new_1", "new"],
  ["id=", "unknown"],
])("mollie reads the classic %s, which is never a duplicate", (body, type) => {
  const headers = { "content-type": "application/x-www-form-urlencoded" };
  const seen = incoming({ ...request, headers, body: Buffer.from(body) }, NOW);
  expect(describeEvent(mollie, seen)).toMatchObject({
    type,
    providerEventId: "",
    bodiesDiffer: false,
  });
});
