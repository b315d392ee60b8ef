import { PARSED_BODY_BYTES_MAX } from "./limits.ts";
import type { Place } from "./recipe.ts";
import type { OutgoingRequest, SignedRequest } from "./signed_request.ts";

/** A request while it is read: body and URL are parsed at most once, and only if a recipe needs it. */
export interface Reading {
  readonly request: SignedRequest;
  json?: unknown;
  form?: URLSearchParams;
  query?: URLSearchParams;
}

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
const decoder = new TextDecoder();

/** The text at a place: undefined if there is none, null if there are several or it is not text. */
export function readPlace(reading: Reading, place: Place): string | undefined | null {
  if ("header" in place) return onlyOne(reading.request.headers(place.header));
  if ("json" in place) return scalarText(readPointer(readJson(reading), place.json));
  if ("form" in place) return onlyOne(readForm(reading).getAll(place.form));
  return onlyOne(readQuery(reading).getAll(place.query));
}

/** The text at a place as bytes: of a header as they were on the wire, of any other place in UTF-8. */
export function placeBytes(place: Place, text: string): Buffer {
  return Buffer.from(text, "header" in place ? "latin1" : "utf8");
}

/** The body parsed as JSON; undefined if it is not JSON. */
export function readJson(reading: Reading): unknown {
  if (!("json" in reading)) reading.json = parseJson(reading.request.body);
  return reading.json;
}

/** The fields of a form-encoded body; empty for any other body. */
export function readForm(reading: Reading): URLSearchParams {
  reading.form ??= new URLSearchParams(formText(reading.request));
  return reading.form;
}

function readQuery(reading: Reading): URLSearchParams {
  const { url } = reading.request;
  const at = url.indexOf("?");
  reading.query ??= new URLSearchParams(at === -1 ? "" : url.slice(at + 1));
  return reading.query;
}

function formText({ headers, body }: SignedRequest): string {
  const isForm = FORM.test(headers("content-type")[0] ?? "");
  return isForm && body.length <= PARSED_BODY_BYTES_MAX ? decoder.decode(body) : "";
}

/** Bytes parsed as JSON; undefined if they are not JSON, or too many. */
export function parseJson(body: Uint8Array): unknown {
  if (body.length > PARSED_BODY_BYTES_MAX) return undefined;
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    // Not JSON: the place does not exist.
    return undefined;
  }
}

function onlyOne(values: readonly string[]): string | undefined | null {
  return values.length > 1 ? null : values[0];
}

/**
 * The value at a JSON pointer (RFC 6901); undefined if there is none. Own members only: `/constructor` is undefined.
 */
export function readPointer(value: unknown, pointer: string): unknown {
  let found = value;
  for (const token of pointerTokens(pointer)) {
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, token))
      return undefined;
    found = Reflect.get(found, token);
  }
  return found;
}

/** The names and indexes in a JSON pointer. */
export function pointerTokens(pointer: string): string[] {
  const tokens = pointer.split("/").slice(1);
  return tokens.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
}

/** A JSON string, number or boolean as text. Undefined for undefined or null, null for anything else. */
export function scalarText(value: unknown): string | undefined | null {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** The request with the text at a place replaced. A JSON body is serialised again, in the same order. */
export function writePlace(request: OutgoingRequest, place: Place, text: string): OutgoingRequest {
  if ("header" in place) {
    return { ...request, headers: { ...request.headers, [place.header]: text } };
  }
  if ("json" in place) return { ...request, body: writeJson(request.body, place.json, text) };
  if ("form" in place) {
    const form = new URLSearchParams(Buffer.from(request.body).toString());
    form.set(place.form, text);
    return { ...request, body: Buffer.from(form.toString()) };
  }
  return { ...request, url: writeQuery(request.url, place.query, text) };
}

/** @throws {TypeError} if the body is not JSON, or has no object to put the last name into. */
function writeJson(body: Uint8Array, pointer: string, text: string): Buffer {
  const json: unknown = JSON.parse(Buffer.from(body).toString());
  const tokens = pointerTokens(pointer);
  const last = tokens.pop() ?? "";
  let parent: unknown = json;
  for (const token of tokens) {
    parent = typeof parent === "object" && parent !== null ? Reflect.get(parent, token) : undefined;
  }
  if (typeof parent !== "object" || parent === null) {
    throw new TypeError(`Cannot sign: the body has no object for ${pointer}`);
  }
  Reflect.set(parent, last, text);
  return Buffer.from(JSON.stringify(json));
}

/** Sets a parameter and changes no other character of the URL. */
function writeQuery(url: string, name: string, text: string): string {
  const at = url.indexOf("?");
  const pair = `${encodeURIComponent(name)}=${encodeURIComponent(text)}`;
  if (at === -1) return `${url}?${pair}`;
  const others = url
    .slice(at + 1)
    .split("&")
    .filter((other) => other !== "" && new URLSearchParams(other).keys().next().value !== name);
  return `${url.slice(0, at)}?${[...others, pair].join("&")}`;
}
