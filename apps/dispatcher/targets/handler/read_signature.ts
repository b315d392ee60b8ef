import type { Provider } from "@hookgate/providers";
import {
  type Place,
  type Reading,
  type Recipe,
  readPlace,
  type SignatureFormat,
  type SignaturePlace,
} from "@hookgate/signature";

/** What a signature is read from. Its headers are those that may be shown, so no credential is taken for one. */
export interface SignatureSource {
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/**
 * The signature that a verified request came with, as it stands where the provider's recipe looks for it; empty where the
 * scheme has no single one, such as a shared secret. Nothing is verified again.
 */
export function readSignature(
  { recipe, alternatives = [] }: Pick<Provider, "recipe" | "alternatives">,
  { headers, body }: SignatureSource,
): string {
  const reading: Reading = {
    request: {
      method: "POST",
      url: "",
      headers: (name) => valuesOf(headers[name]),
      body,
      receivedAt: 0,
    },
  };
  for (const one of [recipe, ...alternatives]) {
    const signature = signatureOf(one, reading);
    if (signature !== "") return signature;
  }
  return "";
}

function valuesOf(value: string | undefined): readonly string[] {
  return value === undefined ? [] : [value];
}

function signatureOf(recipe: Recipe, reading: Reading): string {
  switch (recipe.kind) {
    case "hmac":
    case "hash":
    case "public_key":
    case "certificate":
      return withoutPrefix(firstText(recipe.signature, reading), recipe.format);
    case "any":
      return recipe.recipes.reduce((found, one) => found || signatureOf(one, reading), "");
    default:
      // Tokens and shared secrets are credentials; of signatures per item there is no single one.
      return "";
  }
}

function firstText(place: SignaturePlace, reading: Reading): string {
  for (const one of placesOf(place)) {
    const text = readPlace(reading, one)?.trim();
    if (text) return text;
  }
  return "";
}

function placesOf(place: SignaturePlace): readonly Place[] {
  if ("numbered" in place) return [{ header: `${place.numbered}1` }];
  return Array.isArray(place) ? place : [place as Place];
}

function withoutPrefix(text: string, format: SignatureFormat = { kind: "plain" }): string {
  const prefix = format.kind === "plain" ? (format.prefix ?? "") : "";
  return text.startsWith(prefix) ? text.slice(prefix.length) : text;
}
