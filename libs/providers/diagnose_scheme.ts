import type { Digest, Encoding, KeyForm, MacRecipe, Recipe } from "@hookgate/signature";
import type { Source } from "@hookgate/types";
import { alsoTime } from "./diagnose_time.ts";
import { isVerifying, symmetricOf, type Trial } from "./diagnose_trial.ts";
import { findProvider } from "./find_provider.ts";
import { recipeFor } from "./recipe_for.ts";

/** Whether the request is right by other rules: another source's, another scheme, or with one detail different. */
export function schemeDiagnoses(trial: Trial, sources: readonly Source[]): string[] {
  const meant = meantForOthers(trial, sources);
  if (meant.length > 0) return meant;
  const found = otherScheme(trial) ?? otherDetail(trial);
  return found === null ? [] : [found];
}

function meantForOthers(trial: Trial, sources: readonly Source[]): string[] {
  const { source, request } = trial;
  const found: string[] = [];
  for (const other of sources) {
    const provider = findProvider(other.provider);
    const isSame = other.provider === source.provider && other.scheme === source.scheme;
    if (provider === null || other.name === source.name || isSame) continue;
    const recipe = recipeFor(provider, other.scheme);
    const secrets = other.secrets.filter((secret) => isVerifying(secret, request.receivedAt));
    const match = trial.match({ recipe, secrets });
    if (match === null) continue;
    const what = `It is right for source "${other.name}" (${provider.name})`;
    found.push(`${what}: it was sent to this source's address by mistake.${alsoTime(match)}`);
  }
  return found;
}

function otherScheme(trial: Trial): string | null {
  const { provider, recipe: own, source } = trial;
  for (const recipe of [provider.recipe, ...(provider.alternatives ?? [])]) {
    if (recipe === own) continue;
    const match = trial.match({ recipe });
    if (match === null) continue;
    const advice =
      recipe === provider.recipe
        ? `the source is held to "${source.scheme}"; leave out its scheme`
        : `if that cannot be changed at the sender, set scheme: "${recipe.scheme}" for this source`;
    return `It is right by ${provider.name}'s scheme "${recipe.scheme}": ${advice}.${alsoTime(match)}`;
  }
  return null;
}

const ENCODINGS: readonly Encoding[] = ["hex", "hex_upper", "base64", "base64url"];
const DIGESTS: readonly Digest[] = ["sha256", "sha1", "sha512"];
const KEYS: readonly KeyForm[] = ["utf8", "whsec", "base64", "hex", "sha1"];

const NAMES: Readonly<Record<Encoding | Digest | KeyForm, string>> = {
  hex: "hexadecimal digits",
  hex_upper: "hexadecimal digits in upper case",
  base64: "base64",
  base64url: "base64url",
  sha1: "SHA-1",
  sha256: "SHA-256",
  sha512: "SHA-512",
  utf8: "its text",
  whsec: "base64 after whsec_",
};

/** A sender of one's own that follows the scheme but for its encoding, its digest or the form of its key. */
function otherDetail(trial: Trial): string | null {
  for (const own of symmetricOf(trial.recipe) ?? []) {
    if (own.kind !== "hmac" && own.kind !== "hash") continue;
    for (const [recipe, what] of variants(own)) {
      const match = trial.match({ recipe });
      if (match !== null) return `The signature is right, but ${what}.${alsoTime(match)}`;
    }
  }
  return null;
}

function* variants(own: MacRecipe): Generator<[recipe: Recipe, what: string]> {
  const key = own.key ?? "utf8";
  for (const encoding of ENCODINGS) {
    if (encoding === own.encoding) continue;
    yield [
      { ...own, encoding },
      `written as ${NAMES[encoding]}, where ${NAMES[own.encoding]} are due`,
    ];
  }
  for (const digest of DIGESTS) {
    for (const encoding of new Set([own.encoding, ...ENCODINGS])) {
      if (digest === own.digest) continue;
      yield [
        { ...own, ...prefixFor(own, digest), digest, encoding },
        `made with ${NAMES[digest]}, where ${NAMES[own.digest]} is due`,
      ];
    }
  }
  for (const other of KEYS) {
    if (other === key) continue;
    yield [
      { ...own, key: other },
      `its key is the secret taken as ${keyName(other)}, where ${keyName(key)} is due`,
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
