import type { Digest, Encoding, KeyForm, MacRecipe, Recipe } from "@hookgate/signature";
import { alsoTime, type Trial, triableOf } from "./diagnose_trial.ts";

const ENCODINGS: readonly Encoding[] = ["hex", "hex_upper", "base64", "base64url"];
const DIGESTS: readonly Digest[] = ["sha256", "sha1", "sha512"];
const KEYS: readonly KeyForm[] = ["utf8", "whsec", "base64", "hex", "sha1", "oauth1"];

/** How encodings, digests and forms of keys are called. */
export const NAMES: Readonly<Record<Encoding | MacRecipe["digest"] | KeyForm, string>> = {
  hex: "hexadecimal digits",
  hex_upper: "hexadecimal digits in upper case",
  base64: "base64",
  base64url: "base64url",
  md5: "MD5",
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha512: "SHA-512",
  utf8: "its text",
  whsec: "base64 after whsec_",
  oauth1: "its text and &",
};

/** What self-written senders often get wrong: the encoding, the digest, the form of the key. */
export function detailDiagnoses(trial: Trial): string[] {
  for (const own of triableOf(trial.provider.recipe)) {
    if (own.kind !== "hmac" && own.kind !== "hash") continue;
    for (const [recipe, what] of variants(own)) {
      const match = trial.match({ recipe });
      if (match !== null) return [`The signature is right, but ${what}.${alsoTime(match)}`];
    }
  }
  return [];
}

function* variants(own: MacRecipe): Generator<[recipe: Recipe, what: string]> {
  const key = own.key ?? "utf8";
  for (const encoding of ENCODINGS) {
    if (encoding === own.encoding) continue;
    yield [{ ...own, encoding }, `written as ${NAMES[encoding]} instead of ${NAMES[own.encoding]}`];
  }
  for (const digest of DIGESTS) {
    for (const encoding of new Set([own.encoding, ...ENCODINGS])) {
      if (digest === own.digest) continue;
      yield [
        { ...own, ...prefixFor(own, digest), digest, encoding },
        `made with ${NAMES[digest]} instead of ${NAMES[own.digest]}`,
      ];
    }
  }
  for (const other of KEYS) {
    if (other === key) continue;
    yield [
      { ...own, key: other },
      `its key is the secret taken as ${keyName(other)} instead of ${keyName(key)}`,
    ];
  }
  if (own.format?.kind === "plain" && own.format.prefixRequired === true) {
    yield [
      { ...own, format: { ...own.format, prefixRequired: false } },
      `"${own.format.prefix}" is missing before it`,
    ];
  }
}

function keyName(key: KeyForm): string {
  return key === "sha1" ? "the SHA-1 of its text" : NAMES[key];
}

/** Another digest has another prefix, such as `sha1=`. */
function prefixFor({ format, digest }: MacRecipe, other: Digest): Pick<MacRecipe, "format"> {
  if (format?.kind !== "plain") return {};
  return { format: { ...format, prefix: (format.prefix ?? "").replace(digest, other) } };
}
