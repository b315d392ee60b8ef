import { parseHeaderBlock } from "@hookgate/providers";
import { showText } from "../show/show_text.ts";
import { shapeOf } from "./shape_of.ts";

/** Longest text from outside, in characters. */
const TEXT_CHARS_MAX = 1_000;

/** Longest body that is shown, in characters. */
const BODY_CHARS_MAX = 20_000;

/** Most items of a list. */
const ITEMS_MAX = 200;

/** Times since 1970 are larger, in milliseconds, and spans of time are not: it is 2001, or 32 years. */
const TIME_MS_MIN = 1e12;

/** Furthest time that a date can hold, in milliseconds since 1970. */
const TIME_MS_MAX = 8.64e15;

/**
 * Fields that Hookgate or its configuration has written. Every other text is from outside, so one of a field that is added later is,
 * too.
 */
const OWN_FIELDS: ReadonlySet<string> = new Set([
  ...["id", "ids", "eventId", "deliveryId", "replay", "replayOf", "releasedAs", "failure"],
  ...["what", "kind", "state", "status", "outcome", "flags", "whose", "breaker"],
  ...["provider", "source", "subscription", "secretId", "fileSha256", "nextPageToken"],
]);

/** What a text of such a field looks like. Anything else is from outside, whatever its field. */
const OWN_TEXT = /^[\w.:/+=-]{1,100}$/;

const ENUM_PREFIX = /^(?:DELIVERY_STATE|ATTEMPT_OUTCOME|HEALTH_STATUS)_/;

/** Texts that are parts of a body. */
const OF_BODY: ReadonlySet<string> = new Set(["body", "key"]);

/** Options for {@linkcode markOutside}. */
export interface MarkOptions {
  /** Whether bodies and the values of headers are shown. */
  bodies: boolean;
  /** Further fields that are Hookgate's own. @default {[]} */
  own?: readonly string[];
}

/** A text that somebody else has written: data, whatever it says. */
export interface Outside {
  untrusted: string;
}

/**
 * An answer of the dispatcher for a language model. Every text from outside is the value of a field named `untrusted`, where JSON's
 * quotes hold it together, with an escape for each character that is invisible or controls a terminal, and cut to a bound. Of bodies
 * only the shape is left. What is empty is left out, but for the lists of the answer itself.
 */
export function markOutside(answer: object, options: MarkOptions): object {
  const { bodies, own = [] } = options;
  const marking = { bodies, own: new Set([...OWN_FIELDS, ...own]) };
  const lists = Object.entries(answer).filter(([, value]) => Array.isArray(value));
  const empty = Object.fromEntries(lists.map(([name]) => [name, []]));
  return { ...empty, ...markFields(answer, marking) };
}

interface Marking {
  bodies: boolean;
  own: ReadonlySet<string>;
}

function mark(value: unknown, field: string, marking: Marking): unknown {
  if (value instanceof Uint8Array) return markBytes(value, field, marking);
  if (typeof value === "string") return markText(value, field, marking);
  if (typeof value === "number")
    return isTime(value, field) ? new Date(value).toISOString() : value;
  if (Array.isArray(value)) {
    const shown = value.slice(0, ITEMS_MAX).map((item) => mark(item, field, marking));
    const more = value.length - shown.length;
    return more > 0 ? [...shown, `and ${more} more`] : shown;
  }
  if (typeof value !== "object" || value === null) return value;
  return markFields(value, marking);
}

function markFields(value: object, marking: Marking): object {
  const fields = Object.entries(value).flatMap(([name, inner]) => {
    // gRPC's own notes on which optional fields are set.
    if (name.startsWith("_")) return [];
    const marked = mark(inner, name, marking);
    return isEmpty(marked) ? [] : [[isTime(inner, name) ? name.replace(/Ms$/, "") : name, marked]];
  });
  return Object.fromEntries(fields);
}

function isTime(value: unknown, field: string): boolean {
  return (
    typeof value === "number" && field.endsWith("Ms") && value > TIME_MS_MIN && value <= TIME_MS_MAX
  );
}

function isEmpty(value: unknown): boolean {
  if (value === null || value === undefined || value === "") return true;
  return Array.isArray(value) && value.length === 0;
}

function markText(text: string, field: string, { bodies, own }: Marking): unknown {
  if (text === "") return "";
  if (OF_BODY.has(field) && !bodies) return { masked: `${text.length} characters` };
  const short = text.replace(ENUM_PREFIX, "");
  if (own.has(field) && OWN_TEXT.test(short)) {
    return short === text ? text : short.toLowerCase();
  }
  return outside(text, TEXT_CHARS_MAX);
}

function outside(text: string, charsMax: number): Outside {
  const shown = showText(text.slice(0, charsMax));
  const more = text.length - charsMax;
  return { untrusted: more > 0 ? `${shown}… (${more} more characters)` : shown };
}

function markBytes(bytes: Uint8Array, field: string, { bodies }: Marking): unknown {
  if (bytes.length === 0) return "";
  switch (field) {
    case "headers": {
      const shown = parseHeaderBlock(bytes).map(([name, value]) =>
        bodies ? `${name}: ${value}` : name,
      );
      return shown.map((line) => outside(line, TEXT_CHARS_MAX));
    }
    case "bodySha256":
      return Buffer.from(bytes).toString("hex");
    default: {
      const text = textOf(bytes);
      const { length } = bytes;
      if (text === null) return { bytes: length, masked: "it is not text" };
      if (bodies) return { bytes: length, ...outside(text, BODY_CHARS_MAX) };
      return { bytes: length, masked: "its values", shape: outside(shapeOf(text), TEXT_CHARS_MAX) };
    }
  }
}

function textOf(bytes: Uint8Array): string | null {
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(bytes);
  } catch {
    return null;
  }
}
