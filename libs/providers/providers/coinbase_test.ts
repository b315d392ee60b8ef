import { createHmac } from "node:crypto";
import { incoming, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { coinbase } from "./coinbase.ts";

checkProvider(coinbase);

const request = sampleRequest(coinbase);
const time = NOW / 1_000;
const mac = (text: string) => createHmac("sha256", "secret").update(text).digest("hex");
const v0 = mac(`${time}.${request.body}`);
const names = "content-type x-event-id x-event-type";
const values = names.split(" ").map((name) => request.headers[name]);
const v1 = mac(`${time}.${names}.${values.join(".")}.${request.body}`);

test.each([
  ["both signatures", `t=${time},v0=${v0},h=${names},v1=${v1}`, { ok: true, intact: true }],
  ["v0 alone", `t=${time},v0=${v0}`, { ok: true, intact: true }],
  ["a wrong v0", `t=${time},v0=${v1},h=${names},v1=${v1}`, { ok: false, reason: "no_match" }],
  ["another time", `t=${time - 1},v0=${v0}`, { ok: false, reason: "no_match" }],
])("coinbase judges %s", async (_, signature, expected) => {
  const headers = { ...request.headers, "x-hook0-signature": signature };
  const seen = incoming({ ...request, headers }, NOW);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(coinbase.recipe, seen, { secrets })).toMatchObject(expected);
});

// https://docs.rs/crate/hook0-client/2.0.2/source/tests/webhook_verification.rs
test("coinbase accepts a signature of Hook0's own client, which Coinbase signs like", async () => {
  const digest = "1b3d69df55f1e52f05224ba94a5162abeb17ef52cd7f4948c390f810d6a87e98";
  const headers = { "x-hook0-signature": `t=1636936200,v0=${digest}` };
  const seen = incoming({ ...request, headers, body: Buffer.from("hello !") }, 1_636_936_200_000);
  const secrets = [{ id: "1", value: "secret" }];
  expect(await verify(coinbase.recipe, seen, { secrets })).toMatchObject({ ok: true });
});

test.each([
  [
    { eventId: "e1", eventType: "payments.transfers.completed", data: {} },
    { type: "payments.transfers.completed", providerEventId: "e1", idAt: { json: "/eventId" } },
  ],
  [
    { eventType: "offramp.transaction.updated", transactionId: "t1" },
    { type: "offramp.transaction.updated", idAt: { header: "x-event-id" } },
  ],
  [{ eventType: "checkout.refund.success" }, { type: "payment.refunded" }],
])("coinbase reads %j", (json, expected) => {
  const body = Buffer.from(JSON.stringify(json));
  expect(describeEvent(coinbase, incoming({ ...request, body }, NOW))).toMatchObject(expected);
});
