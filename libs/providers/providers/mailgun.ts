import type { Provider } from "../provider.ts";

const HOUR_S = 3_600;

/**
 * Mailgun signs only a time and a random token in the body: a verified request proves that Mailgun sent this token, not that
 * it sent this content with it. So the token is the event's id, as the documentation advises: someone who has seen one can
 * send it again with other content, and is then detected by the id.
 */
export const mailgun: Provider = {
  id: "mailgun",
  name: "Mailgun",
  documentation:
    "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
  recipe: {
    kind: "hmac",
    scheme: "mailgun",
    // A subaccount's events are signed with its own key and also with the primary account's.
    signature: [{ json: "/signature/signature" }, { json: "/signature/parent-signature" }],
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { json: "/signature/token" }],
    timestamp: {
      from: { json: "/signature/timestamp" },
      unit: "s",
      // The documentation leaves it to the receiver. Retries last 8 hours and 5 minutes, perhaps with the first signature.
      pastSecondsMax: 9 * HOUR_S,
      futureSecondsMax: 300,
    },
    coversBody: false,
  },
  // Messages have at most 25 MB, and a route posts all of one.
  bodyBytesMax: 25 * 1024 * 1024,
  describe: { type: { json: "/event-data/event" }, id: { json: "/signature/token" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 485 * 60_000,
    note: "Seven times within 8 hours, until answered 200; 406 ends the retries.",
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
