import { PARSED_BODY_BYTES_MAX } from "./limits.ts";
import { readPointer, scalarText } from "./read_pointer.ts";
import type { Place } from "./recipe.ts";
import type { SignedRequest } from "./signed_request.ts";

/** A request while it is read: body and URL are parsed once at most, and only where a recipe asks for it. */
export interface Reading {
  readonly request: SignedRequest;
  json?: unknown;
  form?: URLSearchParams;
  query?: URLSearchParams;
}

const FORM = /^application\/x-www-form-urlencoded\s*(?:;|$)/i;
const decoder = new TextDecoder();

/** The text at a place: undefined where there is none, null where there are several or it is none that can be signed. */
export function readPlace(reading: Reading, place: Place): string | undefined | null {
  if ("header" in place) return onlyOne(reading.request.headers(place.header));
  if ("json" in place) return scalarText(readPointer(readJson(reading), place.json));
  if ("form" in place) return onlyOne(readForm(reading).getAll(place.form));
  return onlyOne(readQuery(reading).getAll(place.query));
}

/** The text at a place as bytes: a header's as they were on the wire, any other in UTF-8. */
export function placeBytes(place: Place, text: string): Buffer {
  return Buffer.from(text, "header" in place ? "latin1" : "utf8");
}

/** The body parsed as JSON; undefined where it is none. */
export function readJson(reading: Reading): unknown {
  if (!("json" in reading)) reading.json = parseJson(reading.request.body);
  return reading.json;
}

/** The fields of a form-encoded body; none where it is another kind of body. */
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

/** Bytes parsed as JSON; undefined where they are none, or too many. */
export function parseJson(body: Uint8Array): unknown {
  if (body.length > PARSED_BODY_BYTES_MAX) return undefined;
  try {
    return JSON.parse(decoder.decode(body));
  } catch {
    // Whatever the parser minds: the place is not there.
    return undefined;
  }
}

function onlyOne(values: readonly string[]): string | undefined | null {
  return values.length > 1 ? null : values[0];
}
