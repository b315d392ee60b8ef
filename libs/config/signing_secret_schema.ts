import { type ReadSecret, type SecretSchemaOptions, secretSchema } from "./secret_schema.ts";

/** What marks a secret whose key is written in base64. */
const BASE64_PREFIX = "whsec_";

/** What marks the keys of asymmetric signatures, of which the public one is no secret. */
const ASYMMETRIC_PREFIX = /^wh[ps]k_/;

/** A secret that deliveries to an endpoint are signed with: `whsec_` and base64, or any text, which is the key as it is. */
export function signingSecretSchema(options: SecretSchemaOptions) {
  return secretSchema(options).superRefine(({ value, verifies }: ReadSecret, context) => {
    const message = verifies && value !== null ? findProblem(value) : null;
    if (message !== null) context.addIssue({ code: "custom", message });
  });
}

/** Length of the key that a secret is; null where it is none. */
export function keyBytes(secret: string): number | null {
  if (!secret.startsWith(BASE64_PREFIX)) return Buffer.byteLength(secret);
  const bare = secret.slice(BASE64_PREFIX.length).replace(/={1,2}$/, "");
  const key = Buffer.from(bare, "base64");
  // The decoder passes over what is no base64; whoever verifies may not.
  const isWhole = key.toString("base64").replace(/=+$/, "") === bare;
  return isWhole && key.length > 0 ? key.length : null;
}

/** What is wrong with a secret as a key; null where nothing is. The value is never shown. */
function findProblem(secret: string): string | null {
  if (ASYMMETRIC_PREFIX.test(secret)) {
    return "is a key for asymmetric signatures, which are not made: use whsec_ and base64, or any text";
  }
  if (keyBytes(secret) !== null) return null;
  return (
    `begins with ${BASE64_PREFIX}, but what follows is no base64: copy it whole, without blanks, ` +
    `or leave ${BASE64_PREFIX} out where the text itself is the key`
  );
}
