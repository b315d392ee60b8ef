import { readPlace, type SignedRequest } from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

const CANONICAL = {
  "payment.paid": "payment.success",
  "payment.failed": "payment.failed",
} as const;

/** What a classic webhook is about, by the first letters of its id. */
const OBJECTS: Readonly<Record<string, string>> = {
  tr: "payment",
  ord: "order",
  sub: "subscription",
  pl: "payment-link",
};

/**
 * Mollie's next-generation webhooks sign the body; for 24 hours after a rotation there is a header for each of the secrets.
 * Classic webhooks (`mollie_token`) send only an id, unsigned, and their receivers ask the API for the rest: there the secret
 * is part of the URL.
 */
export const mollie: Provider = {
  id: "mollie",
  name: "Mollie",
  documentation: "https://docs.mollie.com/reference/webhooks-new",
  recipe: {
    kind: "hmac",
    scheme: "mollie",
    signature: { header: "x-mollie-signature", repeated: true },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  alternatives: [{ kind: "shared_secret", scheme: "mollie_token", from: { query: "token" } }],
  describe,
  canonical: CANONICAL,
  // A classic webhook says the same of a payment and of its refund.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 15_000,
  // Receivers of classic webhooks quote it; we have not read either schedule in Mollie's own words.
  retries: {
    automatic: true,
    horizonMs: 26 * 3_600_000,
    note: "Ten times within about 26 hours, until answered 200, according to receivers of classic webhooks.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the signing secret of the webhook; for a classic one what its URL has as ?token=",
  },
  evidence: ["formula", "shared_secret"],
  sampleTypes: [...Object.keys(CANONICAL), "payment-link.paid"],

  sample(type, now) {
    const own = type === "payment.success" ? "payment.paid" : type;
    const body = JSON.stringify({
      resource: "event",
      id: `event_${now.getTime()}`,
      type: own,
      entityId: "tr_5B8cwPMGnU6qLbRvo7qEZo",
      createdAt: now.toISOString(),
    });
    return { body, contentType: "application/json" };
  },
};

function describe(request: SignedRequest): ProviderDescription {
  const classic = readPlace({ request }, { form: "id" });
  if (typeof classic !== "string")
    return readRule({ type: { json: "/type" }, id: { json: "/id" } }, request);
  const [prefix = ""] = classic.split("_");
  const type = Object.hasOwn(OBJECTS, prefix) ? (OBJECTS[prefix] ?? "") : prefix;
  return { type, providerEventId: "", readable: type !== "", typeAt: { form: "id" } };
}
