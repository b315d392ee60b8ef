import { JsonPart, readJson, readPointer } from "@hookgate/signature";
import { MINUTE_MS } from "../durations.ts";
import type { Handshake } from "../handshake.ts";
import { echoChallenge } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** POST with only a `challenge`, which is echoed. It is not documented to be signed. */
const handshake: Handshake = {
  methods: ["POST"],
  verified: false,
  everyMs: null,

  answer(request) {
    const json = readJson({ request });
    if (request.method !== "POST" || !(json instanceof JsonPart)) return null;
    // With other members, such as an event's, it is not a challenge.
    if (json.names()?.join() !== "challenge") return null;
    const challenge = readPointer(json, "/challenge");
    return echoChallenge(typeof challenge === "string" ? challenge : null, { member: "challenge" });
  },

  sample(challenge, { url }) {
    const headers = { "content-type": "application/json" };
    return { method: "POST", url, headers, body: Buffer.from(JSON.stringify({ challenge })) };
  },
};

/**
 * monday.com proves a request with a token that is valid for five minutes and does not cover the body. Only an app's webhooks
 * have one: those that are created by hand on a board are only as secret as their URL.
 */
export const monday: Provider = {
  id: "monday",
  name: "monday.com",
  documentation: "https://developer.monday.com/apps/docs/advanced-concepts",
  recipe: {
    kind: "jwt",
    scheme: "monday",
    token: { header: "authorization" },
    algorithm: "HS256",
    bodyDigest: null,
    // `exp` is 300 s after `iat`.
    issuedAt: { pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  alternatives: [{ kind: "shared_secret", scheme: "monday_url", from: { query: "token" } }],
  handshake,
  describe: { type: { json: "/event/type" }, id: { json: "/event/triggerUuid" } },
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 30 * 60_000,
    note: "Once a minute for 30 minutes.",
    everyMs: MINUTE_MS,
    source: "https://developer.monday.com/apps/docs/advanced-concepts",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: null,
    note: "the app's signing secret; its client secret for lifecycle events; with monday_url, ?token= of the URL",
  },
  evidence: ["formula", "shared_secret"],
  sampleTypes: ["create_pulse", "update_column_value"],

  sample(type, now) {
    const event = {
      type,
      userId: 9603417,
      boardId: 1771812698,
      pulseId: 1771812728,
      triggerTime: now.toISOString(),
      subscriptionId: 73759690,
      triggerUuid: now.getTime().toString(16).padStart(32, "0"),
    };
    return { body: JSON.stringify({ event }), contentType: "application/json" };
  },
};
