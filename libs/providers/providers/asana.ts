import { readJson, readPlace, readPointer, type SignedRequest } from "@hookgate/signature";
import { batchType } from "../batch_type.ts";
import { DAY_MS } from "../durations.ts";
import type { Handshake } from "../handshake.ts";
import { refuseHandshake } from "../handshake.ts";
import type { Provider } from "../provider.ts";

const SECRET_HEADER = "x-hook-secret";
const SIGNATURE_HEADER = "x-hook-signature";

/** Asana's have 64 digits; short ones are refused. */
const SECRET = /^[A-Za-z0-9._~+/=-]{16,500}$/;

/**
 * Asana sends the secret only here: answering with it agrees to events signed with it. Anyone can send a handshake, so it
 * counts only while an operator expects it.
 */
const handshake: Handshake = {
  methods: ["POST"],
  verified: false,
  everyMs: null,
  enrols: true,

  answer(request) {
    const reading = { request };
    const secret = readPlace(reading, { header: SECRET_HEADER });
    const signature = readPlace(reading, { header: SIGNATURE_HEADER });
    // A signed request is an event, and must prove it.
    if (request.method !== "POST" || secret === undefined || signature !== undefined) return null;
    if (secret === null || !SECRET.test(secret)) {
      return refuseHandshake(400, "the secret does not have the form of Asana's");
    }
    return { status: 204, headers: { [SECRET_HEADER]: secret }, body: "", enrolledSecret: secret };
  },

  sample(challenge, { url }) {
    const headers = { "content-type": "application/json", [SECRET_HEADER]: challenge };
    return { method: "POST", url, headers, body: Buffer.from("{}") };
  },
};

/** `resource.action`, such as `task.changed`; a request without events, every eight hours, is a `heartbeat`. */
function describe(request: SignedRequest) {
  const events = readPointer(readJson({ request }), "/events");
  if (!Array.isArray(events)) return { type: "", providerEventId: "", readable: false };
  const types = events.map((event) => {
    const resource = readPointer(event, "/resource/resource_type");
    const action = readPointer(event, "/action");
    return typeof resource === "string" && typeof action === "string"
      ? `${resource}.${action}`
      : undefined;
  });
  const type = types.length === 0 ? "heartbeat" : batchType(types);
  return { type, providerEventId: "", readable: type !== "" };
}

/** Asana: each webhook has its own secret, which its handshake delivers. Events have no ids. */
export const asana: Provider = {
  id: "asana",
  name: "Asana",
  documentation: "https://developers.asana.com/docs/webhooks-guide",
  recipe: {
    kind: "hmac",
    scheme: "asana",
    signature: { header: SIGNATURE_HEADER },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  handshake,
  describe,
  canonical: {},
  // Of the first event, in milliseconds. A heartbeat has none, and is always the same.
  identity: { bodiesDiffer: [{ json: "/events/0/created_at" }] },
  credentialHeaders: [SECRET_HEADER],
  ackDeadlineMs: 10_000,
  retries: {
    automatic: true,
    horizonMs: 86_400_000,
    note: "With growing delays for 24 hours, after which the webhook is deleted.",
    switchesOff: { afterMs: DAY_MS, how: "removed" },
    source: "https://developers.asana.com/docs/webhooks-guide",
  },
  needsPublicUrl: false,
  secretHint: {
    pattern: /^[0-9a-f]{32,64}$/,
    note: "the X-Hook-Secret of the handshake; every webhook has its own",
  },
  evidence: ["formula"],
  sampleTypes: ["task.changed", "story.added", "heartbeat"],

  sample(type, now) {
    const [resource = "", ...actions] = type.split(".");
    const event = {
      user: { gid: "1", resource_type: "user" },
      created_at: now.toISOString(),
      action: actions.join("."),
      resource: { gid: "2", resource_type: resource },
    };
    const events = type === "heartbeat" ? [] : [event];
    return { body: JSON.stringify({ events }), contentType: "application/json" };
  },
};
