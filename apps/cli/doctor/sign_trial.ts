import { standardWebhooks } from "@hookgate/providers";
import { sign } from "@hookgate/signature";

/** Where and how test events are sent. */
export interface Trial {
  url: URL;
  secret: string;
  /** Names this run. */
  run: string;
}

/** A signed test event. */
export interface SignedTrial {
  headers: Record<string, string>;
  body: Buffer;
}

/** Options for {@linkcode signTrial}. */
export interface SignTrialOptions {
  id: string;
  body: Buffer;
  secret: string;
  /** When it is signed, in milliseconds since 1970. */
  at: number;
}

/** Signs a test event as in Standard Webhooks. */
export function signTrial({ id, body, secret, at }: SignTrialOptions): SignedTrial {
  const unsigned = {
    method: "POST",
    url: "",
    headers: { "webhook-id": id, "content-type": "application/json" },
    body,
  };
  return {
    headers: { ...sign(standardWebhooks.recipe, unsigned, { secret, now: at }).headers },
    body,
  };
}

/**
 * A body that whoever parses and writes it again changes: spaces, the order of keys, one key twice, 1.0, escapes, a character beyond
 * ASCII, CRLF at its end.
 */
export function trialBody(type: string, run: string): Buffer {
  return Buffer.from(
    `{ "type":"doctor.${type}",\t"z":1.0, "a":"\\u00e9é\\/", "z":1.0, "run":"${run}" }\r\n`,
  );
}
