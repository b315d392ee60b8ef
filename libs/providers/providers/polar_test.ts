import { incoming, verify as judge, type OutgoingRequest } from "@hookgate/signature";
import { expect, test } from "@jest/globals";
import { validateEvent, WebhookVerificationError } from "@polar-sh/sdk/webhooks.js";
import { Webhook } from "standardwebhooks";
import { checkProvider, NOW, sampleRequest } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { polar } from "./polar.ts";

const textKey = (secret: string) => new Webhook(secret, { format: "raw" });

checkProvider(polar, {
  oracle: standardWebhooksOracle("webhook"),
  schemes: {
    polar_text_key: {
      keys: { secret: "polar_whs_0123456789abcdef", privateKey: null, certificate: null },
      oracle: { ...standardWebhooksOracle("webhook", textKey), verify },
    },
  },
});

test.each([
  ["since September 2026", (secret: string) => new Webhook(secret)],
  ["before", textKey],
])("polar verifies what is signed with a whsec_ secret %s", async (_, open) => {
  const secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
  const request = sampleRequest(polar);
  const { "webhook-id": id = "" } = request.headers;
  const signature = open(secret).sign(id, new Date(NOW), Buffer.from(request.body).toString());
  const own = { "webhook-timestamp": String(NOW / 1_000), "webhook-signature": signature };
  const seen = incoming({ ...request, headers: { ...request.headers, ...own } }, NOW);
  const verdict = (value: string) => judge(polar.recipe, seen, { secrets: [{ id: "1", value }] });
  expect(await verdict(secret)).toMatchObject({ ok: true, intact: true });
  expect(await verdict(`${secret.slice(0, -4)}AAAA`)).toMatchObject({ ok: false });
});

/** Polar's own function verifies first, and then reads the event, of which the samples have only a part. */
function verify({ headers, body }: OutgoingRequest, { secret }: { secret: string }): boolean {
  try {
    validateEvent(Buffer.from(body), { ...headers }, secret);
  } catch (error) {
    if (error instanceof WebhookVerificationError || error instanceof SyntaxError) return false;
  }
  return true;
}
