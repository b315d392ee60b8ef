import type { Provider } from "../provider.ts";

const HOUR_S = 3_600;

/**
 * Mailgun signs a time and a random token that it puts into the body, and nothing else of the body: verified says that
 * Mailgun sent such a token, not that this is what it sent with it. So the token is the event's id, as the documentation
 * advises: whoever has seen one can send it again, with other content, and that is found out.
 */
export const mailgun: Provider = {
  id: "mailgun",
  name: "Mailgun",
  documentation:
    "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
  recipe: {
    kind: "hmac",
    scheme: "mailgun",
    // A subaccount's events are signed with its own key and, beside it, with the primary account's.
    signature: [{ json: "/signature/signature" }, { json: "/signature/parent-signature" }],
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { json: "/signature/token" }],
    timestamp: {
      from: { json: "/signature/timestamp" },
      unit: "s",
      // The documentation leaves it to the receiver. Retries go on for 8 hours and 5 minutes, perhaps as first signed.
      pastSecondsMax: 9 * HOUR_S,
      futureSecondsMax: 300,
    },
    coversBody: false,
  },
  describe: { type: { json: "/event-data/event" }, id: { json: "/signature/token" } },
  canonical: {},
  dedupeCovered: true,
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 485 * 60_000,
    note: "Seven times within 8 hours unless answered 200; 406 ends it.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the HTTP webhook signing key of the account, which is not the API key",
  },
  evidence: ["formula"],
  sampleTypes: ["delivered", "failed", "opened"],

  sample(type, now) {
    const seconds = now.getTime() / 1_000;
    const body = JSON.stringify({
      signature: { token: now.getTime().toString(16).padStart(50, "0") },
      "event-data": {
        id: `${now.getTime()}`,
        event: type,
        timestamp: seconds,
        recipient: "alice@example.com",
      },
    });
    return { body, contentType: "application/json" };
  },
};
