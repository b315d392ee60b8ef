import { incoming, makeSecret, sign, verify } from "@hookgate/signature";
import { expect, jest, test } from "@jest/globals";
import eventWebhook from "@sendgrid/eventwebhook";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { sendgrid } from "./sendgrid.ts";

const SIGNATURE = "x-twilio-email-event-webhook-signature";
const TIMESTAMP = "x-twilio-email-event-webhook-timestamp";
// The official package does its own arithmetic: 20 ms for each of the 2,000 changes, of which it judges one in 16.
const JUDGED_STEP = 16;
jest.setTimeout(30_000);

const official = new eventWebhook.EventWebhook();
let changesSeen = 0;

checkProvider(sendgrid, {
  oracle: {
    verify({ headers, body }, { secret }) {
      const key = official.convertPublicKeyToECDSA(secret);
      const { [SIGNATURE]: signature = "", [TIMESTAMP]: timestamp = "" } = headers;
      return official.verifySignature(key, Buffer.from(body), signature, timestamp);
    },
    // The official package passes over what is no base64, and over lengths that are not those of what follows.
    lenient({ headers }, { place }) {
      changesSeen += 1;
      if (changesSeen % JUDGED_STEP !== 0) return true;
      return place === SIGNATURE && !isCanonical(headers[SIGNATURE] ?? "");
    },
  },
});

/** Whether this is base64, to the letter, of a DER sequence of two integers that is as long as it says. */
function isCanonical(text: string): boolean {
  const bytes = Buffer.from(text, "base64");
  const lengthOfR = bytes[3] ?? 0;
  const lengthOfS = bytes[5 + lengthOfR] ?? 0;
  const lengths = [bytes[1], 4 + lengthOfR + lengthOfS];
  return (
    bytes.toString("base64") === text && lengths.every((length) => length === bytes.length - 2)
  );
}

// src/eventwebhook.spec.js of the official package.
const EXAMPLE = {
  key: "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g==",
  signature:
    "MEUCIGHQVtGj+Y3LkG9fLcxf3qfI10QysgDWmMOVmxG0u6ZUAiEAyBiXDWzM+uOe5W0JuG+luQAbPIqHh89M15TluLtEZtM=",
  timestamp: "1600112502",
  events: [
    {
      email: "hello@world.com",
      event: "dropped",
      reason: "Bounced Address",
      sg_event_id: "ZHJvcC0xMDk5NDkxOS1MUnpYbF9OSFN0T0doUTRrb2ZTbV9BLTA",
      sg_message_id: "LRzXl_NHStOGhQ4kofSm_A.filterdrecv-p3mdw1-756b745b58-kmzbl-18-5F5FC76C-9.0",
      "smtp-id": "<LRzXl_NHStOGhQ4kofSm_A@ismtpd0039p1iad1.sendgrid.net>",
      timestamp: 1600112492,
    },
  ],
};

test.each([
  ["with its line's end", "\r\n", { ok: true, signedAt: 1_600_112_502_000 }],
  ["without it", "", { ok: false, reason: "no_match" }],
])(
  "sendgrid holds the official tests' example %s against its signature",
  async (_, end, verdict) => {
    const { signature, timestamp, events, key } = EXAMPLE;
    const request = {
      ...sampleRequest(sendgrid),
      headers: { [SIGNATURE]: signature, [TIMESTAMP]: timestamp },
      body: Buffer.from(JSON.stringify(events) + end),
    };
    const secrets = [{ id: "1", value: key }];
    expect(
      await verify(sendgrid.recipe, incoming(request, Number(timestamp) * 1_000), { secrets }),
    ).toMatchObject(verdict);
  },
);

test.each([
  ['[{"event":"open"},{"event":"open"}]', "open"],
  ['[{"event":"open"},{"event":"click"}]', "mixed"],
  ["[]", "unknown"],
  ['{"event":"open"}', "unknown"],
])("sendgrid describes %s", (body, type) => {
  const request = { ...sampleRequest(sendgrid), body: Buffer.from(body) };
  expect(describeEvent(sendgrid, incoming(request, NOW))).toMatchObject({ type });
});

test("sendgrid's message of Inbound Parse verifies for as long as it is sent again", async () => {
  const hour = 3_600_000;
  const { secret, privateKey } = makeSecret(sendgrid.recipe, { now: NOW });
  const keys = { secret, privateKey: privateKey ?? "", now: NOW };
  const signed = sign(sendgrid.recipe, sampleRequest(sendgrid), keys);
  const secrets = [{ id: "1", value: secret }];
  const after = (hours: number) =>
    verify(sendgrid.recipe, incoming(signed, NOW + hours * hour), { secrets });
  expect(await after(71)).toMatchObject({ ok: true });
  expect(await after(73)).toMatchObject({ ok: false, reason: "stale" });
});
