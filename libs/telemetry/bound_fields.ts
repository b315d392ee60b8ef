import { types } from "node:util";
import { boundText } from "./bound_text.ts";

/** Deepest nesting of a field. */
const DEPTH_MAX = 6;

/** Entries of one object or array. */
const ENTRIES_MAX = 100;

/** Characters of all fields of one line together, before JSON escapes them. */
const LINE_CHARS_MAX = 65_536;

const NAME_CHARS_MAX = 100;

/** Field names whose values no log may hold. `secretId` is not one of them: it only names a secret. */
const CREDENTIAL_NAME =
  /(?:secrets?|passw(?:or)?d|passphrase|tokens?|authorization|cookie|apikey|privatekey|credentials?|signature(?:\d+)?|mongodburi|body)$/;

/** Replaces a credential. */
const REDACTED = "[redacted]";

/** Options for {@linkcode boundFields}. */
export interface BoundFieldsOptions {
  /** Names of the log's own fields; another field of that name gets a `_` appended. @default none */
  reserved?: ReadonlySet<string>;
}

/**
 * Returns a bounded copy of a log line's fields as plain data, at every depth: long texts are cut, bytes are replaced by
 * their count, and fields named like a credential are redacted. Never throws.
 */
export function boundFields(
  fields: Readonly<Record<string, unknown>>,
  options: BoundFieldsOptions = {},
): Record<string, unknown> {
  const { reserved = new Set() } = options;
  const line: Line = { charsLeft: LINE_CHARS_MAX };
  const entries = callQuietly(() => boundEntries(fields, { line, depth: 0 }));
  if (!Array.isArray(entries)) return { fields: entries };
  return Object.fromEntries(
    entries.map(([name, value]) => [reserved.has(name) ? `${name}_` : name, value]),
  );
}

/** Space left in one line. */
interface Line {
  charsLeft: number;
}

interface Place {
  line: Line;
  depth: number;
}

function boundEntries(value: object, { line, depth }: Place): [string, unknown][] {
  const names = Object.keys(value);
  const entries = names.slice(0, ENTRIES_MAX).map((name): [string, unknown] => {
    const shown = boundText(name, NAME_CHARS_MAX);
    line.charsLeft -= shown.length;
    if (isCredentialName(name)) return [shown, REDACTED];
    return [shown, boundValue(readField(value, name), { line, depth: depth + 1 })];
  });
  if (names.length > ENTRIES_MAX) entries.push(["…", `${names.length - ENTRIES_MAX} more`]);
  return entries;
}

function boundValue(value: unknown, place: Place): unknown {
  const { line, depth } = place;
  if (line.charsLeft <= 0) return "…";
  switch (typeof value) {
    case "string":
      return spend(boundText(value), line);
    case "bigint":
    case "symbol":
      return spend(boundText(String(value)), line);
    case "function":
      return undefined;
    case "object":
      if (value === null) return null;
      if (depth > DEPTH_MAX) return "…";
      return callQuietly(() => boundObject(value, place));
    default:
      line.charsLeft -= 8;
      return value;
  }
}

function boundObject(value: object, place: Place): unknown {
  const { line, depth } = place;
  if (types.isNativeError(value)) return Object.fromEntries(boundError(value, place));
  if (ArrayBuffer.isView(value) || types.isAnyArrayBuffer(value))
    return `[${value.byteLength} bytes]`;
  if (Array.isArray(value)) {
    const inside = { line, depth: depth + 1 };
    const items = value.slice(0, ENTRIES_MAX).map((item: unknown) => boundValue(item, inside));
    return value.length > ENTRIES_MAX ? [...items, `${value.length - ENTRIES_MAX} more`] : items;
  }
  if (types.isMap(value) || types.isSet(value)) return `[${value.size} entries]`;
  const toJson = readField(value, "toJSON");
  if (typeof toJson !== "function") return Object.fromEntries(boundEntries(value, place));
  const data = callQuietly(() => toJson.call(value));
  return boundValue(data, { line, depth: depth + 1 });
}

/** An error's parts under pino's names, then its own properties. */
function boundError(error: Error, place: Place): [string, unknown][] {
  const parts = {
    type: error.constructor?.name ?? error.name,
    message: error.message,
    stack: error.stack,
  };
  const cause = error.cause === undefined ? {} : { cause: error.cause };
  return boundEntries({ ...parts, ...cause, ...error }, place);
}

function spend(text: string, line: Line): string {
  line.charsLeft -= text.length;
  return text;
}

/** Results by name: the same few names come with every line, and testing them again costs more than writing the line. */
const knownNames = new Map<string, boolean>();
const KNOWN_NAMES_MAX = 1_000;

function isCredentialName(name: string): boolean {
  const known = knownNames.get(name);
  if (known !== undefined) return known;
  const letters = name
    .slice(-NAME_CHARS_MAX)
    .replace(/[-_.\s]/g, "")
    .toLowerCase();
  const found = CREDENTIAL_NAME.test(letters);
  if (knownNames.size < KNOWN_NAMES_MAX && name.length <= NAME_CHARS_MAX)
    knownNames.set(name, found);
  return found;
}

function readField(value: object, name: string): unknown {
  return callQuietly(() => (value as Record<string, unknown>)[name]);
}

function callQuietly(read: () => unknown): unknown {
  try {
    return read();
  } catch {
    return "[unreadable]";
  }
}
