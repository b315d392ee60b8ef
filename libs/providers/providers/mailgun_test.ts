import { createHmac } from "node:crypto";
import { incoming, type OutgoingRequest, sign, verify, writePlace } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { mailgun } from "./mailgun.ts";

checkProvider(mailgun, {
  tampered: [
    (request) => withSignature(request, { token: "0".repeat(50) }),
    (request) => withSignature(request, { timestamp: "1" }),
    (request) => withSignature(request, { token: "" }),
    (request) => withSignature(request, { token: undefined }),
    (request) => withSignature(request, { token: ["a"] }),
    (request) => withSignature(request, { signature: undefined }),
  ],
  schemes: {
    mailgun_form: {
      tampered: ["token", "timestamp", "signature"].map((form) => (request) => {
        return writePlace(request, { form }, "1");
      }),
    },
  },
});

const TOKEN = "e0b5477167110d68991efc6b9f89f0a11066af27834600e123";
const SECONDS = String(Math.floor(NOW / 1_000));

test("mailgun verifies the documented formula, over the time and the token", async () => {
  const signature = mac("primary");
  const body = { signature: { timestamp: SECONDS, token: TOKEN, signature }, "event-data": {} };
  expect(await judge(body, "primary")).toMatchObject({ ok: true, signature, intact: false });
});

test("mailgun verifies a subaccount's event with the primary account's key", async () => {
  const own = { timestamp: SECONDS, token: TOKEN, signature: mac("subaccount") };
  const both = { signature: { ...own, "parent-signature": mac("primary") } };
  expect(await judge(both, "primary")).toMatchObject({ ok: true, signature: mac("primary") });
  expect(await judge(both, "subaccount")).toMatchObject({ ok: true });
  expect(await judge({ signature: own }, "primary")).toMatchObject({ reason: "no_match" });
});

test("mailgun says of other content under the same token that it may not be Mailgun's", async () => {
  const signed = sign(mailgun.recipe, sampleRequest(mailgun), { secret: "primary", now: NOW });
  const json = JSON.parse(Buffer.from(signed.body).toString());
  const forged = { ...json, "event-data": { event: "unsubscribed" } };
  expect(await judge(forged, "primary")).toMatchObject({ ok: true, intact: false });
  const { providerEventId } = describeEvent(mailgun, incoming(signed, NOW));
  expect(providerEventId).toBe(json.signature.token);
  // The same id over another body: that is how the store tells.
  expect(describeEvent(mailgun, seen(forged))).toMatchObject({
    type: "unsubscribed",
    providerEventId,
  });
});

function mac(key: string): string {
  return createHmac("sha256", key).update(SECONDS).update(TOKEN).digest("hex");
}

function seen(body: object) {
  const request = { ...sampleRequest(mailgun), body: Buffer.from(JSON.stringify(body)) };
  return incoming(request, NOW);
}

function judge(body: object, value: string) {
  return verify(mailgun.recipe, seen(body), { secrets: [{ id: "1", value }] });
}

function withSignature(request: OutgoingRequest, change: object): OutgoingRequest {
  const json = JSON.parse(Buffer.from(request.body).toString());
  const body = { ...json, signature: { ...json.signature, ...change } };
  return { ...request, body: Buffer.from(JSON.stringify(body)) };
}
