import type { Provider } from "../provider.ts";

/** Jira's webhooks that have a secret sign the body as WebSub does. The identifier that its retries keep is a header. */
export const jira: Provider = {
  id: "jira",
  name: "Jira",
  documentation:
    "https://developer.atlassian.com/cloud/jira/platform/webhooks/#secure-admin-webhooks",
  recipe: {
    kind: "hmac",
    scheme: "jira",
    signature: { header: "x-hub-signature" },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  describe: {
    type: { json: "/webhookEvent" },
    id: { header: "x-atlassian-webhook-identifier" },
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  // Of Jira Cloud, which drops what is larger. Receivers quote this and the retries from the page above; we have not read it
  // there.
  bodyBytesMax: 25 * 1024 * 1024,
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 2 * 3_600_000,
    note:
      "Up to five times, 5 to 15 minutes apart, after 408, 409, 425, 429, 5xx or no answer; only once while a webhook has " +
      "failed for half an hour.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the webhook's secret, as entered or generated there" },
  evidence: ["example"],
  sampleTypes: ["jira:issue_created", "jira:issue_updated", "comment_created"],

  sample(type, now) {
    const body = JSON.stringify({
      timestamp: now.getTime(),
      webhookEvent: type,
      user: { accountId: "5b10a2844c20165700ede21g", displayName: "Ada Example" },
      issue: { id: "10002", key: "ED-1", fields: { summary: "Course material" } },
    });
    return {
      body,
      contentType: "application/json; charset=UTF-8",
      headers: {
        "x-atlassian-webhook-identifier": `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
      },
    };
  },
};
