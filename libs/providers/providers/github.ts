import type { Provider } from "../provider.ts";

/**
 * GitHub signs only the body: the event's name and the delivery's id are headers that anyone could change. A redelivery
 * keeps its id.
 */
export const github: Provider = {
  id: "github",
  name: "GitHub",
  documentation: "https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries",
  recipe: {
    kind: "hmac",
    scheme: "github",
    signature: { header: "x-hub-signature-256" },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  // https://docs.github.com/webhooks/webhook-events-and-payloads: payloads are capped at 25 MB, and larger ones not sent.
  bodyBytesMax: 25 * 1024 * 1024,
  describe: { type: { header: "x-github-event" }, id: { header: "x-github-delivery" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 10_000,
  retries: {
    automatic: false,
    horizonMs: 3 * 86_400_000,
    note: "Never automatically; by hand for three days, with the same delivery id.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "any text, as entered at the webhook's settings" },
  evidence: ["sdk", "example"],
  sampleTypes: ["ping", "push"],

  sample(type, now) {
    const repository = { id: 1, name: "hello", full_name: "octocat/hello" };
    const content =
      type === "ping"
        ? { zen: "Design for failure.", hook_id: 1, hook: { type: "Repository", active: true } }
        : { ref: "refs/heads/main", head_commit: { timestamp: now.toISOString() } };
    return {
      body: JSON.stringify({ ...content, repository }),
      contentType: "application/json",
      headers: {
        "x-github-event": type,
        "x-github-delivery": `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
        "x-github-hook-id": "1",
        "user-agent": "GitHub-Hookshot/0000000",
      },
    };
  },
};
