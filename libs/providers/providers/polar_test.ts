import type { OutgoingRequest } from "@hookgate/signature";
import { validateEvent, WebhookVerificationError } from "@polar-sh/sdk/webhooks.js";
import { Webhook } from "standardwebhooks";
import { checkProvider } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { polar } from "./polar.ts";

checkProvider(polar, {
  keys: { secret: "polar_whs_0123456789abcdef", privateKey: null, certificate: null },
  oracle: {
    ...standardWebhooksOracle("webhook", (secret) => new Webhook(secret, { format: "raw" })),
    verify,
  },
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
