import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { recurly } from "./recurly.ts";

checkProvider(recurly);

const request = sampleRequest(recurly);
const mac = (time: string, secret = "secret") =>
  createHmac("sha256", secret).update(`${time}.`).update(request.body).digest("hex");
const MS = String(NOW);
const SECONDS = String(NOW / 1_000);

test.each([
  ["a time in milliseconds, as the client does", `${MS},${mac(MS)}`, { ok: true, signedAt: NOW }],
  [
    "a time in seconds, as in the example",
    `${SECONDS},${mac(SECONDS)}`,
    { ok: true, signedAt: NOW },
  ],
  ["two signatures, the second right", `${MS},${mac(MS, "old")},${mac(MS)}`, { ok: true }],
  ["another time", `${NOW + 1},${mac(MS)}`, { ok: false, reason: "no_match" }],
  ["no signature", MS, { ok: false, reason: "malformed_header" }],
  ["no time", mac(MS), { ok: false, reason: "malformed_header" }],
  ["17 signatures", `${MS}${`,${mac(MS)}`.repeat(17)}`, { ok: false, reason: "malformed_header" }],
])("recurly judges a header with %s", async (_, signature, expected) => {
  const seen = incoming({ ...request, headers: { "recurly-signature": signature } }, NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(recurly.recipe, seen, { secrets })).toMatchObject(expected);
});

test.each([
  ['{"object_type":"account","event_type":"created"}', "account.created"],
  ['{"renewed_subscription_notification":{}}', "renewed_subscription_notification"],
  ['{"a":1,"b":2}', "unknown"],
  ["[1]", "unknown"],
])("recurly reads %s", (body, type) => {
  const one = { ...request, body: Buffer.from(body) };
  expect(describeEvent(recurly, incoming(one, NOW)).type).toBe(type);
});
