import { recipeFor, standardWebhooks } from "@hookgate/providers";
import { type Recipe, sign } from "@hookgate/signature";
import { isInForce, type ReceivedEvent, type Secret } from "@hookgate/types";

/** What marks a secret whose key is written in base64. */
const BASE64_PREFIX = "whsec_";

/** The headers that prove to an endpoint who sent a delivery. */
export interface SignatureHeaders {
  "webhook-id": string;
  "webhook-timestamp": string;
  "webhook-signature": string;
}

/**
 * Signs a delivery as Standard Webhooks has it, over the exact bytes of the body: one signature for each secret that is
 * in force, so that an endpoint can change its own at any time while two are. The id is the event's, the same on every
 * retry; the time is that of the attempt.
 *
 * A secret that begins with `whsec_` is base64 after it, as the specification has it. Any other is the key as it stands, in
 * UTF-8: the founding specification's `secret` is any text, and of a text that happens to be base64, too, nobody could tell
 * which was meant. The `standardwebhooks` and `svix` packages decode whatever they are given as base64, `whsec_` or not; to
 * verify with a plain text they need `{ format: "raw" }`, which takes its characters for bytes: so it should be ASCII.
 *
 * @throws {TypeError} where no secret is in force, or one is no key.
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
