import { readJson, readPointer, type SignedRequest } from "@hookgate/signature";
import type { Handshake } from "../handshake.ts";
import { echoChallenge } from "../handshake.ts";
import { readJsonStrings } from "../json/read_json_strings.ts";
import type { Provider } from "../provider.ts";

/**
 * `webhook_callback_verification`, recognised by its body: the header with the kind of message is not signed, so anyone
 * could change it to pass an event off as a handshake.
 */
const handshake: Handshake = {
  methods: ["POST"],
  verified: true,
  everyMs: null,

  answer({ method, body }) {
    const challenge = readJsonStrings(body, ["challenge"])?.get("challenge");
    return method !== "POST" || challenge === undefined ? null : echoChallenge(challenge);
  },

  sample(challenge, { url }) {
    const subscription = {
      id: "1",
      type: "channel.follow",
      status: "webhook_callback_verification_pending",
    };
    return {
      method: "POST",
      url,
      headers: {
        "content-type": "application/json",
        "twitch-eventsub-message-id": "00000000-0000-4000-8000-000000000001",
        "twitch-eventsub-message-type": "webhook_callback_verification",
      },
      body: Buffer.from(JSON.stringify({ challenge, subscription })),
    };
  },
};

/** The subscription's type; `revocation` if it ended, which is sent without an event. */
function describe(request: SignedRequest) {
  const json = readJson({ request });
  const subscribed = readPointer(json, "/subscription/type");
  const isEvent = ["/event", "/events"].some((place) => readPointer(json, place) !== undefined);
  const type = typeof subscribed === "string" ? subscribed : "";
  const [id = ""] = request.headers("twitch-eventsub-message-id");
  return {
    type: type === "" || isEvent ? type : "revocation",
    providerEventId: id,
    readable: type !== "",
    idAt: { header: "twitch-eventsub-message-id" },
  };
}

/** Twitch EventSub over webhooks. The id is signed with the rest, and the same in every retry. */
export const twitch: Provider = {
  id: "twitch",
  name: "Twitch EventSub",
  documentation: "https://dev.twitch.tv/docs/eventsub/handling-webhook-events/",
  recipe: {
    kind: "hmac",
    scheme: "twitch",
    signature: { header: "twitch-eventsub-message-signature" },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "hex",
    signed: [{ header: "twitch-eventsub-message-id" }, "timestamp", "body"],
    timestamp: {
      from: { header: "twitch-eventsub-message-timestamp" },
      unit: "iso",
      pastSecondsMax: 600,
      futureSecondsMax: 600,
    },
  },
  handshake,
  describe,
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: null,
    note: "Answer within a few seconds; too many failures revoke the subscription.",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[\x20-\x7e]{10,100}$/,
    note: "10 to 100 ASCII characters, as set when the subscription was created",
  },
  evidence: ["formula"],
  sampleTypes: ["channel.follow", "stream.online", "revocation"],

  sample(type, now) {
    const revoked = type === "revocation";
    const subscription = {
      id: "f1c2a387-161a-49f9-a165-0f21d7a4e1c4",
      type: revoked ? "channel.follow" : type,
      version: "1",
      status: revoked ? "authorization_revoked" : "enabled",
      condition: { broadcaster_user_id: "12826" },
    };
    const event = { broadcaster_user_id: "12826", followed_at: now.toISOString() };
    return {
      body: JSON.stringify(revoked ? { subscription } : { subscription, event }),
      contentType: "application/json",
      headers: {
        "twitch-eventsub-message-id": `00000000-0000-4000-8000-${now.getTime().toString().padStart(12, "0")}`,
        "twitch-eventsub-message-type": revoked ? "revocation" : "notification",
        "twitch-eventsub-subscription-type": subscription.type,
      },
    };
  },
};
