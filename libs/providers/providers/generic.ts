import { WEBHOOK_EVENT_TYPES } from "@hookgate/types";
import { readJsonStrings } from "../json/read_json_strings.ts";
import type { Provider } from "../provider.ts";
import { sampleData } from "../sample.ts";

/** A time to the second, as the specification has it: a date, or any other text, many events may share. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d/;

/**
 * Hookgate's own scheme, for senders that have none: the specification's `{type, timestamp, data}` as the body, signed
 * with HMAC-SHA256 in `X-Webhook-Signature`. There is no id: bodies with a `timestamp` (RFC 3339, to the second) are
 * told apart by their bytes, all others not at all.
 */
export const generic: Provider = {
  id: "generic",
  name: "Generic",
  documentation: "README.md",
  recipe: {
    kind: "hmac",
    scheme: "generic",
    signature: { header: "x-webhook-signature" },
    format: { kind: "plain", prefix: "sha256=" },
    digest: "sha256",
    encoding: "hex",
    signed: ["body"],
  },
  // Only a string at the top, as in the specification.
  describe({ body }) {
    const found = readJsonStrings(body, ["type", "timestamp"]);
    const type = found?.get("type") ?? "";
    const bodiesDiffer = TIME.test(found?.get("timestamp") ?? "");
    return { type, providerEventId: "", readable: type !== "", bodiesDiffer };
  },
  // Its types are the specification's.
  canonical: {},
  identity: { bodiesDiffer: false },
  ackDeadlineMs: null,
  retries: {
    automatic: null,
    horizonMs: null,
    note: "The sender decides.",
  },
  needsPublicUrl: false,
  secretHint: { pattern: null, note: "any text that both sides know" },
  evidence: ["formula"],
  sampleTypes: WEBHOOK_EVENT_TYPES,

  sample(type, now) {
    const body = JSON.stringify({ type, timestamp: now.toISOString(), data: sampleData(type) });
    return { body, contentType: "application/json" };
  },
};
