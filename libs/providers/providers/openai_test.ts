import { checkProvider } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { openai } from "./openai.ts";

checkProvider(openai, { oracle: standardWebhooksOracle("webhook") });
