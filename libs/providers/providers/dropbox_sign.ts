import type { Provider } from "../provider.ts";

const FIELD = "json";
const DAY_S = 86_400;

/**
 * Dropbox Sign (HelloSign) sends JSON in a field of a multipart form. As `EventCallbackHelper` of its package shows, it signs only the event's time and type: a verified
 * request proves neither the document nor anything else in it.
 */
export const dropboxSign: Provider = {
  id: "dropbox_sign",
  name: "Dropbox Sign",
  documentation: "https://developers.hellosign.com/docs/events/walkthrough/",
  recipe: {
    kind: "hmac",
    scheme: "dropbox_sign",
    signature: { form: FIELD, json: "/event/event_hash" },
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", { form: FIELD, json: "/event/event_type" }],
    // The time is that of the event, and retries last for up to three days. The documentation names no tolerance.
    timestamp: {
      from: { form: FIELD, json: "/event/event_time" },
      unit: "s",
      pastSecondsMax: 3 * DAY_S + 3_600,
      futureSecondsMax: 300,
    },
    coversBody: false,
  },
  describe: {
    type: { form: FIELD, json: "/event/event_type" },
    id: { form: FIELD, json: "/event/event_hash" },
  },
  canonical: {},
  // Two events of a type within one second have the same hash.
  identity: { bodiesDiffer: false, idUnique: false },
  // Anything without this text counts as a failure.
  ownResponse: {
    status: 200,
    contentType: "text/plain; charset=utf-8",
    body: "Hello API Event Received",
  },
  // "How many times does the API retry my callback" in its help centre: 30 seconds, and six retries within about 30 hours.
  ackDeadlineMs: 30_000,
  retries: {
    automatic: true,
    // Longer: https://developers.hellosign.com/api/manual-reference-pages/glossary/callbacks-events
    horizonMs: 3 * DAY_S * 1_000,
    note: "With growing delays, the first after five minutes, for about three days.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "the API key of the account" },
  evidence: ["sdk"],
  sampleTypes: ["signature_request_signed", "signature_request_all_signed", "callback_test"],

  sample(type, now) {
    const seconds = Math.floor(now.getTime() / 1_000);
    const json = JSON.stringify({
      event: {
        event_time: String(seconds),
        event_type: type,
        event_metadata: { reported_for_account_id: "63522885f9261e2b04eea043933ee7313eb674fd" },
      },
      signature_request: { signature_request_id: "fa5c8a0b0f492d768749333ad6fcc214c111e967" },
    });
    const boundary = "------------------------d74496d66958873e";
    const head = `content-disposition: form-data; name="${FIELD}"`;
    return {
      body: `--${boundary}\r\n${head}\r\n\r\n${json}\r\n--${boundary}--\r\n`,
      contentType: `multipart/form-data; boundary=${boundary}`,
    };
  },
};
