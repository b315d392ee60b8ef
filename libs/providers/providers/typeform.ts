import type { Provider } from "../provider.ts";

/** Typeform signs the body in base64, unlike most that write `sha256=`. */
export const typeform: Provider = {
  id: "typeform",
  name: "Typeform",
  documentation: "https://www.typeform.com/developers/webhooks/secure-your-webhooks/",
  recipe: {
    kind: "hmac",
    scheme: "typeform",
    signature: { header: "typeform-signature" },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "base64",
    signed: ["body"],
  },
  describe: { type: { json: "/event_type" }, id: { json: "/event_id" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 30_000,
  retries: {
    automatic: true,
    horizonMs: 10 * 3_600_000,
    note:
      "After 408, 423, 429 or 503 every two to three minutes for ten hours; after any other answer five times within " +
      "four hours; 404 and 410 disable the webhook at once.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "any text, as entered for the webhook" },
  evidence: ["formula"],
  sampleTypes: ["form_response", "form_response_partial"],

  sample(type, now) {
    const body = JSON.stringify({
      event_id: `01H${now.getTime()}`,
      event_type: type,
      form_response: {
        form_id: "lT4Z3j",
        token: "a3a12ec67a1365927098a606107fac15",
        submitted_at: now.toISOString(),
        landed_at: now.toISOString(),
        definition: { id: "lT4Z3j", title: "Webhooks example", fields: [] },
        answers: [],
      },
    });
    return { body, contentType: "application/json" };
  },
};
