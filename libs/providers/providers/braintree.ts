import { createHash, createHmac } from "node:crypto";
import { readPlace, readUnproven, type SignedRequest } from "@hookgate/signature";
import { HOUR_MS } from "../durations.ts";
import type { Handshake, HandshakeOptions, HandshakeResponse } from "../handshake.ts";
import type { Provider, ProviderDescription } from "../provider.ts";
import { providerType } from "../sample.ts";

const CANONICAL = {
  subscription_charged_successfully: "payment.success",
  transaction_settled: "payment.success",
  local_payment_completed: "payment.success",
  subscription_charged_unsuccessfully: "payment.failed",
  transaction_settlement_declined: "payment.failed",
  // Also sent when a subscription that was past due is paid.
  subscription_went_active: "subscription.created",
  subscription_canceled: "subscription.cancelled",
} as const;

/** What Braintree's own packages sign as a challenge. */
const CHALLENGE = /^[0-9a-f]{20,32}$/;
/** A challenge cannot be a payload, which is XML in base64. */
const HEX_ONLY = /^[0-9a-f\s]*$/i;
const PAYLOAD = { form: "bt_payload" };
const KEYS = /^([^|]+)\|(.+)$/;

/**
 * `bt_challenge`: Braintree makes the receiver sign a text with the key that also signs events. So only hex is signed, and
 * hex never verifies as an event.
 */
const handshake: Handshake = {
  methods: ["GET"],
  verified: false,
  everyMs: null,

  answer(request, { secrets }) {
    if (request.method !== "GET") return null;
    const challenge = readPlace({ request }, { query: "bt_challenge" });
    if (challenge === undefined) return null;
    if (challenge === null || !CHALLENGE.test(challenge)) {
      return respond(400, { refused: "the challenge does not have the form of Braintree's" });
    }
    const signature = signChallenge(challenge, secrets);
    if (signature !== null) return respond(200, { body: signature });
    return respond(503, { refused: "no secret has the form public key|private key" });
  },

  sample(challenge, { url }) {
    const separator = url.includes("?") ? "&" : "?";
    const query = `bt_challenge=${encodeURIComponent(challenge.toWellFormed())}`;
    return {
      method: "GET",
      url: `${url}${separator}${query}`,
      headers: {},
      body: Buffer.alloc(0),
    };
  },
};

/** Braintree signs one field of a form, with the notification as XML in base64. */
export const braintree: Provider = {
  id: "braintree",
  name: "Braintree",
  documentation: "https://developer.paypal.com/braintree/docs/guides/webhooks/parse",
  recipe: {
    kind: "hmac",
    scheme: "braintree",
    signature: { form: "bt_signature" },
    format: { kind: "named", delimiter: "&", separator: "|" },
    digest: "sha1",
    encoding: "hex",
    key: "sha1",
    signed: [{ compute: refuseChallenge }, PAYLOAD],
    // Any other field would not be covered.
    coversBody: false,
  },
  handshake,
  describe,
  canonical: CANONICAL,
  // The function says it for each request.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 30_000,
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note: "Every hour for up to 24 hours; in the sandbox for three.",
    everyMs: HOUR_MS,
    source: "https://developer.paypal.com/braintree/docs/guides/webhooks/parse",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[a-z0-9]+\|[a-z0-9]+$/,
    note: "the API keys as public key|private key; both from the same account",
  },
  evidence: ["sdk", "example"],
  sampleTypes: [...Object.keys(CANONICAL), "check"],

  sample(type, now) {
    const xml = [
      '<?xml version="1.0" encoding="UTF-8"?>',
      "<notification>",
      `  <timestamp type="datetime">${now.toISOString().slice(0, 19)}Z</timestamp>`,
      `  <kind>${providerType(CANONICAL, type)}</kind>`,
      "  <subject>",
      '    <check type="boolean">true</check>',
      "  </subject>",
      "</notification>",
      "",
    ].join("\n");
    const form = new URLSearchParams({ bt_payload: `${Buffer.from(xml).toString("base64")}\n` });
    return { body: form.toString(), contentType: "application/x-www-form-urlencoded" };
  },
};

/** Adds nothing to what is signed; null if the payload could have been a challenge. */
function refuseChallenge(request: SignedRequest): readonly Uint8Array[] | null {
  const payload = readPlace(readUnproven(request), PAYLOAD);
  return typeof payload === "string" && !HEX_ONLY.test(payload) ? [] : null;
}

function signChallenge(challenge: string, secrets: HandshakeOptions["secrets"]): string | null {
  for (const { value } of secrets) {
    const [, publicKey, privateKey] = KEYS.exec(value) ?? [];
    if (publicKey === undefined || privateKey === undefined) continue;
    const key = createHash("sha1").update(privateKey).digest();
    return `${publicKey}|${createHmac("sha1", key).update(challenge).digest("hex")}`;
  }
  return null;
}

function respond(
  status: number,
  { body = "", ...reason }: { body?: string; refused?: string },
): HandshakeResponse {
  const headers = {
    "content-type": "text/plain; charset=utf-8",
    "x-content-type-options": "nosniff",
  };
  return { status, headers, body, ...reason };
}

function describe(request: SignedRequest): ProviderDescription {
  const payload = readPlace({ request }, PAYLOAD) ?? "";
  const xml = Buffer.from(payload, "base64").toString();
  // The subject contains data of the shop and its customers: ignore a `kind` in there.
  const start = xml.indexOf("<subject");
  const end = xml.lastIndexOf("</subject>");
  const outside = start === -1 ? xml : xml.slice(0, start) + xml.slice(Math.max(start, end));
  const type = /<kind>([^<>]{1,200})<\/kind>/.exec(outside)?.[1] ?? "";
  const bodiesDiffer = /<timestamp[^<>]*>[^<>]+<\/timestamp>/.test(outside);
  return { type, providerEventId: "", readable: type !== "", typeAt: PAYLOAD, bodiesDiffer };
}
