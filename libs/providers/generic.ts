import { COMMON_CREDENTIAL_HEADERS } from "./common_credential_headers.ts";
import type { Provider } from "./provider.ts";
import { readJsonStrings } from "./read_json_strings.ts";
import { sampleData } from "./sample_data.ts";

/** 1 to 200 characters, none of them a control, an invisible one, half of a pair or a line's end: fit for a log line. */
const TYPE = /^[^\p{C}\p{Zl}\p{Zp}]{1,200}$/u;

/**
 * Hookgate's own scheme, for senders that have none: the specification's `{type, timestamp, data}` as the body, signed
 * with HMAC-SHA256 in `X-Webhook-Signature`. It signs no id and no time, so the body's digest tells duplicates.
 */
export const generic: Provider = {
  id: "generic",
  documentation: "README.md",
  recipe: {
    scheme: "generic",
    header: "x-webhook-signature",
    prefix: "sha256=",
    digest: "sha256",
    encoding: "hex",
    key: "utf8",
    signed: ["body"],
  },
  credentialHeaders: COMMON_CREDENTIAL_HEADERS,

  describe({ body }) {
    const type = readJsonStrings(body, ["type"])?.get("type") ?? "";
    const readable = TYPE.test(type);
    return { type: readable ? type : "unknown", providerEventId: "", readable };
  },

  sample(type, now) {
    const body = JSON.stringify({ type, timestamp: now.toISOString(), data: sampleData(type) });
    return { body, contentType: "application/json" };
  },
};
