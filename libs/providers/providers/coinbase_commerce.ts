import type { Provider } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "charge:confirmed": "payment.success",
  "charge:failed": "payment.failed",
} as const;

/**
 * Coinbase Commerce signs the body. The event is in `event`: the outer id is the delivery's. Coinbase's newer webhooks
 * (`X-Hook0-Signature`) are `coinbase`.
 */
export const coinbaseCommerce: Provider = {
  id: "coinbase_commerce",
  name: "Coinbase Commerce",
  documentation: "https://docs.cdp.coinbase.com/commerce/api-arcitecture/webhooks-security",
  recipe: {
    kind: "hmac",
    scheme: "coinbase_commerce",
    signature: { header: "x-cc-webhook-signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe: { type: { json: "/event/type" }, id: { json: "/event/id" } },
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 3 * 86_400_000,
    note: "With growing delays of at most an hour, for up to three days, until answered 200.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the webhook shared secret, under Settings, Notifications" },
  evidence: ["formula"],
  sampleTypes: [...Object.keys(CANONICAL), "charge:created", "charge:pending"],

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      attempt_number: 1,
      event: {
        api_version: "2018-03-22",
        created_at: now.toISOString(),
        data: {
          id: "2aee9dd1-67b8-43ef-8dfe-977959850f27",
          code: "XA6G6ZFR",
          pricing: { local: { amount: "49.00", currency: "EUR" } },
        },
        id: `00000000-0000-4000-8000-${number}`,
        resource: "event",
        type: own,
      },
      id: `00000000-0000-4000-9000-${number}`,
      scheduled_for: now.toISOString(),
    });
    return { body, contentType: "application/json" };
  },
};
