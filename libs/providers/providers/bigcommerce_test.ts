import { Webhook } from "standardwebhooks";
import { checkProvider } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { bigcommerce } from "./bigcommerce.ts";

checkProvider(bigcommerce, {
  keys: { secret: "0123456789abcdef0123456789abcdef", privateKey: null, certificate: null },
  // As the documentation does: the client secret in base64.
  oracle: standardWebhooksOracle(
    "webhook",
    (secret) => new Webhook(Buffer.from(secret).toString("base64")),
  ),
});
