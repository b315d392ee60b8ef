import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { authorizeNet } from "./authorize_net.ts";

const SECRET = "0123456789ABCDEF".repeat(8);
const REQUEST = sampleRequest(authorizeNet);
const MAC = createHmac("sha512", SECRET).update(REQUEST.body).digest("hex");

checkProvider(authorizeNet);

test("authorize_net verifies what its documented formula signs", async () => {
  expect(await judge(`sha512=${MAC.toUpperCase()}`)).toMatchObject({ ok: true, secretId: "1" });
});

test.each([
  ["digits without their prefix", MAC.toUpperCase()],
  ["digits in lower case", `sha512=${MAC}`],
  ["another digest", `sha256=${MAC.toUpperCase()}`],
])("authorize_net refuses %s", async (_, header) => {
  expect(await judge(header)).toEqual({ ok: false, reason: "malformed_header" });
});

test("authorize_net refuses what was signed with the bytes of the key's digits", async () => {
  const mac = createHmac("sha512", Buffer.from(SECRET, "hex")).update(REQUEST.body).digest("hex");
  const verdict = await judge(`sha512=${mac.toUpperCase()}`);
  expect(verdict).toEqual({ ok: false, reason: "no_match" });
});

test.each([
  ["authcapture", 1, "payment.success"],
  ["authcapture", 2, "payment.failed"],
  ["authcapture", 3, "payment.failed"],
  ["authcapture", 4, "net.authorize.payment.authcapture.created.held"],
  ["authcapture", undefined, "payment.success"],
  ["refund", 1, "payment.refunded"],
  ["refund", 2, "net.authorize.payment.refund.created.declined"],
])("authorize_net calls %s with the response %s %s", (kind, responseCode, type) => {
  const eventType = `net.authorize.payment.${kind}.created`;
  const body = Buffer.from(JSON.stringify({ eventType, payload: { responseCode } }));
  expect(describeEvent(authorizeNet, incoming({ ...REQUEST, body }, NOW)).type).toBe(type);
});

function judge(header: string) {
  const request = incoming({ ...REQUEST, headers: { "x-anet-signature": header } }, NOW);
  return verify(authorizeNet.recipe, request, { secrets: [{ id: "1", value: SECRET }] });
}
