import { namedStandardWebhooks } from "../named_standard_webhooks.ts";

/** Replicate sends the prediction itself: its type is the prediction's status. */
export const replicate = namedStandardWebhooks({
  id: "replicate",
  name: "Replicate",
  documentation: "https://replicate.com/docs/topics/webhooks/verify-webhook",
  family: "webhook",
  describe: { type: { json: "/status" }, id: { header: "webhook-id" } },
  // https://replicate.com/docs/topics/webhooks/receive-webhook
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 60_000,
    note:
      "The final webhook several times with growing delays after 4xx, 5xx or no answer, the last time about a minute after " +
      "the prediction completed; those of states in between never.",
  },
  sampleTypes: ["succeeded", "failed", "canceled", "processing"],

  body(type, now) {
    return {
      id: "ufawqhfynnddngldkgtslldrkq",
      version: "5c7d5dc6dd8bf75c1acaa8565735e7986bc5b66206b55cca93cb72c9bf15ccaa",
      created_at: now.toISOString(),
      started_at: null,
      completed_at: now.toISOString(),
      status: type,
      input: { text: "Alice" },
      output: null,
      error: null,
      logs: "",
      metrics: {},
    };
  },
});
