import { type Form, fieldBytes, fieldText, readForm as parseForm } from "@hookgate/types";
import { JsonPart, readJsonValue } from "./json/json_part.ts";
import { PARSED_BODY_BYTES_MAX } from "./limits.ts";
import type { Digest, Place } from "./recipe.ts";
import type { OutgoingRequest, SignedRequest } from "./signed_request.ts";
import { sortForm } from "./sorted_form.ts";

/** A request while it is read: body and URL are parsed at most once, and only if a recipe needs it. */
export interface Reading {
  readonly request: SignedRequest;
  /** Of a larger body nothing is read, in bytes. @default {Infinity} */
  readonly bytesMax?: number;
  json?: unknown;
  form?: Form;
  /** JSON in fields of the form, by the field's name. */
  fields?: Map<string, unknown>;
  /** What `sorted_form` signs; null if it cannot be signed. */
  sortedForm?: Uint8Array | Uint8Array[] | null;
  query?: URLSearchParams;
  /** Digests of the body that are known already. */
  digests?: Map<Digest, Buffer>;
}

const NO_FORM: Form = [];

/** Documents by the bytes they were read from: verifying, the handshake and describing look into one body in turn. */
const documents = new WeakMap<Uint8Array, unknown>();

/** Large forms by the bytes they were read from. */
const largeForms = new WeakMap<Uint8Array, Form>();

/** Reads a request that nobody has proven yet: of a body over PARSED_BODY_BYTES_MAX nothing but the fields of a form. */
export function readUnproven(request: SignedRequest): Reading {
  return { request, bytesMax: PARSED_BODY_BYTES_MAX };
}

/** The text at a place: undefined if there is none, null if there are several or it is not text. */
export function readPlace(reading: Reading, place: Place): string | undefined | null {
  if ("header" in place) return onlyOne(reading.request.headers(place.header));
  if ("form" in place) return readFormPlace(reading, place);
  if ("json" in place) return scalarText(readPointer(readJson(reading), place.json));
  return onlyOne(readQuery(reading).getAll(place.query));
}

/** All texts at a place that may be repeated: a header or a URL parameter. */
export function readPlaces(reading: Reading, place: Place): readonly (string | undefined | null)[] {
  if ("header" in place) return reading.request.headers(place.header);
  return "query" in place ? readQuery(reading).getAll(place.query) : [readPlace(reading, place)];
}

/** The text at a place as bytes: of a header as they were on the wire, of any other place in UTF-8. */
export function placeBytes(place: Place, text: string): Buffer {
  return Buffer.from(text, "header" in place ? "latin1" : "utf8");
}

/**
 * The body's outermost JSON value, read as {@linkcode readJsonValue} does; undefined if it is not JSON, or too large to be
 * read. Look into it with {@linkcode readPointer}.
 */
export function readJson(reading: Reading): unknown {
  const { request, bytesMax = Number.POSITIVE_INFINITY } = reading;
  if (!("json" in reading)) {
    reading.json = request.body.length > bytesMax ? undefined : documentOf(request.body);
  }
  return reading.json;
}

function documentOf(body: Uint8Array): unknown {
  if (documents.has(body)) return documents.get(body);
  const document = readJsonValue(body);
  documents.set(body, document);
  return document;
}

/** The fields of a form; empty for any other body, and for one that is malformed or has too many. */
export function readForm(reading: Reading): Form {
  const { headers, body } = reading.request;
  reading.form ??=
    largeForms.get(body) ?? parseForm(headers("content-type")[0] ?? "", body) ?? NO_FORM;
  return reading.form;
}

/** Keeps the fields of a large form for {@linkcode readForm}; null if it is none. */
export function keepForm(body: Uint8Array, form: Form | null): void {
  largeForms.set(body, form ?? NO_FORM);
}

/** What `sorted_form` signs of a form of any size, by its request: so it goes with it, as it may be larger than the body. */
const sortedForms = new WeakMap<SignedRequest, Uint8Array | Uint8Array[] | null>();

/** What `sorted_form` signs; null if it cannot be signed, or the body is too large to be read. */
export function readSortedForm(reading: Reading): Uint8Array | Uint8Array[] | null {
  const { request, bytesMax = Number.POSITIVE_INFINITY } = reading;
  const { length } = request.body;
  if (length === 0) return Buffer.alloc(0);
  const kept = sortedForms.get(request);
  if (kept !== undefined) return kept;
  const form = readForm(reading);
  if (length > bytesMax) return null;
  // Each of several schemes would sort it again.
  const sorted = sortForm(form);
  keepSortedForm(request, sorted);
  return sorted;
}

/** Keeps what `sorted_form` signs of a form for {@linkcode readSortedForm}; null if it cannot be signed. */
export function keepSortedForm(
  request: SignedRequest,
  sorted: Uint8Array | Uint8Array[] | null,
): void {
  sortedForms.set(request, sorted);
}

function readFormPlace(
  reading: Reading,
  { form: name, json }: { form: string; json?: string },
): string | undefined | null {
  const { bytesMax = Number.POSITIVE_INFINITY } = reading;
  const [field, ...others] = readForm(reading).filter((one) => one.name === name);
  if (field === undefined) return undefined;
  if (others.length > 0 || field.file !== null || field.sent.length > bytesMax) return null;
  if (json === undefined) return fieldText(field);
  reading.fields ??= new Map();
  if (!reading.fields.has(name)) reading.fields.set(name, readJsonValue(fieldBytes(field)));
  return scalarText(readPointer(reading.fields.get(name), json));
}

