import { expect, test } from "@jest/globals";
import { Webhook } from "standardwebhooks";
import { nextRetryMs } from "../retries.ts";
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

test("bigcommerce retries eleven times within about 48 hours, as documented", () => {
  const retries: number[] = [];
  for (let at: number | null = 0; at !== null; ) {
    at = nextRetryMs(bigcommerce.retries, at);
    if (at !== null) retries.push(at);
  }
  expect(retries).toHaveLength(11);
  expect(retries.slice(0, 3)).toEqual([60_000, 240_000, 540_000]);
  expect(retries.at(-1)).toBe(173_040_000);
});
