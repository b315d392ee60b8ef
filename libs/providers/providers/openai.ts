import { namedStandardWebhooks } from "../named_standard_webhooks.ts";

/** OpenAI's webhooks for responses, batches and other work in the background. */
export const openai = namedStandardWebhooks({
  id: "openai",
  name: "OpenAI",
  documentation: "https://platform.openai.com/docs/guides/webhooks",
  family: "webhook",
  // "A few seconds", the documentation says.
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 72 * 3_600_000,
    note: "With growing delays for up to 72 hours; a redirect counts as a failure.",
  },
  sampleTypes: ["response.completed", "batch.completed", "fine_tuning.job.succeeded"],

  body(type, now) {
    const created = Math.floor(now.getTime() / 1_000);
    return {
      id: `evt_${now.getTime()}`,
      object: "event",
      created_at: created,
      type,
      data: { id: "resp_685343a1381c819085d44c354e1b330e" },
    };
  },
});
