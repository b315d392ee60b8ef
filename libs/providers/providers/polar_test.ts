import { Webhook } from "standardwebhooks";
import { checkProvider } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { polar } from "./polar.ts";

checkProvider(polar, {
  keys: { secret: "polar_whs_0123456789abcdef", privateKey: null, certificate: null },
  oracle: standardWebhooksOracle("webhook", (secret) => new Webhook(secret, { format: "raw" })),
});
