import type { Provider } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "PAYMENT.CAPTURE.COMPLETED": "payment.success",
  "PAYMENT.SALE.COMPLETED": "payment.success",
  "PAYMENT.CAPTURE.DENIED": "payment.failed",
  "PAYMENT.CAPTURE.DECLINED": "payment.failed",
  "PAYMENT.SALE.DENIED": "payment.failed",
  "BILLING.SUBSCRIPTION.PAYMENT.FAILED": "payment.failed",
  "PAYMENT.CAPTURE.REFUNDED": "payment.refunded",
  "PAYMENT.SALE.REFUNDED": "payment.refunded",
  // `CREATED` is sent before the buyer has agreed to anything.
  "BILLING.SUBSCRIPTION.ACTIVATED": "subscription.created",
  "BILLING.SUBSCRIPTION.CANCELLED": "subscription.cancelled",
} as const;

/**
 * PayPal signs the transmission, the webhook's id and the CRC-32 of the body. No single bit of a body can change unnoticed,
 * but with one signed request anyone can make another body with the same CRC: so the body, and the event's id in it, do not
 * count as covered.
 */
export const paypal: Provider = {
  id: "paypal",
  name: "PayPal",
  documentation: "https://developer.paypal.com/api/rest/webhooks/rest/",
  recipe: {
    kind: "certificate",
    scheme: "paypal",
    signature: { header: "paypal-transmission-sig" },
    digest: { from: { header: "paypal-auth-algo" }, names: { SHA256withRSA: "sha256" } },
    encoding: "base64",
    certificate: {
      url: { header: "paypal-cert-url" },
      hosts: ["api.paypal.com", "api.sandbox.paypal.com"],
      path: "/v1/notifications/certs/",
    },
    signed: [
      { header: "paypal-transmission-id" },
      { literal: "|" },
      "timestamp",
      { literal: "|" },
      // The webhook's id: it distinguishes this account's events from everyone else's.
      "secret",
      { literal: "|" },
      "crc32",
    ],
    // No statement on a tolerance was found, or on whether a retry has its own time: as long as it retries.
    timestamp: {
      from: { header: "paypal-transmission-time" },
      unit: "iso",
      pastSecondsMax: 3 * 86_400 + 300,
      futureSecondsMax: 300,
    },
    coversBody: false,
  },
  describe: { type: { json: "/event_type" }, id: { json: "/id" } },
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 3 * 86_400_000,
    note: "Up to 25 times within three days after any answer but a 2xx; then by hand from the events' dashboard.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[A-Za-z0-9]+$/,
    note:
      "the webhook's id, as its settings show it; not the app's secret. Events of the simulator (WEBHOOK_ID) " +
      "cannot be verified",
  },
  evidence: ["formula"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const milliseconds = now.getTime();
    const body = JSON.stringify({
      id: `WH-${milliseconds}-00000000000000000`,
      event_version: "1.0",
      create_time: now.toISOString(),
      resource_type: own.split(".").slice(0, -1).join("_").toLowerCase(),
      event_type: own,
      summary: "An example",
      resource: { id: "42311647XV020574X", amount: { value: "49.00", currency_code: "EUR" } },
    });
    const number = milliseconds.toString(16).padStart(12, "0");
    const headers = { "paypal-transmission-id": `00000000-0000-11f0-8000-${number}` };
    return { body, contentType: "application/json", headers };
  },
};
