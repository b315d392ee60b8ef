import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { COMMON_CREDENTIAL_HEADERS } from "./common_credential_headers.ts";
import type { Provider, ProviderDescription } from "./provider.ts";

/**
 * Plaid signs a token (JWT, ES256) with the digest of the body in it. The source's secret is the public key: the JWK that
 * `/webhook_verification_key/get` answers for the `kid` in the token's header. Plaid changes keys; a source may have
 * several, and a new one has to be added before requests that name it verify.
 *
 * Plaid's documentation refuses tokens older than five minutes; what comes from the future is refused here, too.
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
    issuedAt: { pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  describe,
  canonical: {},
  // What stands for an id is in the token.
  dedupeCovered: true,
  credentialHeaders: COMMON_CREDENTIAL_HEADERS,
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "May send an event twice, or in another order; a retry with a token of its own is no duplicate here.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^\s*\{[\s\S]*"kty"\s*:\s*"EC"[\s\S]*\}\s*$/,
    note: "the JWK (JSON) of /webhook_verification_key/get, one secret for each kid",
  },
  evidence: ["formula"],
  sampleTypes: [
    "TRANSACTIONS.SYNC_UPDATES_AVAILABLE",
    "ITEM.ERROR",
    "TRANSFER.TRANSFER_EVENTS_UPDATE",
  ],

  sample(type) {
    const [kind = "", code = ""] = type.split(".");
    const body = {
      environment: "sandbox",
      item_id: "wz666MBjYWTp2PDzzggYhM6oWWmBb",
      webhook_code: code,
      webhook_type: kind,
    };
    // Plaid writes it so, and the digest is of these very bytes.
    return { body: JSON.stringify(body, null, 2), contentType: "application/json" };
  },
};

/**
 * A code such as `ERROR` means little without its type. An event has no id, and the same words tell of another change a
 * minute later: only the time of the token tells them apart, so that is the id.
 */
function describe(request: SignedRequest): ProviderDescription {
  const body = readJson({ request });
  const parts = [readPointer(body, "/webhook_type"), readPointer(body, "/webhook_code")];
  const isNamed = parts.every((part) => typeof part === "string" && part !== "");
  const [, claims = ""] = request.headers("plaid-verification")[0]?.split(".") ?? [];
  const token = { ...request, body: Buffer.from(claims, "base64url") };
  const issuedAt = readPointer(readJson({ request: token }), "/iat");
  return {
    type: isNamed ? parts.join(".") : "",
    providerEventId: typeof issuedAt === "number" ? String(issuedAt) : "",
    readable: isNamed,
  };
}
