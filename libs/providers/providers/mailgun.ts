import {
  type MacRecipe,
  type Place,
  type Reading,
  readPlace,
  type SignedRequest,
} from "@hookgate/signature";
import { readRule } from "../describe_event.ts";
import { HOUR_MS, MINUTE_MS } from "../durations.ts";
import type { Provider, ProviderDescription } from "../provider.ts";

const HOUR_S = 3_600;

const RULE = {
  type: [{ json: "/event-data/event" }, { form: "event" }],
  id: [{ json: "/signature/token" }, { form: "token" }],
};

/** One of these is in every message of a route, and in no event. */
const MESSAGES = [{ form: "body-plain" }, { form: "body-mime" }, { form: "message-url" }] as const;

/** The same formula, with its three texts in other places. */
function scheme(
  name: string,
  { signature, token, time }: { signature: readonly Place[]; token: Place; time: Place },
): MacRecipe {
  return {
    kind: "hmac",
    scheme: name,
    signature,
    digest: "sha256",
    encoding: "hex",
    signed: ["timestamp", token],
    timestamp: {
      from: time,
      unit: "s",
      // The documentation leaves it to the receiver. Retries last 8 hours and 5 minutes, perhaps with the first signature.
      pastSecondsMax: 9 * HOUR_S,
      futureSecondsMax: 300,
    },
    coversBody: false,
  };
}

/** A message's own headers are fields, too, so anyone who writes one could name an event: look for the message first. */
function describe(request: SignedRequest): ProviderDescription {
  const own = readRule(RULE, request);
  const reading: Reading = { request };
  const message = MESSAGES.find((place) => readPlace(reading, place) !== undefined);
  return message === undefined ? own : { ...own, type: "inbound", readable: true, typeAt: message };
}

/**
 * Mailgun signs only a time and a random token in the body: a verified request proves that Mailgun sent this token, not that
 * it sent this content with it. So the token is the event's id, as the documentation advises: someone who has seen one can
 * send it again with other content, and is then detected by the id.
 *
 * Older webhooks and the messages that a route forwards are forms, multipart if they have attachments. A message's type is
 * `inbound`.
 */
export const mailgun: Provider = {
  id: "mailgun",
  name: "Mailgun",
  documentation:
    "https://documentation.mailgun.com/docs/mailgun/user-manual/webhooks/securing-webhooks",
  recipe: {
    kind: "any",
    scheme: "mailgun",
    recipes: [
      scheme("mailgun_json", {
        // A subaccount's events are signed with its own key and also with the primary account's.
        signature: [{ json: "/signature/signature" }, { json: "/signature/parent-signature" }],
        token: { json: "/signature/token" },
        time: { json: "/signature/timestamp" },
      }),
      scheme("mailgun_form", {
        signature: [{ form: "signature" }],
        token: { form: "token" },
        time: { form: "timestamp" },
      }),
    ],
  },
  // Messages have at most 25 MB, and a route posts all of one.
  bodyBytesMax: 25 * 1024 * 1024,
  describe,
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 485 * 60_000,
    note: "Seven times within 8 hours, until answered 200; 406 ends the retries.",
    waitsMs: [
      10 * MINUTE_MS,
      10 * MINUTE_MS,
      15 * MINUTE_MS,
      30 * MINUTE_MS,
      HOUR_MS,
      2 * HOUR_MS,
      4 * HOUR_MS,
    ],
    source: "https://help.mailgun.com/hc/en-us/articles/202236504-Webhooks",
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

  schemeSamples: {
    mailgun_form(type, now) {
      const token = now.getTime().toString(16).padStart(50, "0");
      const form = new URLSearchParams({ event: type, recipient: "alice@example.com", token });
      return { body: form.toString(), contentType: "application/x-www-form-urlencoded" };
    },
  },
};
