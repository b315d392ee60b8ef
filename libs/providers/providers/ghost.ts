import { memberNames, readJson, type SignedRequest } from "@hookgate/signature";
import type { Provider } from "../provider.ts";

/** What `site.changed` sends: the only event without an object. */
const SITE_CHANGED = Buffer.from("{}");

/**
 * Ghost signs the body followed by the time. Nothing in a request names the event: the type is that of the object, such as
 * `post` or `member`, or `site.changed`. Facts are from Ghost's source.
 */
export const ghost: Provider = {
  id: "ghost",
  name: "Ghost",
  documentation: "https://docs.ghost.org/webhooks",
  recipe: {
    kind: "hmac",
    scheme: "ghost",
    signature: { header: "x-ghost-signature" },
    format: { kind: "pairs", delimiter: ",", key: "sha256" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body", "timestamp"],
    // Ghost names no tolerance.
    timestamp: { from: { pair: "t" }, unit: "ms", pastSecondsMax: 300, futureSecondsMax: 300 },
  },
  describe(request: SignedRequest) {
    if (SITE_CHANGED.equals(request.body)) {
      return { type: "site.changed", providerEventId: "", readable: true };
    }
    const [name = "", ...others] = memberNames(readJson({ request }));
    const type = others.length === 0 ? name : "";
    return { type, providerEventId: "", readable: type !== "" };
  },
  canonical: {},
  identity: { bodiesDiffer: false },
  // https://github.com/TryGhost/Ghost/blob/main/ghost/core/core/server/services/webhooks/webhook-trigger.js
  ackDeadlineMs: 2_000,
  retries: {
    automatic: false,
    horizonMs: null,
    note:
      "Its source asks for five retries, but the client that it uses, got, never repeats a POST. 410 deletes the " +
      "webhook.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "any text, as entered for the webhook" },
  evidence: ["formula"],
  sampleTypes: ["post", "page", "member", "site.changed"],

  sample(type, now) {
    const current = { id: "5dd3f4b2c7a3a20038d7f5e1", updated_at: now.toISOString() };
    const content = type === "site.changed" ? {} : { [type]: { current, previous: {} } };
    return {
      body: JSON.stringify(content),
      contentType: "application/json",
      headers: { "content-version": "v6.0" },
    };
  },
};
