import type { Provider } from "../provider.ts";

/**
 * Notion signs the body with the verification token, and counts its attempts inside the body. It chooses the token: the first
 * request contains it, unsigned, and an operator must enter it at Notion, too. That request is refused, so that nobody else
 * can choose the secret, and the operator finds it in quarantine.
 */
export const notion: Provider = {
  id: "notion",
  name: "Notion",
  documentation: "https://developers.notion.com/reference/webhooks",
  recipe: {
    kind: "hmac",
    scheme: "notion",
    signature: { header: "x-notion-signature" },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe: { type: { json: "/type" }, id: { json: "/id" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  // Receivers quote https://developers.notion.com/reference/webhooks-events-delivery so; we have not read it there.
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note: "Up to eight times with growing delays, the last about 24 hours after the event.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note:
      "the verification_token in the first request, which is refused and kept in quarantine; enter it here in place of a " +
      "first, arbitrary secret, and at Notion",
  },
  evidence: ["sdk"],
  sampleTypes: ["page.content_updated", "page.created", "comment.created"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    const [entity = ""] = type.split(".");
    const body = JSON.stringify({
      id: `00000000-0000-4000-8000-${number}`,
      timestamp: now.toISOString(),
      workspace_id: "13950b26-c203-4f3b-b97d-93ec06319565",
      subscription_id: "29d75c0d-5546-4414-8459-7b7a92f1fc4b",
      integration_id: "0ef2e755-4912-8096-91c1-00376a88a5ca",
      type,
      authors: [{ id: "c7c11cca-1d73-471d-9b6e-bdef51470190", type: "person" }],
      attempt_number: 1,
      entity: { id: "153104cd-477e-809d-8dc4-ff2d96ae3090", type: entity },
      data: {},
    });
    return { body, contentType: "application/json" };
  },
};
