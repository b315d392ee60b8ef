import { createPublicKey } from "node:crypto";
import { sharesSecret } from "@hookgate/providers";
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

/** The name of a variable that nothing has put its value in for. Real secrets may begin with `$`, too, so an underscore has to be in it. */
const VARIABLE_NAME =
  /^(?:\$[A-Z][A-Z0-9]*_[A-Z0-9_]*|%[A-Z][A-Z0-9]*_[A-Z0-9_]*%|process\.env\.\w+)$/;

/** PEM, and PEM in base64 as in variables that cannot hold line breaks; OpenSSH; Standard Webhooks. */
const PUBLIC_KEY_TEXT =
  /-----BEGIN (?:[A-Z]+ )?(?:PUBLIC KEY|CERTIFICATE)-----|^LS0tLS1CRUdJTiB(?:QVUJMSUMg|SU0EgUFVCTElD|DRVJUSUZJQ0FUR)|^(?:ssh-|ecdsa-sha2-|sk-\S+@)\S+ |^whpk_/;

/** Options for {@linkcode findSecretFault}. */
export interface SecretFaultOptions {
  /** Whether a public key may be meant. @default {false} */
  publicKeys?: boolean;
}

/**
 * What is certainly wrong with a secret, of whatever kind: a source's, an endpoint's, a token; null if nothing is. The value
 * is never shown. A public key is one that everybody has: with it as the key of a MAC anybody can sign.
 */
export function findSecretFault(
  secret: string,
  { publicKeys = false }: SecretFaultOptions = {},
): string | null {
  if (PLACEHOLDER.test(secret) || VARIABLE_NAME.test(secret))
    return "is a placeholder: set it to the real secret";
  if (/^(.)\1{7,}$/s.test(withoutMarks(secret)))
    return "is one character repeated: set it to the real secret";
  if (!publicKeys && isPublicKey(secret)) {
    return "is a public key, which everybody may have, but a shared secret is needed: set it to that";
  }
  return null;
}

/** Why a secret can be guessed, for a warning; null if it does not seem so. Not for public keys and ids of accounts. */
export function findWeakness(secret: string): string | null {
  const key = keyIn(secret);
  if (isExample(secret) || (key !== null && isExample(key.toString("latin1"))))
    return "is a well-known example";
  if (key !== null && key.length < SECRET_CHARS_MIN)
    return `has a key of fewer than ${SECRET_CHARS_MIN} bytes`;
  if (secret.length < SECRET_CHARS_MIN) return `has fewer than ${SECRET_CHARS_MIN} characters`;
  if (new Set(secret).size < DIFFERENT_CHARS_MIN || isRepeated(secret)) return "repeats itself";
  if (isSequence(secret)) return "is a sequence";
  return null;
}

/**
 * What stands around a secret that is hardly a part of it, for a warning; null if nothing does. Variables from files of
 * containers keep the quotes, and `echo` adds a line break: then every request of the sender is refused.
 */
export function findWrapping(secret: string): string | null {
  if (secret !== secret.trim()) return "begins or ends with white space";
  return /^(["']).*\1$/s.test(secret) ? "stands in quotes" : null;
}

function isExample(text: string): boolean {
  const words = text.toLowerCase().replace(/[^a-z0-9]/g, "");
  return EXAMPLES.has(words) || EXAMPLES.has(words.replace(/\d+$/, ""));
}

/** The key of Standard Webhooks, of which a secret is the base64; null if it is not written so. */
function keyIn(secret: string): Buffer | null {
  const [, base64] = /^(?:v1,)?whsec_([A-Za-z0-9+/]+={0,2})$/.exec(secret) ?? [];
  return base64 === undefined ? null : Buffer.from(base64, "base64");
}

/** Whether a text is a shorter one of at most a third of its length, again and again. */
function isRepeated(text: string): boolean {
  const period = `${text}${text}`.indexOf(text, 1);
  return period <= text.length / 3;
}

/** Whether a text counts up from its first character to its last, as 1234567890 and abcdef do; after 9 comes 0. */
function isSequence(text: string): boolean {
  const codes = [...text.toLowerCase()].map((char) => char.charCodeAt(0));
  return codes.every(
    (code, at) => at === 0 || code === (codes[at - 1] ?? 0) + 1 || isWrap(text, at),
  );
}

function isWrap(text: string, at: number): boolean {
  return text[at - 1] === "9" && text[at] === "0";
}

/** The key of Standard Webhooks alone: its prefix and padding are the same for every secret. */
function withoutMarks(secret: string): string {
  return /^whsec_([^=]*)=*$/s.exec(secret)?.[1] ?? secret;
}

/** Whether a recipe, or one of its recipes, reads secrets that are public keys, or ids, which need not be secret. */
function readsPublicKeys(recipe: Recipe): boolean {
  if (recipe.kind === "any") return recipe.recipes.some(readsPublicKeys);
  if (recipe.kind === "jwt") return recipe.algorithm !== "HS256";
  return recipe.kind === "public_key" || recipe.kind === "certificate";
}

/** Whether a secret is a public key, or an id, and nothing else: no part of the recipe would take it as a key that nobody else has. */
export function isMeantPublic(recipe: Recipe, secret: string): boolean {
  return readsPublicKeys(recipe) && !sharesSecret(recipe, secret);
}

function isPublicKey(text: string): boolean {
  if (PUBLIC_KEY_TEXT.test(text) || isPublicWebKey(text)) return true;
  // Every key in DER is a sequence, which begins with this letter in base64.
  if (!/^M[A-Za-z0-9+/_\s-]{50,}={0,2}$/.test(text)) return false;
  const key = Buffer.from(text, "base64");
  return (["spki", "pkcs1"] as const).some((type) => {
    try {
      return createPublicKey({ key, format: "der", type }).type === "public";
    } catch {
      return false;
    }
  });
}

/** Whether it is a JSON Web Key without its private part (RFC 7517). */
function isPublicWebKey(text: string): boolean {
  if (!text.trimStart().startsWith("{")) return false;
  try {
    const key: unknown = JSON.parse(text);
    return typeof key === "object" && key !== null && "kty" in key && !("d" in key || "k" in key);
  } catch {
    return false;
  }
}
