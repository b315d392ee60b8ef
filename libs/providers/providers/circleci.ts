import type { Provider } from "../provider.ts";

/** CircleCI signs the body; the type's header is not signed, but the body has the type, too. */
export const circleci: Provider = {
  id: "circleci",
  name: "CircleCI",
  documentation: "https://circleci.com/docs/outbound-webhooks/#validate-webhooks",
  recipe: {
    kind: "hmac",
    scheme: "circleci",
    signature: { header: "circleci-signature" },
    // The documentation announces later versions; only `v1` exists.
    format: { kind: "pairs", delimiter: ",", key: "v1" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe: { type: { json: "/type" }, id: { json: "/id" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "After any answer that is not 2xx, or none within 10 seconds; CircleCI does not say how often or for how long.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the secret token, as entered at the project's webhook" },
  evidence: ["example"],
  sampleTypes: ["workflow-completed", "job-completed", "ping"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    const body = JSON.stringify({
      id: `00000000-0000-4000-8000-${number}`,
      type,
      happened_at: now.toISOString(),
      webhook: { id: "cf8c4fdd-0587-4da1-b4ca-4846e9640af9", name: "Sample Webhook" },
      project: { id: "84996744-a854-4f5e-aea3-04e2851dc1d2", name: "academy" },
      organization: { id: "f22b6566-597d-46d5-ba74-99ef5bb3d85c", name: "example" },
      workflow: { id: "fda08377-fe7e-46b1-8992-3a7aaecac9c3", name: "build", status: "success" },
    });
    return {
      body,
      contentType: "application/json",
      headers: { "circleci-event-type": type, "user-agent": "CircleCI-Webhook/1.0" },
    };
  },
};
