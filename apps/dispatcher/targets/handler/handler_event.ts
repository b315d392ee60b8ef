import { findProvider, headerRecord, type Provider } from "@hookgate/providers";
import {
  type Place,
  type Reading,
  type Recipe,
  readPlace,
  type SignatureFormat,
  type SignaturePlace,
} from "@hookgate/signature";
import { addContent, type HandlerEvent } from "@hookgate/types";
import type { HostEvent } from "./handler_message.ts";

/** The event as its handler gets it. `data` is undefined if the body is neither JSON nor a form, or the type is unknown. */
export function handlerEvent(event: HostEvent): HandlerEvent {
  const { id, source, type } = event;
  const provider = findProvider(event.provider);
  const headers = headerRecord(event.headers);
  const receivedAt = new Date(event.receivedAt);
  // A copy: what arrives over IPC is a view of bytes that it shares with other events.
  const body = new Uint8Array(event.body);
  const signature = provider && readSignature(provider, { headers, body });
  const contentType = headers["content-type"] ?? "";
  const known = {
    id,
    type,
    ...(signature && { signature }),
    source,
    provider: event.provider,
    receivedAt,
    headers,
    body,
    flags: event.flags,
  };
  return addContent(known, { provider: event.provider, type, body, contentType, receivedAt });
}

/** What a signature is read from. The headers are those that a handler may see, so no credential is mistaken for one. */
export interface SignatureSource {
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/**
 * The signature of a verified request, as written in the place where the provider's recipe looks for it; empty if the
 * scheme has no single signature, such as a shared secret. Nothing is verified again.
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
      // Tokens and shared secrets are credentials; with one signature per item there is no single one.
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
