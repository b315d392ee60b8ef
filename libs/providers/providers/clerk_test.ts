import { checkProvider } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { clerk } from "./clerk.ts";

checkProvider(clerk, { oracle: standardWebhooksOracle("svix") });
