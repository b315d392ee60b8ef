import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { MINUTE_MS, SECOND_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

/**
 * Plaid sends a token, signed with a private key, with the body's digest and its time of issue. The source's secret is the
 * public key, a JSON Web Key. Plaid announces new keys: a source may have several.
 */
export const plaid: Provider = {
  id: "plaid",
  name: "Plaid",
  documentation: "https://plaid.com/docs/api/webhooks/webhook-verification/",
  recipe: {
    kind: "jwt",
    scheme: "plaid",
    token: { header: "plaid-verification" },
    algorithm: "ES256",
    bodyDigest: { claim: "request_body_sha256", digest: "sha256", encoding: "hex" },
    // The documentation refuses tokens older than five minutes, and does not mention the future.
    issuedAt: { pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  describe,
  canonical: {},
  identity: { bodiesDiffer: false, idUnique: false },
  // https://plaid.com/docs/api/webhooks/
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note: "For up to 24 hours, first after 30 seconds, then four times as long each time, until answered 200.",
    waitsMs: [
      30 * SECOND_MS,
      2 * MINUTE_MS,
      8 * MINUTE_MS,
      32 * MINUTE_MS,
      128 * MINUTE_MS,
      512 * MINUTE_MS,
    ],
    source: "https://plaid.com/docs/api/webhooks/",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^(?:\{.*"kty".*\}|-----BEGIN PUBLIC KEY-----.*|[A-Za-z0-9+/]{100,}={0,2})\s*$/s,
    note:
      "the key of /webhook_verification_key/get for the kid in the header of a token, as JSON ({kty: EC, …}), PEM or base64 " +
      "of its SPKI; not the API secret",
  },
  evidence: ["formula"],
  sampleTypes: ["TRANSACTIONS.SYNC_UPDATES_AVAILABLE", "ITEM.ERROR", "AUTH.AUTOMATICALLY_VERIFIED"],

  sample(type, now) {
    const at = type.indexOf(".");
    const [kind, code] = at < 0 ? [type, ""] : [type.slice(0, at), type.slice(at + 1)];
    const body = JSON.stringify({
      environment: "production",
      item_id: `item-${now.getTime()}`,
      ...(code === "" ? {} : { webhook_code: code }),
      webhook_type: kind,
    });
    return { body, contentType: "application/json" };
  },
};

/**
 * `ITEM.ERROR`: the type of the webhook and its code, which is meaningless alone. There is no id, and two genuine events can
 * have the same bytes (`TRANSACTIONS.SYNC_UPDATES_AVAILABLE` of one item): the time of the verified token distinguishes
 * them, while the same token sent again is a duplicate.
 */
function describe(request: SignedRequest): ProviderDescription {
  const json = readJson({ request });
  const kind = readPointer(json, "/webhook_type");
  const code = readPointer(json, "/webhook_code");
  const own = typeof kind === "string" ? kind : "";
  const type = own !== "" && typeof code === "string" ? `${own}.${code}` : own;
  const idAt = { header: "plaid-verification" };
  return { type, providerEventId: issuedAt(request), readable: own !== "", idAt };
}

/** The token's `iat`, as text; empty if there is none. */
function issuedAt(request: SignedRequest): string {
  const [, claims = ""] = request.headers("plaid-verification")[0]?.split(".") ?? [];
  const token = { ...request, body: Buffer.from(claims, "base64url") };
  const seconds = readPointer(readJson({ request: token }), "/iat");
  return typeof seconds === "number" ? String(seconds) : "";
}
