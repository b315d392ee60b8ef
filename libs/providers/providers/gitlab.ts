import type { Provider } from "../provider.ts";

const DAY_MS = 86_400_000;

/**
 * GitLab with a signing token, as in Standard Webhooks. The older secret token (`gitlab_token`) is itself sent: it proves
 * that the sender knows it, but nothing about the body, and counts only if a source names that scheme.
 */
export const gitlab: Provider = {
  id: "gitlab",
  name: "GitLab",
  documentation: "https://docs.gitlab.com/user/project/integrations/webhooks/",
  recipe: {
    kind: "hmac",
    scheme: "gitlab",
    signature: { header: "webhook-signature" },
    format: { kind: "versions", version: "v1" },
    digest: "sha256",
    encoding: "base64",
    key: "whsec",
    signed: [{ header: "webhook-id" }, { literal: "." }, "timestamp", { literal: "." }, "body"],
    timestamp: {
      from: { header: "webhook-timestamp" },
      unit: "s",
      pastSecondsMax: 300,
      futureSecondsMax: 300,
    },
  },
  alternatives: [
    { kind: "shared_secret", scheme: "gitlab_token", from: { header: "x-gitlab-token" } },
  ],
  // A webhook whose payload would be larger than 25 MB is not sent.
  bodyBytesMax: 25 * 1024 * 1024,
  describe: {
    // System hooks have only `event_name`. The header `x-gitlab-event` is not signed.
    type: [{ json: "/object_kind" }, { json: "/event_name" }],
    // The first is signed, and equal to the second, which is all that the older scheme has.
    id: [{ header: "webhook-id" }, { header: "idempotency-key" }],
  },
  canonical: {},
  // Before version 17.4 there is no id, and two pings or pushes may have the same bytes. `x-gitlab-event-uuid` is shared by
  // all events that one has led to.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 10_000,
  retries: {
    automatic: false,
    horizonMs: 2 * DAY_MS,
    note:
      "By hand from the webhook's recent events. Four failures in a row disable a webhook, at first for a minute; " +
      "40 disable it for good.",
    switchesOff: { failures: 4, how: "paused" },
    source: "https://docs.gitlab.com/user/project/integrations/webhooks/",
  },
  needsPublicUrl: false,
  secretHint: {
    // For the signing token: a secret token may be any text.
    pattern: /^whsec_[A-Za-z0-9+/]{32,88}={0,2}$/,
    note: "the webhook's signing token (whsec_ and base64); for the scheme gitlab_token its secret token, any text",
  },
  evidence: ["sdk", "shared_secret"],
  sampleTypes: ["push", "merge_request", "pipeline", "issue"],

  sample(type, now) {
    const number = now.getTime().toString().padStart(12, "0");
    const id = `00000000-0000-4000-8000-${number}`;
    const body = JSON.stringify({
      object_kind: type,
      event_type: type,
      user: { id: 1, name: "Ada Example", username: "ada" },
      project: { id: 15, name: "Diaspora", path_with_namespace: "mike/diaspora" },
      object_attributes: { id: 301, updated_at: now.toISOString() },
    });
    return {
      body,
      contentType: "application/json",
      headers: {
        "x-gitlab-event": `${type.charAt(0).toUpperCase()}${type.slice(1).replaceAll("_", " ")} Hook`,
        "x-gitlab-event-uuid": `00000000-0000-4000-9000-${number}`,
        "x-gitlab-webhook-uuid": "00000000-0000-4000-a000-000000000001",
        "x-gitlab-instance": "https://gitlab.com",
        "idempotency-key": id,
        "webhook-id": id,
        "user-agent": "GitLab/18.0.0",
      },
    };
  },
};
