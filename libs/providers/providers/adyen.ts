import {
  type Reading,
  readJson,
  readPlace,
  readPointer,
  readUnproven,
  type SignedRequest,
} from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  AUTHORISATION: "payment.success",
  "AUTHORISATION.failed": "payment.failed",
  CAPTURE_FAILED: "payment.failed",
  REFUND: "payment.refunded",
} as const;

/** Adyen sends one item per request; its older interfaces send up to six. */
const ITEMS_MAX = 100;

/** The same fields in a webhook that is set to HTTP POST: one item, as a form. */
const FORM_FIELDS = [
  "pspReference",
  "originalReference",
  "merchantAccountCode",
  "merchantReference",
  "value",
  "currency",
  "eventCode",
  "success",
];

/** How Adyen repeats all its webhooks. */
export const ADYEN_RETRIES: Provider["retries"] = {
  automatic: true,
  horizonMs: 30 * 86_400_000,
  note:
    "For 30 days: three times at once, then from a queue after 2 minutes up to every 8 hours. A failing event " +
    "delays all that follow.",
  waitsMs: [
    9 * SECOND_MS,
    9 * SECOND_MS,
    9 * SECOND_MS,
    2 * MINUTE_MS,
    5 * MINUTE_MS,
    10 * MINUTE_MS,
    15 * MINUTE_MS,
    30 * MINUTE_MS,
    HOUR_MS,
    2 * HOUR_MS,
    4 * HOUR_MS,
    8 * HOUR_MS,
  ],
  everyMs: 8 * HOUR_MS,
  source: "https://docs.adyen.com/development-resources/webhooks/troubleshoot",
};

function signedFields(request: SignedRequest): Uint8Array[] | null {
  const reading = readUnproven(request);
  const texts: string[] = [];
  for (const name of FORM_FIELDS) {
    const text = readPlace(reading, { form: name });
    // As in an item: a part of the reference must not become the amount.
    if (text === null || (text?.includes(":") && name !== "merchantReference")) return null;
    texts.push(text ?? "");
  }
  return [Buffer.from(texts.join(":"))];
}

/**
 * Adyen's standard webhooks sign eight fields of each item, not the rest of it and not the whole body. An event's type is
 * its code, with `.failed` if it was not a success. A request with items of several types is `mixed`. A webhook that is set to
 * HTTP POST sends a form with one item.
 */
