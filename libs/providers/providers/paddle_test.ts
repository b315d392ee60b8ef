import { incoming, sign, verify } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { Paddle } from "@paddle/paddle-node-sdk";
import { describeEvent } from "../describe_event.ts";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { paddle } from "./paddle.ts";

const { webhooks } = new Paddle("pdl_sdbx_apikey_none");
const SECRETS = ["old", "new"].map((value) => ({ id: value, value }));

checkProvider(paddle, {
  oracle: {
    verify: ({ headers, body }, { secret }) =>
      webhooks.isSignatureValid(
        Buffer.from(body).toString(),
        secret,
        headers["paddle-signature"] ?? "",
      ),
  },
});

test.each(["old", "new"])("paddle accepts either h1 of a rotation (%s)", async (known) => {
  const [one, other] = SECRETS.map(({ value }) => h1(value));
  const secrets = SECRETS.filter(({ id }) => id === known);
  const verdict = await judge(`h1=${one};h1=${other}`, secrets);
  expect(verdict).toMatchObject({ ok: true, secretId: known });
});

test.each([
  ["another version", (digits: string) => `h2=${digits}`],
  ["a time that is given twice", (digits: string) => `ts=1;h1=${digits}`],
  ["commas between the pairs", (digits: string) => `h1=${digits},h1=${digits}`],
])("paddle refuses %s", async (_, write) => {
  expect(await judge(write(h1("old")), SECRETS)).toEqual({ ok: false, reason: "malformed_header" });
});

test.each([
  ["adjustment.created", "refund", "pending_approval", "adjustment.created"],
  ["adjustment.updated", "refund", "rejected", "adjustment.updated"],
  ["adjustment.created", "refund", "approved", "payment.refunded"],
  ["adjustment.updated", "refund", "approved", "payment.refunded"],
  ["adjustment.created", "credit", "approved", "adjustment.created"],
  ["adjustment.created", "chargeback", "approved", "adjustment.created"],
])("paddle calls %s of a %s that is %s %s", (event_type, action, status, type) => {
  const body = Buffer.from(JSON.stringify({ event_type, data: { action, status } }));
  const request = incoming({ ...sampleRequest(paddle), body }, NOW);
  expect(describeEvent(paddle, request).type).toBe(type);
});

function h1(secret: string): string {
  const { headers } = sign(paddle.recipe, sampleRequest(paddle), { secret, now: NOW });
  return /h1=(.*)/.exec(headers["paddle-signature"] ?? "")?.[1] ?? "";
}

function judge(signatures: string, secrets: readonly { id: string; value: string }[]) {
  const headers = { "paddle-signature": `ts=${Math.floor(NOW / 1_000)};${signatures}` };
  const request = incoming({ ...sampleRequest(paddle), headers }, NOW);
  return verify(paddle.recipe, request, { secrets });
}