function readQuery(reading: Reading): URLSearchParams {
  const { url } = reading.request;
  const at = url.indexOf("?");
  reading.query ??= new URLSearchParams(at === -1 ? "" : url.slice(at + 1));
  return reading.query;
}

function onlyOne(values: readonly string[]): string | undefined | null {
  return values.length > 1 ? null : values[0];
}

/**
 * The value at a JSON pointer (RFC 6901), of a plain value or of what {@linkcode readJson} found; undefined if there is
 * none. Own members only: `/constructor` is undefined.
 */
export function readPointer(value: unknown, pointer: string): unknown {
  const tokens = pointerTokens(pointer);
  let found = value;
  for (let depth = 0; depth < tokens.length; depth += 1) {
    if (found instanceof JsonPart) return found.at(depth === 0 ? tokens : tokens.slice(depth));
    const token = tokens[depth] ?? "";
    if (typeof found !== "object" || found === null || !Object.hasOwn(found, token))
      return undefined;
    found = Reflect.get(found, token);
  }
  return found;
}

/** The names of an object's members, each once, of what {@linkcode readJson} found; none if it is anything else. */
export function memberNames(value: unknown): string[] {
  return value instanceof JsonPart ? [...new Set(value.names())] : [];
}

/** Most pointers whose tokens are kept: those of recipes and of providers' files are a few hundred. */
const POINTERS_MAX = 1_000;

const tokensOf = new Map<string, readonly string[]>();

/** The names and indexes in a JSON pointer. Kept, because some are looked up in each of thousands of items. */
export function pointerTokens(pointer: string): readonly string[] {
  const known = tokensOf.get(pointer);
  if (known !== undefined) return known;
  const escaped = pointer.split("/").slice(1);
  const tokens = escaped.map((token) => token.replaceAll("~1", "/").replaceAll("~0", "~"));
  if (tokensOf.size < POINTERS_MAX) tokensOf.set(pointer, tokens);
  return tokens;
}

/** A JSON string, number or boolean as text. Undefined for undefined or null, null for anything else. */
export function scalarText(value: unknown): string | undefined | null {
  if (typeof value === "string") return value;
  if (value === undefined || value === null) return undefined;
  return typeof value === "number" || typeof value === "boolean" ? String(value) : null;
}

/** The request with the text at a place replaced. A JSON body or a form is serialised again, in the same order. */
export function writePlace(request: OutgoingRequest, place: Place, text: string): OutgoingRequest {
  if ("header" in place) {
    return { ...request, headers: { ...request.headers, [place.header]: text } };
  }
  if ("form" in place) return { ...request, body: writeFormPlace(request, place, text) };
  if ("json" in place) return { ...request, body: writeJson(request.body, place.json, text) };
  return { ...request, url: writeQuery(request.url, place.query, text) };
}

function writeFormPlace(
  request: OutgoingRequest,
  { form: name, json }: { form: string; json?: string },
  text: string,
): Buffer {
  const contentType = request.headers["content-type"] ?? "";
  const form = parseForm(contentType, request.body);
  if (form === null) throw new TypeError("Cannot sign: the body is not a form");
  if (json === undefined) return writeField(form, { contentType, name, text });
  const field = form.find((one) => one.name === name);
  const before = field === undefined ? Buffer.from("{}") : fieldBytes(field);
  return writeField(form, { contentType, name, text: writeJson(before, json, text).toString() });
}

/** The form with a field replaced, or added at its end. */
function writeField(
  form: Form,
  { contentType, name, text }: { contentType: string; name: string; text: string },
): Buffer {
  const boundary = /^multipart.*boundary="?([^\s";]+)/i.exec(contentType)?.[1];
  const written = { name, file: null, sent: Buffer.from(text), escaped: false };
  const fields = form.map((field) => (field.name === name ? written : field));
  if (!fields.includes(written)) fields.push(written);
  if (boundary === undefined) {
    const pairs = fields.map((field): [string, string] => [field.name, fieldText(field)]);
    return Buffer.from(new URLSearchParams(pairs).toString());
  }
  const parts = fields.flatMap(({ name, file, sent }) => {
    const quoted = (one: string) => `"${one.replaceAll('"', "%22")}"`;
    const named = file === null ? "" : `; filename=${quoted(file.name)}`;
    const type = file === null ? "" : `content-type: ${file.contentType}\r\n`;
    const head = `content-disposition: form-data; name=${quoted(name)}${named}\r\n${type}`;
    return [Buffer.from(`--${boundary}\r\n${head}\r\n`), sent, Buffer.from("\r\n")];
  });
  return Buffer.concat([...parts, Buffer.from(`--${boundary}--\r\n`)]);
}

/** @throws {TypeError} if the body is not JSON, or has no object to put the last name into. */
function writeJson(body: Uint8Array, pointer: string, text: string): Buffer {
  const json: unknown = JSON.parse(Buffer.from(body).toString());
  const tokens = pointerTokens(pointer);
  let parent: unknown = json;
  for (const token of tokens.slice(0, -1)) {
    parent = typeof parent === "object" && parent !== null ? Reflect.get(parent, token) : undefined;
  }
  if (typeof parent !== "object" || parent === null) {
    throw new TypeError(`Cannot sign: the body has no object for ${pointer}`);
  }
  Reflect.set(parent, tokens.at(-1) ?? "", text);
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
