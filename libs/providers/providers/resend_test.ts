import { checkProvider } from "../suite/provider_test_kit.ts";
import { standardWebhooksOracle } from "../suite/standard_webhooks_oracle.ts";
import { resend } from "./resend.ts";

checkProvider(resend, { oracle: standardWebhooksOracle("svix") });
