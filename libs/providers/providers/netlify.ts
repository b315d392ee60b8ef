import type { Provider } from "../provider.ts";

/**
 * Netlify sends a token (JWS, HS256) that has the body's digest. It holds no time. The webhooks of Netlify Identity, such as
 * `signup`, are signed alike, and have their event in the body: `api/hooks.go` of netlify/gotrue.
 */
export const netlify: Provider = {
  id: "netlify",
  name: "Netlify",
  documentation: "https://docs.netlify.com/deploy/deploy-notifications/#payload-signature",
  recipe: {
    kind: "jwt",
    scheme: "netlify",
    token: { header: "x-webhook-signature" },
    algorithm: "HS256",
    bodyDigest: { claim: "sha256", digest: "sha256", encoding: "hex" },
    issuedAt: null,
  },
  // A deploy has one id, and several events. We found the header only in the code of receivers.
  describe: { type: [{ header: "x-netlify-event" }, { json: "/event" }], id: null },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: { automatic: null, horizonMs: null, note: "No statement was found." },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the JWS secret token, as entered at the notification" },
  evidence: ["formula"],
  sampleTypes: ["deploy_created", "deploy_building", "deploy_failed"],

  sample(type, now) {
    const body = JSON.stringify({
      id: "5ebc34bf4fea0b01f02efa3a",
      site_id: "fa4dd95a-994e-4f89-8a7a-2d9e9fc36a32",
      build_id: "5ebc34bf4fea0b01f02efa38",
      state: type.replace("deploy_", ""),
      name: "academy",
      url: "https://academy.example.com",
      updated_at: now.toISOString(),
      context: "production",
    });
    return { body, contentType: "application/json", headers: { "x-netlify-event": type } };
  },
};
