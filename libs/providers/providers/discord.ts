import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import type { Handshake } from "../handshake.ts";
import { answerJson } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** Types of interactions, by number; 1 is a PING. */
const INTERACTIONS: ReadonlyMap<unknown, string> = new Map([
  [2, "APPLICATION_COMMAND"],
  [3, "MESSAGE_COMPONENT"],
  [4, "APPLICATION_COMMAND_AUTOCOMPLETE"],
  [5, "MODAL_SUBMIT"],
]);

const WEBHOOK_PING = 0;
const INTERACTION_PING = 1;
/** Of a webhook event; an interaction's PING has the same number, but no `event`. */
const WEBHOOK_EVENT = 1;

/**
 * There are two kinds of PING with different answers. Discord also sends some with a wrong signature, which must be refused
 * with 401: they are answered only after they are verified, like events.
 */
const handshake: Handshake = {
  methods: ["POST"],
  verified: true,
  everyMs: null,

  answer(request) {
    if (request.method !== "POST") return null;
    const json = readJson({ request });
    if (readPointer(json, "/event") !== undefined) return null;
    const type = readPointer(json, "/type");
    if (type === INTERACTION_PING) return answerJson({ type: INTERACTION_PING });
    // Discord requires a content type even without content.
    const headers = { "content-type": "application/json; charset=utf-8" };
    return type === WEBHOOK_PING ? { status: 204, headers, body: "" } : null;
  },

  /** An interaction's PING, which has an id instead of a challenge. */
  sample(challenge, { url }) {
    const body = { id: challenge, application_id: "1", type: INTERACTION_PING, version: 1 };
    return {
      method: "POST",
      url,
      headers: { "content-type": "application/json" },
      body: Buffer.from(JSON.stringify(body)),
    };
  },
};

function describe(request: SignedRequest) {
  const json = readJson({ request });
  const event = readPointer(json, "/event/type");
  if (typeof event === "string") return { type: event, providerEventId: "", readable: true };
  const id = readPointer(json, "/id");
  const type = INTERACTIONS.get(readPointer(json, "/type")) ?? "";
  return { type, providerEventId: typeof id === "string" ? id : "", readable: type !== "" };
}

/** Discord's webhook events, and its interactions over HTTP: one public key signs both. */
export const discord: Provider = {
  id: "discord",
  name: "Discord",
  documentation: "https://docs.discord.com/developers/events/webhook-events",
  recipe: {
    kind: "public_key",
    scheme: "discord",
    signature: { header: "x-signature-ed25519" },
    algorithm: "ed25519",
    encoding: "hex",
    key: "hex",
    signed: ["timestamp", "body"],
    timestamp: {
      from: { header: "x-signature-timestamp" },
      unit: "s",
      // No statement on a tolerance was found, or on whether a retry has its own time: as long as it retries.
      pastSecondsMax: 10 * 60 + 300,
      futureSecondsMax: 300,
    },
  },
  handshake,
  describe,
  canonical: {},
  // Of a webhook event, in microseconds. Interactions have an id.
  identity: { bodiesDiffer: [{ json: "/event/timestamp" }] },
  // For webhook events. An interaction can be answered later at its callback, with its token.
  ownResponse: { status: 204, contentType: "application/json; charset=utf-8", body: "" },
  ackDeadlineMs: 3_000,
  retries: {
    automatic: true,
    horizonMs: 10 * 60_000,
    note: "Webhook events several times within 10 minutes; interactions never: they expire after 3 s.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9a-f]{64}$/,
    note: "the app's public key, 64 hexadecimal digits; not the bot's token",
  },
  evidence: ["sdk"],
  sampleTypes: ["APPLICATION_AUTHORIZED", "ENTITLEMENT_CREATE", "APPLICATION_COMMAND"],

  sample(type, now) {
    const app = { version: 1, application_id: "1234560123453231555" };
    const number = [...INTERACTIONS].find(([, name]) => name === type)?.[0];
    const event = { type, timestamp: now.toISOString(), data: {} };
    const json =
      number === undefined
        ? { ...app, type: WEBHOOK_EVENT, event }
        : { ...app, id: `${now.getTime()}`, type: number, data: { name: "hello" } };
    return { body: JSON.stringify(json), contentType: "application/json" };
  },
};
