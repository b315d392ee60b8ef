import { checkProvider } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { lithic } from "./lithic.ts";

checkProvider(lithic, { oracle: standardWebhooksOracle("webhook") });
