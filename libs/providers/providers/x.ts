import { createHmac } from "node:crypto";
import {
  JsonPart,
  readJson,
  readPlace,
  readPointer,
  type SignedRequest,
  scalarText,
} from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import { HOUR_MS } from "../durations.ts";
import type { Handshake } from "../handshake.ts";
import { answerJson, refuseHandshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** No character of it can start a JSON object, and every event is one. */
const CRC_TOKEN = /^[A-Za-z0-9._~+/=-]{1,500}$/;
const OPEN_BRACE = 0x7b;

/**
 * The challenge-response check, at set-up and every hour: the receiver signs a token, which anyone can choose, with the
 * secret that also signs events. So no text may be valid for both: a token has no brace, and the recipe accepts no body that
 * does not start with one.
 */
const handshake: Handshake = {
  methods: ["GET"],
  verified: false,
  everyMs: 3_600_000,

  answer(request, { secrets }) {
    const token = readPlace({ request }, { query: "crc_token" });
    if (request.method !== "GET" || token === undefined) return null;
    if (token === null || !CRC_TOKEN.test(token)) {
      return refuseHandshake(400, "the token does not have the form of X's");
    }
    // The consumer secret signs everything; the first secret is the current one.
    const secret = secrets.find(({ value }) => value !== "");
    if (secret === undefined)
      return refuseHandshake(403, "the source has no secret to answer with");
    const mac = createHmac("sha256", secret.value).update(token).digest("base64");
    return answerJson({ response_token: `sha256=${mac}` });
  },

  sample(challenge, { url }) {
    const asked = new URL(url);
    asked.searchParams.set("crc_token", challenge);
    return { method: "GET", url: asked.href, headers: {}, body: new Uint8Array() };
  },
};

/** What identifies an item of the Account Activity API's lists. A message's mark as read has only a time. */
const ITEM_MARKS = ["/id_str", "/id", "/created_timestamp", "/timestamp_ms"];

/**
 * The Activity API names its events; the Account Activity API has a list under a name such as `tweet_create_events`; posts
 * of a filtered stream have the rules that they match.
 */
function describe(request: SignedRequest) {
  const json = readJson({ request });
  const named = readPointer(json, "/data/event_type");
  const id = readPointer(json, "/data/event_uuid");
  const names = json instanceof JsonPart ? (json.names() ?? []) : [];
  const listed = batchType(names.filter((name) => /_events?$/.test(name)));
  const streamed = names.includes("matching_rules") ? "matching_rules" : "";
  const type = typeof named === "string" ? named : listed || streamed;
  // Items of a list have an id or a time in milliseconds, and a post of a stream has an id.
  const [first] = [readPointer(json, `/${listed}`)].flat();
  const bodiesDiffer =
    ITEM_MARKS.some((mark) => scalarText(readPointer(first, mark)) !== undefined) ||
    (streamed !== "" && scalarText(readPointer(json, "/data/id")) !== undefined);
  const providerEventId = typeof id === "string" ? id : "";
  return { type, providerEventId, readable: type !== "", bodiesDiffer };
}

/** X, formerly Twitter; its headers still have the old name. */
export const x: Provider = {
  id: "x",
  name: "X",
  documentation: "https://docs.x.com/x-api/webhooks/quickstart",
  recipe: {
    kind: "hmac",
    scheme: "x",
    signature: { header: "x-twitter-webhooks-signature" },
    format: { kind: "plain", prefix: "sha256=", prefixRequired: true },
    digest: "sha256",
    encoding: "base64",
    signed: [
      {
        compute: ({ body }) => (body[0] === OPEN_BRACE ? [body] : null),
        covers: (place) => "json" in place,
      },
    ],
  },
  handshake,
  describe,
  canonical: {},
  // The function says it for each request.
  identity: { bodiesDiffer: false },
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: 5 * 60_000,
    note: "Only for minutes; after a failed hourly check no events are sent until one succeeds.",
    switchesOff: { afterMs: HOUR_MS, how: "paused" },
    source: "https://docs.x.com/x-api/webhooks/quickstart",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[A-Za-z0-9]{40,60}$/,
    note: "the app's consumer secret (API key secret); not a bearer or access token",
    trial: (hex) => hex.slice(0, 50),
  },
  evidence: ["formula"],
  sampleTypes: ["profile.update.bio", "tweet_create_events", "follow_events"],

  sample(type, now) {
    const at = now.getTime();
    const json = type.includes(".")
      ? { data: { event_uuid: `${at}`, event_type: type, payload: { before: "a", after: "b" } } }
      : { for_user_id: "2244994945", [type]: [{ id_str: `${at}`, created_timestamp: `${at}` }] };
    return { body: JSON.stringify(json), contentType: "application/json" };
  },
};
