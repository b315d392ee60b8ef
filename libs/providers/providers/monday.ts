import { readJson } from "@hookgate/signature";
import type { Handshake } from "../handshake.ts";
import { echoChallenge } from "../handshake.ts";
import type { Provider } from "../provider.ts";

/** POST with nothing but a `challenge`, which comes back as it is; nobody says that it is signed. */
const handshake: Handshake = {
  methods: ["POST"],
  verified: false,
  everyMs: null,

  answer(request) {
    const json = readJson({ request });
    if (request.method !== "POST" || typeof json !== "object" || json === null) return null;
    // An event has its own member; beside others a challenge is none.
    if (Object.keys(json).join() !== "challenge") return null;
    const { challenge } = json as { challenge: unknown };
    return echoChallenge(typeof challenge === "string" ? challenge : null, { member: "challenge" });
  },

  sample(challenge, { url }) {
    const headers = { "content-type": "application/json" };
    return { method: "POST", url, headers, body: Buffer.from(JSON.stringify({ challenge })) };
  },
};

/**
 * monday.com vouches for a request with a token of five minutes, which says nothing of the body. Only an app's webhooks
 * have one: those that are made on a board by hand are as secret as their URL.
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
  dedupeCovered: false,
  ackDeadlineMs: null,
  retries: {
    automatic: true,
    horizonMs: 30 * 60_000,
    note: "Once a minute for 30 minutes.",
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
