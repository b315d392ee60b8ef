import type { Provider } from "../provider.ts";

/**
 * Buildkite signs the time and the body if the notification service is set to send a signature; otherwise it sends the
 * token itself, which is a scheme of its own that proves nothing about the body.
 */
export const buildkite: Provider = {
  id: "buildkite",
  name: "Buildkite",
  documentation: "https://buildkite.com/docs/apis/webhooks/pipelines#webhook-signature",
  recipe: {
    kind: "hmac",
    scheme: "buildkite",
    signature: { header: "x-buildkite-signature" },
    format: { kind: "pairs", delimiter: ",", key: "signature" },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { literal: "." }, "body"],
    // The documentation leaves the window to the receiver and names 5 minutes. The time is that of the request.
    timestamp: {
      from: { pair: "timestamp" },
      unit: "s",
      pastSecondsMax: 300,
      futureSecondsMax: 300,
    },
  },
  alternatives: [
    { kind: "shared_secret", scheme: "buildkite_token", from: { header: "x-buildkite-token" } },
  ],
  describe: { type: [{ json: "/event" }, { header: "x-buildkite-event" }], id: null },
  canonical: {},
  // A build that changes fast can be sent twice in the same, later state.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: null,
    horizonMs: null,
    note: "The documentation names neither retries nor a largest body. A webhook's page shows its last 20 requests.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the token of the webhook notification service" },
  evidence: ["formula"],
  sampleTypes: ["build.finished", "build.running", "job.finished", "ping"],

  sample(type, now) {
    const body = JSON.stringify({
      event: type,
      build: {
        id: "f62a1b4d-10f9-4790-bc1c-e2c3a0c80983",
        number: 1,
        state: "passed",
        created_at: now.toISOString(),
        finished_at: now.toISOString(),
      },
      pipeline: { id: "849411f9-9e6d-4739-a0d8-e247088e9b52", slug: "academy" },
      sender: { id: "8a7693f8-dbae-4783-9137-84090fce9045", name: "Ada Example" },
    });
    return { body, contentType: "application/json", headers: { "x-buildkite-event": type } };
  },
};
