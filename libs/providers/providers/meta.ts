import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import { HOUR_MS } from "../durations.ts";
import { hubHandshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/**
 * Most updates in one request (https://developers.facebook.com/docs/graph-api/webhooks/getting-started). Of more, no fields are
 * read.
 */
const UPDATES_MAX = 1_000;

/**
 * Messenger and Instagram have separate lists for messages: `standby` for those of a conversation that another app holds
 * (https://developers.facebook.com/documentation/business-messaging/messenger-platform/webhooks/webhook-events/standby).
 */
const MESSAGES = ["messaging", "standby"] as const;

/** `object.field`, such as `whatsapp_business_account.messages`; only `object` if there is no field. */
function describe(request: SignedRequest) {
  const json = readJson({ request });
  const object = readPointer(json, "/object");
  if (typeof object !== "string") return { type: "", providerEventId: "", readable: false };
  const all = listAt(json, "/entry");
  const entries = all.length > UPDATES_MAX ? [] : all;
  const fields = entries.flatMap((entry) => {
    const named = listAt(entry, "/changes").map((change) => readPointer(change, "/field"));
    // Only the fields' names, if the app's setting "Include Values" is off.
    const bare = listAt(entry, "/changed_fields");
    const lists = MESSAGES.filter((list) => readPointer(entry, `/${list}`) !== undefined);
    return [...named, ...bare, ...lists];
  });
  const field = batchType(fields);
  return {
    type: field === "" ? object : `${object}.${field}`,
    providerEventId: "",
    readable: true,
    // Without values it only names what changed and the second, in which more may change.
    ...(!hasValues(all[0]) && { bodiesDiffer: false }),
  };
}

/** Whether an entry says what is new: the app's setting "Include Values", and messages. */
function hasValues(entry: unknown): boolean {
  const lists = MESSAGES.map((list) => `/${list}`);
  return ["/changes/0/value", ...lists].some((at) => readPointer(entry, at) !== undefined);
}

function listAt(json: unknown, pointer: string): readonly unknown[] {
  const list = readPointer(json, pointer);
  return Array.isArray(list) ? list : [];
}

/** Meta: Facebook, Instagram, Messenger and WhatsApp. A request has several changes and no id. */
export const meta: Provider = {
  id: "meta",
  name: "Meta",
  documentation: "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
  recipe: {
    kind: "hmac",
    scheme: "meta",
    signature: { header: "x-hub-signature-256" },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  handshake: hubHandshake(),
  // WhatsApp's: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
  bodyBytesMax: 3 * 1024 * 1024,
  describe,
  canonical: {},
  identity: {
    bodiesDiffer: [
      { json: "/entry/0/time" },
      // WhatsApp's messages and their statuses have no time of the entry.
      { json: "/entry/0/changes/0/value/messages/0/id" },
      { json: "/entry/0/changes/0/value/statuses/0/timestamp" },
    ],
  },
  // There is no common deadline: Messenger's older https://developers.facebook.com/docs/messenger-platform/faq has 20 s.
  ackDeadlineMs: null,
  // WhatsApp's: https://developers.facebook.com/documentation/business-messaging/whatsapp/webhooks/overview
  retries: {
    automatic: true,
    horizonMs: 7 * 86_400_000,
    note:
      "At once, then less and less often: for 36 hours, WhatsApp for 7 days. Messenger unsubscribes an application " +
      "that keeps failing.",
    givesUpAfterMs: 36 * HOUR_MS,
    source: "https://developers.facebook.com/docs/graph-api/webhooks/getting-started",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9a-f]{32}$/,
    note: "the app secret, 32 hexadecimal digits",
    trial: (hex) => hex.slice(0, 32),
  },
  settings: [
    {
      name: "verify_token",
      required: true,
      secret: true,
      note: "the verify token that was entered with the callback URL in the app's dashboard",
    },
  ],
  evidence: ["formula"],
  sampleTypes: ["whatsapp_business_account.messages", "page.feed", "page.messaging", "user.photos"],

  sample(type, now) {
    const [object = type, ...rest] = type.split(".");
    const field = rest.join(".");
    const time = Math.floor(now.getTime() / 1_000);
    const content =
      field === "messaging"
        ? { messaging: [{ sender: { id: "2" }, timestamp: now.getTime(), message: { text: "é" } }] }
        : { changes: [{ field, value: { verb: "update" } }] };
    const entry = { id: "0", time, ...(field === "" ? {} : content) };
    return { body: JSON.stringify({ object, entry: [entry] }), contentType: "application/json" };
  },
};
