import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  "net.authorize.payment.authcapture.created": "payment.success",
  "net.authorize.payment.priorAuthCapture.created": "payment.success",
  "net.authorize.payment.capture.created": "payment.success",
  "net.authorize.payment.authcapture.created.declined": "payment.failed",
  "net.authorize.payment.authcapture.created.error": "payment.failed",
  "net.authorize.payment.refund.created": "payment.refunded",
  "net.authorize.customer.subscription.created": "subscription.created",
  "net.authorize.customer.subscription.cancelled": "subscription.cancelled",
} as const;

const RULE = { type: { json: "/eventType" }, id: { json: "/notificationId" } };

/** The result of a transaction: 1 is approved. */
const RESPONSES: ReadonlyMap<unknown, string> = new Map([
  [2, "declined"],
  [3, "error"],
  [4, "held"],
]);

/** Authorize.Net signs the body. A declined transaction is created, too: its type then ends in the result. */
export const authorizeNet: Provider = {
  id: "authorize_net",
  name: "Authorize.Net",
  documentation: "https://developer.authorize.net/api/reference/features/webhooks.html",
  recipe: {
    kind: "hmac",
    scheme: "authorize_net",
    signature: { header: "x-anet-signature" },
    format: { kind: "plain", prefix: "sha512=", prefixRequired: true },
    digest: "sha512",
    encoding: "hex_upper",
    // The text of the hexadecimal digits is the key, not the bytes that they encode. The documentation does not say, but most
    // receivers do, and one of them reports that the request published here proves it:
    // https://community.developer.cybersource.com/t5/Integration-and-Testing/HMAC-SHA-512-hash-not-matching-in-webhook-callback/td-p/57162
    key: "utf8",
    signed: ["body"],
  },
  describe,
  canonical: CANONICAL,
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Retries without a 200; a webhook that keeps failing becomes inactive.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9A-F]{128}$/i,
    note: "the account's signature key, 128 hexadecimal digits, in the same case as shown",
    trial: (hex) => `${hex}${hex}`.toUpperCase(),
  },
  evidence: ["formula"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const [, eventType = own, response] =
      /^(net\.authorize\.payment\..+)\.(declined|error|held)$/.exec(own) ?? [];
    const responseCode = [...RESPONSES].find(([, name]) => name === response)?.[0] ?? 1;
    const isPayment = eventType.startsWith("net.authorize.payment.");
    const date = now.toISOString();
    const body = JSON.stringify({
      notificationId: `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
      eventType,
      eventDate: date,
      webhookId: "63d6fea2-aa13-4b1d-a204-f5fbc15942b7",
      payload: isPayment
        ? { responseCode, authAmount: 49, entityName: "transaction", id: "60020981676" }
        : { name: "monthly", amount: 49, entityName: "subscription", id: "4239" },
    });
    return { body, contentType: "application/json; charset=utf-8" };
  },
};

function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  if (!own.type.startsWith("net.authorize.payment.")) return own;
  const response = RESPONSES.get(readPointer(readJson({ request }), "/payload/responseCode"));
  return response === undefined ? own : { ...own, type: `${own.type}.${response}` };
}
