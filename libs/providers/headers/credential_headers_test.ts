import { expect, test } from "@jest/globals";
import { credentialHeadersOf } from "./credential_headers.ts";
import { formatHeaderBlock } from "./header_block.ts";

const generic = { recipe: { kind: "none" } as never };

/** Names that HTTP, providers, proxies, clouds and APIs give to credentials; the list was made without a look at ours. */
const SENT =
  "Authorization Cookie Cookie2 Set-Cookie Proxy-Authorization X-Authorization X-Forwarded-Authorization API-Key ApiKey " +
  "X-API-Key X-ApiKey X-API-Token X-API-Secret X-Auth-Key X-Auth-Token X-Access-Key X-Access-Token X-Secret X-Secret-Key " +
  "X-Token Token X-Session-Token X-CSRF-Token X-Webhook-Token X-Webhook-Secret X-Gitlab-Token Private-Token X-Vault-Token " +
  "X-Telegram-Bot-Api-Secret-Token X-Buildkite-Token CF-Webhook-Auth X-Goog-Channel-Token X-Goog-Api-Key X-Functions-Key " +
  "Ocp-Apim-Subscription-Key X-Amz-Security-Token X-MS-Token-AAD-Access-Token X-Auth-Request-Access-Token " +
  // Proxies put the whole URL there, with a secret that is one of its parameters.
  "X-Envoy-Original-Path X-Original-URL X-Original-URI X-Forwarded-Uri X-Rewrite-URL X-WAWS-Unencoded-URL";

test.each(SENT.split(" "))("credentialHeadersOf() any provider have %s", (name) => {
  const block = formatHeaderBlock([name, "c"], new Set(credentialHeadersOf(generic)));
  expect(block).toHaveLength(0);
});

test.each(
  "Idempotency-Key I-Twilio-Idempotency-Token X-Event-Key X-Hub-Signature-256 X-Request-Id".split(
    " ",
  ),
)("credentialHeadersOf() do not have %s, which tells events apart or proves them", (name) => {
  expect(credentialHeadersOf(generic)).not.toContain(name.toLowerCase());
});
