import { recipeFor, standardWebhooks } from "@hookgate/providers";
import { type Recipe, sign } from "@hookgate/signature";
import { isInForce, type ReceivedEvent, type Secret } from "@hookgate/types";

/** Prefix of a secret whose key is in base64. */
const BASE64_PREFIX = "whsec_";

/** The headers by which an endpoint verifies who sent a delivery. */
export interface SignatureHeaders {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
}

/**
 * Signs a delivery as in Standard Webhooks, over the exact bytes of the body, with one signature for each secret in force,
 * so that an endpoint can change its secret while two are. The id is that of the event, the same on every retry; the time is
 * that of the attempt.
 *
 * A secret that starts with `whsec_` continues in base64, as in the specification. Any other is used as it is, in UTF-8,
 * because the founding specification allows any text as `secret`, and a text may look like base64 by accident. The
 * `standardwebhooks` and `svix` packages decode every secret as base64, with `whsec_` or without; to verify with plain text
 * they need `{ format: "raw" }`, which turns characters into bytes, so it should be ASCII.
 *
 * @throws {TypeError} if no secret is in force, or one is not a valid key.
 */
export function signDelivery(
  { id, body }: Pick<ReceivedEvent, "id" | "body">,
  { secrets, now }: { secrets: readonly Secret[]; now: number },
): SignatureHeaders {
  const unsigned = { method: "POST", url: "", headers: { "webhook-id": id }, body };
  const signed = secrets
    .filter((secret) => isInForce(secret, now))
    .map(({ value }) => sign(recipeOf(value), unsigned, { secret: value, now }).headers);
  const [first] = signed;
  if (first === undefined) throw new TypeError("Cannot sign: no secret is in force");
  return {
    "webhook-id": id,
    "webhook-timestamp": first["webhook-timestamp"] ?? "",
    "webhook-signature": signed.map((headers) => headers["webhook-signature"]).join(" "),
  };
}

function recipeOf(secret: string): Recipe {
  const { recipe } = standardWebhooks;
  if (secret.startsWith(BASE64_PREFIX)) return recipe;
  return recipeFor(standardWebhooks, "standard_webhooks_text_key") ?? recipe;
}
