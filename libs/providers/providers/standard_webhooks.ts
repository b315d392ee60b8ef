import type { MacRecipe, PublicKeyRecipe, SignedPart, SignedRequest } from "@hookgate/signature";
import type { Provider } from "../provider.ts";

/** The first part of the headers' names. */
export type Family = "webhook" | "svix";

const HOUR_MS = 3_600_000;

/**
 * Nothing, unless the request has the ids of both families and they differ. One family's signature does not cover the
 * other's id, so an event sent again with a different id there would be dispatched again.
 */
const ONE_ID: SignedPart = {
  compute({ headers }: SignedRequest) {
    const ids = new Set([...headers("webhook-id"), ...headers("svix-id")]);
    return ids.size > 1 ? null : [];
  },
  covers: (place) => "header" in place && /^(?:webhook|svix)-id$/.test(place.header),
};

/** Common to both versions: `{id}.{timestamp}.{body}`, tolerances as in the official libraries. */
function common(family: Family) {
  return {
    signature: { header: `${family}-signature` },
    encoding: "base64",
    signed: [
      ONE_ID,
      { header: `${family}-id` },
      { literal: "." },
      "timestamp",
      { literal: "." },
      "body",
    ],
    timestamp: {
      from: { header: `${family}-timestamp` },
      unit: "s",
      pastSecondsMax: 300,
      futureSecondsMax: 300,
    },
  } as const;
}

/** HMAC-SHA256 with a secret that starts with `whsec_`. */
export function symmetric(scheme: string, family: Family): MacRecipe {
  return {
    ...common(family),
    kind: "hmac",
    scheme,
    format: { kind: "versions", version: "v1" },
    digest: "sha256",
    key: "whsec",
  };
}

function asymmetric(scheme: string, family: Family): PublicKeyRecipe {
  return {
    ...common(family),
    kind: "public_key",
    scheme,
    format: { kind: "versions", version: "v1a" },
    algorithm: "ed25519",
    key: "whpk",
  };
}

/**
 * Standard Webhooks, with its own header names or Svix's. Several that use it have a file of their own. `v1` is made
 * with a shared secret (`whsec_`), `v1a` with a private key whose public key (`whpk_`) is the source's secret. A list of
 * signatures may contain both, and neither kind of secret is ever used as the other.
 */
export const standardWebhooks: Provider = {
  id: "standard_webhooks",
  name: "Standard Webhooks",
  documentation:
    "https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md",
  recipe: {
    kind: "any",
    scheme: "standard_webhooks",
    recipes: [
      symmetric("standard_webhooks_v1", "webhook"),
      symmetric("svix_v1", "svix"),
      asymmetric("standard_webhooks_v1a", "webhook"),
      asymmetric("svix_v1a", "svix"),
    ],
  },
  // Polar signs with the text of its older secrets, whatever their prefix.
  alternatives: [{ ...symmetric("standard_webhooks_text_key", "webhook"), key: "utf8" }],
  describe: {
    // `type` is from the specification; some customers of Svix use the other names.
    type: [{ json: "/type" }, { json: "/event_type" }, { json: "/eventType" }],
    id: [{ header: "webhook-id" }, { header: "svix-id" }],
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 15_000,
  retries: {
    automatic: true,
    // The specification's example retries for 75 hours, Svix for 28.
    horizonMs: 76 * HOUR_MS,
    note: "The sender decides: the specification advises several days; 410 ends the retries for good.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^(?:(?:v1,)?whsec_[A-Za-z0-9+/]{32,88}|whpk_[A-Za-z0-9+/]{43})={0,2}$/,
    note: "whsec_ and base64 of 24 to 64 bytes, or whpk_ and base64 of a public key",
  },
  evidence: ["sdk", "example"],
  sampleTypes: ["user.created", "email.delivered"],

  sample(type, now) {
    const id = `msg_${now.getTime()}`;
    const body = JSON.stringify({ type, timestamp: now.toISOString(), data: { id: "1" } });
    return {
      body,
      contentType: "application/json",
      headers: { "webhook-id": id, "svix-id": id },
    };
  },
};