export const adyen: Provider = {
  id: "adyen",
  name: "Adyen",
  documentation:
    "https://docs.adyen.com/development-resources/webhooks/secure-webhooks/verify-hmac-signatures",
  recipe: {
    kind: "any",
    scheme: "adyen",
    recipes: [
      {
        kind: "items",
        scheme: "adyen_json",
        items: "/notificationItems",
        itemsMax: ITEMS_MAX,
        signature: "/NotificationRequestItem/additionalData/hmacSignature",
        fields: [
          "/NotificationRequestItem/pspReference",
          "/NotificationRequestItem/originalReference",
          "/NotificationRequestItem/merchantAccountCode",
          "/NotificationRequestItem/merchantReference",
          "/NotificationRequestItem/amount/value",
          "/NotificationRequestItem/amount/currency",
          "/NotificationRequestItem/eventCode",
          "/NotificationRequestItem/success",
        ],
        // The official packages escape nothing, whatever older documentation said: backslashes and colons were taken out of
        // them because genuine events were refused (adyen-php-api-library#165, adyen-python-api-library#117 and #193).
        separator: ":",
        // Only the shop's reference may contain one: otherwise a part of the reference could become the amount.
        separatorIn: ["/NotificationRequestItem/merchantReference"],
        digest: "sha256",
        encoding: "base64",
        key: "hex",
      },
      {
        kind: "hmac",
        scheme: "adyen_form",
        signature: { form: "additionalData.hmacSignature" },
        digest: "sha256",
        encoding: "base64",
        key: "hex",
        signed: [
          {
            compute: signedFields,
            covers: (place) => "form" in place && FORM_FIELDS.includes(place.form),
          },
        ],
        coversBody: false,
      },
    ],
  },
  describe,
  canonical: CANONICAL,
  // The same code for the same reference may come again with other details, such as a reason, that replace the earlier ones:
  // https://docs.adyen.com/development-resources/webhooks/handle-webhook-events
  identity: {
    bodiesDiffer: [{ json: "/notificationItems/0/NotificationRequestItem/eventDate" }],
    idUnique: false,
  },
  // Newer accounts take any 2xx; older ones look for this word.
  ownResponse: { status: 200, contentType: "text/plain; charset=utf-8", body: "[accepted]" },
  ackDeadlineMs: 10_000,
  retries: ADYEN_RETRIES,
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9A-Fa-f]{64}$/,
    note: "the endpoint's HMAC key, 64 hexadecimal digits; test and live have separate keys",
  },
  evidence: ["sdk", "example"],
  sampleTypes: Object.keys(CANONICAL),

  sample(type, now) {
    const own = providerType(CANONICAL, type);
    const item = {
      additionalData: {},
      amount: { currency: "EUR", value: 4_900 },
      eventCode: own.replace(/\.failed$/, ""),
      eventDate: now.toISOString(),
      merchantAccountCode: "ExampleMerchant",
      merchantReference: "order 1",
      pspReference: now.getTime().toString().padStart(16, "8"),
      success: own.endsWith(".failed") ? "false" : "true",
    };
    const body = { live: "false", notificationItems: [{ NotificationRequestItem: item }] };
    return { body: JSON.stringify(body), contentType: "application/json; charset=utf-8" };
  },

  schemeSamples: {
    adyen_form(type, now) {
      const own = providerType(CANONICAL, type);
      const form = new URLSearchParams({
        live: "false",
        pspReference: now.getTime().toString().padStart(16, "8"),
        originalReference: "",
        merchantAccountCode: "ExampleMerchant",
        merchantReference: "order 1",
        value: "4900",
        currency: "EUR",
        eventCode: own.replace(/\.failed$/, ""),
        success: own.endsWith(".failed") ? "false" : "true",
      });
      return { body: form.toString(), contentType: "application/x-www-form-urlencoded" };
    },
  },
};

function describe(request: SignedRequest): ProviderDescription {
  const reading: Reading = { request };
  const code = readPlace(reading, { form: "eventCode" });
  if (code) return describeForm(code, reading);
  const list = readPointer(readJson(reading), "/notificationItems");
  const items = Array.isArray(list) ? list.slice(0, ITEMS_MAX) : [];
  const type = batchType(items.map(itemType));
  // No single item identifies a request with several: its duplicates are found by the body's digest.
  const providerEventId = items.length === 1 ? itemId(items[0]) : "";
  return {
    type,
    providerEventId,
    readable: type !== "",
    typeAt: { json: "/NotificationRequestItem/eventCode" },
    idAt: { json: "/NotificationRequestItem/pspReference" },
  };
}

function describeForm(code: string, reading: Reading): ProviderDescription {
  const [reference, success] = ["pspReference", "success"].map((form) =>
    readPlace(reading, { form }),
  );
  return {
    type: success === "true" ? code : `${code}.failed`,
    providerEventId: reference && success ? `${reference}:${code}:${success}` : "",
    readable: true,
    typeAt: { form: "eventCode" },
    idAt: { form: "pspReference" },
  };
}

function itemType(item: unknown): string {
  const code = text(item, "eventCode");
  return code === "" || text(item, "success") === "true" ? code : `${code}.failed`;
}

/** A payment keeps one reference for all its events, and a failed event may be repeated as a success. */
function itemId(item: unknown): string {
  const parts = ["pspReference", "eventCode", "success"].map((name) => text(item, name));
  return parts.includes("") ? "" : parts.join(":");
}

function text(item: unknown, name: string): string {
  const value = readPointer(item, `/NotificationRequestItem/${name}`);
  return typeof value === "string" || typeof value === "boolean" ? String(value) : "";
}
