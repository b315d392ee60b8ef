import { checkProvider } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { replicate } from "./replicate.ts";

checkProvider(replicate, { oracle: standardWebhooksOracle("webhook") });
