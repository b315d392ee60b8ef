import { HttpProblem } from "./http_problem.ts";
import type { Api, Schema } from "./schema.ts";

type Resolve = Api["resolve"];

const INTEGER = /^-?\d{1,16}$/;

/**
 * Reads a request from a query: each parameter by its dotted name, several times if it is a list.
 *
 * @throws {HttpProblem} 400 that names the parameter.
 */
export function readQuery(query: URLSearchParams, schema: Schema, resolve: Resolve): object {
  const request: Record<string, unknown> = {};
  for (const name of new Set(query.keys())) {
    const given = query.getAll(name);
    const parameter = ownField(schema, name);
    if (!parameter) throw refuse(name, "is not a parameter of this call");
    const field = resolve(parameter);
    const { items } = field;
    const value = items
      ? given.map((text) => fromText(text, resolve(items)))
      : fromText(given[0], field);
    if (!items && given.length > 1) throw refuse(name, "is given more than once");
    place(request, name, fromJson(value, field, { resolve, at: name }));
  }
  return request;
}

/** Puts a value where a dotted name says. */
function place(request: Record<string, unknown>, name: string, value: unknown): void {
  const keys = name.split(".");
  const last = keys.pop() ?? "";
  let inside = request;
  for (const key of keys) {
    inside[key] ??= {};
    inside = inside[key] as Record<string, unknown>;
  }
  inside[last] = value;
}

/** What a text of a query means for a field of this type; itself if it means nothing, so that it is refused. */
function fromText(text = "", { type }: Schema): unknown {
  if (type === "integer" && INTEGER.test(text)) return Number(text);
  if (type === "number" && text !== "") return Number(text);
  if (type === "boolean" && (text === "true" || text === "false")) return text === "true";
  return text;
}

interface FromJsonOptions {
  resolve: Resolve;
  /** Where the value is in the request, for errors. */
  at: string;
}

/**
 * Turns JSON into what gRPC sends: enums get their prefix back, base64 becomes bytes. Deeper than its schema nothing is read.
 *
 * @throws {HttpProblem} 400 that says where the request differs from the schema.
 */
export function fromJson(value: unknown, schema: Schema, options: FromJsonOptions): unknown {
  const { at } = options;
  const field = options.resolve(schema);
  switch (field.type) {
    case "object":
      return objectFromJson(value, field, options);
    case "array":
      if (!Array.isArray(value)) throw refuse(at, "must be a list");
      return value.map((item, index) =>
        fromJson(item, field.items ?? {}, { ...options, at: `${at}[${index}]` }),
      );
    case "string":
      return textFromJson(value, field, at);
    case "boolean":
      if (typeof value !== "boolean") throw refuse(at, "must be true or false");
      return value;
    default:
      return numberFromJson(value, field, at);
  }
}

function objectFromJson(value: unknown, schema: Schema, { resolve, at }: FromJsonOptions): object {
  if (typeof value !== "object" || value === null || Array.isArray(value)) {
    throw refuse(at, "must be an object");
  }
  const fields = Object.entries(value).map(([name, item]) => {
    const where = at === "" ? name : `${at}.${name}`;
    const more = schema.additionalProperties;
    const field = ownField(schema, name) ?? (typeof more === "object" ? more : undefined);
    if (!field) throw refuse(where, "is not a field of this request");
    return [name, fromJson(item, field, { resolve, at: where })];
  });
  return Object.fromEntries(fields);
}

/** Not an inherited one: a request may name `constructor`. */
function ownField({ properties = {} }: Schema, name: string): Schema | undefined {
  return Object.hasOwn(properties, name) ? properties[name] : undefined;
}

function textFromJson(value: unknown, schema: Schema, at: string): unknown {
  if (typeof value !== "string") throw refuse(at, "must be a text");
  // Half a surrogate pair has no UTF-8: the text would arrive as another one.
  if (!value.isWellFormed()) throw refuse(at, "has half a surrogate pair, which is no character");
  if (schema.enum) {
    if (!schema.enum.includes(value)) throw refuse(at, `must be one of ${schema.enum.join(", ")}`);
    return `${schema["x-prefix"] ?? ""}${value}`.toUpperCase();
  }
  return schema.contentEncoding === "base64" ? Buffer.from(value, "base64") : value;
}

function numberFromJson(value: unknown, schema: Schema, at: string): number {
  if (typeof value !== "number") throw refuse(at, "must be a number");
  if (schema.type !== "integer") return value;
  if (!Number.isInteger(value)) throw refuse(at, "must be a whole number");
  const { minimum = -Infinity, maximum = Infinity } = schema;
  if (value < minimum || value > maximum) throw refuse(at, `must be from ${minimum} to ${maximum}`);
  return value;
}

/** A dispatcher's sentence about a request, whose fields have other names over gRPC: `page_size` is `pageSize` here. */
export function withNamesOf(schema: Schema, sentence: string, resolve: Resolve): string {
  const names = fieldNames(schema, resolve);
  return sentence.replace(/\b[a-z]+(?:_[a-z]+)+\b/g, (word) => {
    const name = word.replace(/_[a-z]/g, ([, letter = ""]) => letter.toUpperCase());
    return names.includes(name) ? name : word;
  });
}

function fieldNames(schema: Schema, resolve: Resolve): string[] {
  const { properties = {}, items } = resolve(schema);
  const inner = Object.values(properties).flatMap((field) => fieldNames(field, resolve));
  const own = Object.keys(properties).flatMap((name) => name.split("."));
  return [...own, ...inner, ...(items ? fieldNames(items, resolve) : [])];
}

/** Longest name that an error repeats, in characters. */
const SHOWN_CHARS_MAX = 100;

function refuse(at: string, problem: string): HttpProblem {
  const shown = at.toWellFormed().slice(0, SHOWN_CHARS_MAX);
  return new HttpProblem(
    400,
    "invalid_argument",
    `${shown === "" ? "The request" : shown} ${problem}`,
  );
}
