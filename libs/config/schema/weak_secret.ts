import { createPublicKey } from "node:crypto";
import type { Recipe } from "../config.ts";

/** Secrets of fewer characters can be guessed from one signed request. The shortest that a provider is known to make has 15. */
const SECRET_CHARS_MIN = 12;

/** Fewer different characters than this are a pattern, not a secret. */
const DIFFERENT_CHARS_MIN = 5;

/** Examples of documentation, and words that people put where a secret should be; compared without case and signs. */
const EXAMPLES = new Set(
  (
    "secret mysecret yoursecret supersecret topsecret yoursecrethere secretkey mysecretkey webhooksecret " +
    "yourwebhooksecret mywebhooksecret yoursigningsecret signingsecret example examplesecret password " +
    "changeme changethis replaceme todo test testsecret testing dummy default letmein qwerty admin token " +
    "whsec whsectest whsecxxx whsectestsecret itsasecrettoeverybody thisisasecret yourtokenhere"
  ).split(" "),
);

/** A placeholder: `<your secret>`, `${SECRET}`, `xxxxxxxx`, `whsec_...`. */
const PLACEHOLDER = /^(?:<.*>|\$\{.*\}|\{\{.*\}\}|(?:whsec_)?(?:\.{3,}|…|x{3,}|\*{3,}))$/i;

const PUBLIC_PEM = /-----BEGIN (?:[A-Z]+ )?(?:PUBLIC KEY|CERTIFICATE)-----/;

/**
 * What is certainly wrong with a secret of a source; null if nothing is. The value is never shown. A public key is one that
 * everybody has: with it as the key of a MAC anybody can sign.
 */
export function findSecretFault(secret: string, recipe: Recipe | null): string | null {
  if (PLACEHOLDER.test(secret)) return "is a placeholder: set it to the provider's secret";
  if (/^(.)\1{7,}$/s.test(secret))
    return "is one character repeated: set it to the provider's secret";
  if (recipe !== null && !readsPublicKeys(recipe) && isPublicKey(secret)) {
    return "is a public key, which everybody may have, but requests are verified with a shared secret: set it to that";
  }
  return null;
}

/** Why a secret of a source is weak, for a warning; null if it does not seem to be, or is a public key or an account's id. */
export function findWeakness(secret: string, recipe: Recipe | null): string | null {
  if (recipe !== null && readsPublicKeys(recipe)) return null;
  if (EXAMPLES.has(secret.toLowerCase().replace(/[^a-z0-9]/g, "")))
    return "is a well-known example";
  if (secret.length < SECRET_CHARS_MIN) return `has fewer than ${SECRET_CHARS_MIN} characters`;
  if (new Set(secret).size < DIFFERENT_CHARS_MIN || isRepeated(secret)) return "repeats itself";
  return null;
}

/** Whether a text is a shorter one of at most a third of its length, again and again. */
function isRepeated(text: string): boolean {
  const period = `${text}${text}`.indexOf(text, 1);
  return period <= text.length / 3;
}

function readsPublicKeys(recipe: Recipe): boolean {
  if (recipe.kind === "any") return recipe.recipes.some(readsPublicKeys);
  return recipe.kind === "public_key" || recipe.kind === "certificate" || recipe.kind === "jwt";
}

function isPublicKey(text: string): boolean {
  if (PUBLIC_PEM.test(text) || /^ssh-(?:rsa|ed25519) /.test(text)) return true;
  // Every key in DER is a sequence, which begins with these letters in base64.
  if (!/^M[A-Za-z0-9+/\s]{50,}={0,2}$/.test(text)) return false;
  try {
    createPublicKey({ key: Buffer.from(text, "base64"), format: "der", type: "spki" });
    return true;
  } catch {
    return false;
  }
}
