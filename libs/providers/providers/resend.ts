import { HOUR_MS, MINUTE_MS, SECOND_MS } from "../durations.ts";
import { namedStandardWebhooks } from "../named_standard_webhooks.ts";

/** Resend sends through Svix. */
export const resend = namedStandardWebhooks({
  id: "resend",
  name: "Resend",
  documentation: "https://resend.com/docs/webhooks/verify-webhooks-requests",
  family: "svix",
  // https://resend.com/docs/webhooks/retries-and-replays
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 28 * 3_600_000,
    note: "After 5 seconds, 5 and 30 minutes, 2, 5, 10 and 10 hours; also by hand.",
    waitsMs: [
      5 * SECOND_MS,
      5 * MINUTE_MS,
      30 * MINUTE_MS,
      2 * HOUR_MS,
      5 * HOUR_MS,
      10 * HOUR_MS,
      10 * HOUR_MS,
    ],
    source: "https://resend.com/docs/webhooks/retries-and-replays",
  },
  sampleTypes: ["email.delivered", "email.bounced", "email.opened"],

  body(type, now) {
    return {
      type,
      created_at: now.toISOString(),
      data: {
        email_id: "56761188-7520-42d8-8898-ff6fc54ce618",
        from: "Academy <academy@example.com>",
        to: ["student@example.com"],
        subject: "Welcome",
      },
    };
  },
});
