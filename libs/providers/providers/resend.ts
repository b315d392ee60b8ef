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
