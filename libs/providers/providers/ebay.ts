import { createHash } from "node:crypto";
import { readPlace } from "@hookgate/signature";
import { DAY_MS } from "../durations.ts";
import type { Handshake } from "../handshake.ts";
import { answerJson, refuseHandshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

const CHALLENGE_CODE = /^[A-Za-z0-9._~+/=-]{1,500}$/;

/**
 * GET with `challenge_code`: answered with a digest of it, the verification token and the registered URL. The token signs
 * no events, so the answer cannot be used to forge one.
 */
const handshake: Handshake = {
  methods: ["GET"],
  verified: false,
  everyMs: null,

  answer(request, { settings }) {
    const code = readPlace({ request }, { query: "challenge_code" });
    if (request.method !== "GET" || code === undefined) return null;
    if (code === null || !CHALLENGE_CODE.test(code)) {
      return refuseHandshake(400, "the challenge does not have the form of eBay's");
    }
    const { verification_token: token = "" } = settings;
    if (token === "") return refuseHandshake(403, "the source has no verification token");
    const [endpoint = ""] = request.url.split(/[?#]/);
    const hash = createHash("sha256").update(code).update(token).update(endpoint);
    return answerJson({ challengeResponse: hash.digest("hex") });
  },

  sample(challenge, { url }) {
    const asked = new URL(url);
    asked.searchParams.set("challenge_code", challenge);
    return { method: "GET", url: asked.href, headers: {}, body: new Uint8Array() };
  },
};

/**
 * eBay's notifications, mainly account deletions. The header is an envelope with the signature and the id of the key, which
 * eBay's Notification API returns (`getPublicKey`). There are few keys and they are long-lived, so each is a secret of the
 * source here: then a request cannot make the receiver fetch anything.
 */
export const ebay: Provider = {
  id: "ebay",
  name: "eBay",
  documentation: "https://developer.ebay.com/marketplace-account-deletion",
  recipe: {
    kind: "public_key",
    scheme: "ebay",
    signature: { header: "x-ebay-signature" },
    format: {
      kind: "envelope",
      signature: "signature",
      name: "kid",
      fixed: { alg: "ecdsa", digest: "SHA1" },
    },
    algorithm: "ecdsa_p256_sha1",
    encoding: "base64",
    key: "spki",
    signed: ["body"],
  },
  handshake,
  describe: { type: { json: "/metadata/topic" }, id: { json: "/notification/notificationId" } },
  canonical: {},
  // A retry counts `publishAttemptCount` in the signed body, so only the id tells.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note: "Until answered 200, 201, 202 or 204; after 24 hours the endpoint is marked as down.",
    switchesOff: { afterMs: DAY_MS, how: "disabled" },
    source: "https://developer.ebay.com/marketplace-account-deletion",
  },
  // The handshake's answer covers the registered URL.
  needsPublicUrl: true,
  secretHint: {
    pattern: /^[0-9a-f-]{36}\|/,
    note: "the key's id, a bar and the key that getPublicKey returns for it: 9936261a-…|MFkwEwYH…",
    trial: (named) => named.replace(/^[^|]*/, "00000000-0000-4000-8000-000000000000"),
  },
  settings: [
    {
      name: "verification_token",
      required: true,
      secret: true,
      note: "the token of 32 to 80 characters that was entered with the endpoint",
    },
  ],
  evidence: ["example"],
  sampleTypes: ["MARKETPLACE_ACCOUNT_DELETION", "PRIORITY_LISTING_REVISION"],

  sample(type, now) {
    const at = now.toISOString();
    const body = JSON.stringify({
      metadata: { topic: type, schemaVersion: "1.0", deprecated: false },
      notification: {
        notificationId: `${now.getTime()}`,
        eventDate: at,
        publishDate: at,
        publishAttemptCount: 1,
        data: { username: "test_user" },
      },
    });
    return { body, contentType: "application/json" };
  },
};
