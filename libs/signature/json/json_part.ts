import {
  COMMA,
  INVALID,
  JSON_DEPTH_MAX,
  type JsonScalar,
  OPEN_BRACE,
  opens,
  parseScalar,
  type Span,
  skipColon,
  skipSpace,
  skipString,
  skipValue,
  spells,
  startOfJson,
} from "./scan_json.ts";

/** Most members or items of one object or array that are found: of a wider one, none are. */
export const JSON_WIDTH_MAX = 10_000;

const INDEX = /^(?:0|[1-9]\d{0,9})$/;

/** A value in a document: {@linkcode JsonPart} for an object, and for an array with too many items. */
export type JsonValue = JsonScalar | JsonPart | readonly JsonValue[];

/**
 * Reads a document's outermost value; undefined if the bytes are not JSON, or nest deeper than {@linkcode JSON_DEPTH_MAX}.
 *
 * Finds the same as `JSON.parse(new TextDecoder().decode(json))`, but for numbers that it would change: those stay the text that
 * they are. And it makes values only of what is looked up, so a hostile document takes time in proportion to its length:
 * JSON.parse needs 190 ms for 2 MiB of nested arrays.
 */
export function readJsonValue(json: Uint8Array): JsonValue | undefined {
  const start = startOfJson(json);
  const { end, members } = opens(json[start])
    ? listMembers(json, start)
    : { end: skipValue(json, start, 0), members: undefined };
  if (end === INVALID || skipSpace(json, end) !== json.length) return undefined;
  if (members === undefined) return scalarAt(json, { start, end });
  return new JsonPart(json, start, members).items();
}

/** An object or array of a valid document. Its values are read when they are looked up. */
export class JsonPart {
  readonly #json: Uint8Array;
  readonly #start: number;
  /** The values that were looked up, by where they start. */
  #found: Map<number, JsonScalar | JsonPart> | undefined;
  /** Null if there are too many; undefined until the first look-up. */
  #members: Members | null | undefined;

  constructor(json: Uint8Array, start: number, members?: Members | null) {
    this.#json = json;
    this.#start = start;
    this.#members = members;
  }

  /** Whether it is an object. */
  get isObject(): boolean {
    return this.#json[this.#start] === OPEN_BRACE;
  }

  /** The names of an object's members, with repetitions; undefined if they are too many, or this is an array. */
  names(): string[] | undefined {
    const members = this.isObject ? this.#list() : null;
    if (members === null) return undefined;
    const names: string[] = [];
    for (let at = 0; at < members.length; at += SPANS) {
      names.push(String(parseScalar(this.#json, keyAt(members, at))));
    }
    return names;
  }

  /** The value at these names and indexes; undefined if there is none. The last of several members of a name counts. */
  at(tokens: readonly string[]): JsonValue | undefined {
    let found: JsonScalar | JsonPart | undefined = this;
    for (const token of tokens) {
      if (!(found instanceof JsonPart)) return undefined;
      found = found.#get(token);
    }
    return found === undefined ? undefined : unwrap(found);
  }

  /** Its items; itself if it is an object, or there are too many. */
  items(): JsonPart | readonly JsonValue[] {
    const members = this.isObject ? null : this.#list();
    // Arrays in it stay parts: no provider has any, and a hostile document has nothing else.
    if (members === null) return this;
    const items: (JsonScalar | JsonPart)[] = [];
    for (let at = 0; at < members.length; at += SPANS) items.push(this.#read(members, at));
    return items;
  }

  #get(token: string): JsonScalar | JsonPart | undefined {
    const members = this.#list();
    if (members === null) return undefined;
    const at = this.isObject
      ? this.#find(members, token)
      : INDEX.test(token)
        ? Number(token) * SPANS
        : -1;
    return at >= 0 && at < members.length ? this.#read(members, at) : undefined;
  }

  /** The last of a name counts. */
  #find(members: Members, name: string): number {
    let at = members.length - SPANS;
    while (at >= 0 && !spells(this.#json, keyAt(members, at), name)) at -= SPANS;
    return at;
  }

  #read(members: Members, at: number): JsonScalar | JsonPart {
    const value = { start: members[at + 2] ?? 0, end: members[at + 3] ?? 0 };
    this.#found ??= new Map();
    const before = this.#found.get(value.start);
    if (before !== undefined) return before;
    const read = partOrScalar(this.#json, value);
    this.#found.set(value.start, read);
    return read;
  }

  #list(): Members | null {
    if (this.#members === undefined) this.#members = listMembers(this.#json, this.#start).members;
    return this.#members;
  }
}

/**
 * Where members are: the start and end of the key, then those of the value, of one after the other; an item's key is empty.
 * Not objects: a body of 2 KB took a microsecond longer.
 */
type Members = readonly number[];

/** Positions of a member. */
const SPANS = 4;

function keyAt(members: Members, at: number): Span {
  return { start: members[at] ?? 0, end: members[at + 1] ?? 0 };
}

function partOrScalar(json: Uint8Array, span: Span): JsonScalar | JsonPart {
  return opens(json[span.start]) ? new JsonPart(json, span.start) : scalarAt(json, span);
}

/** JSON.parse makes one number of two long ids, and another text of what was signed as `10.50`. */
function scalarAt(json: Uint8Array, span: Span): JsonScalar {
  const value = parseScalar(json, span);
  if (typeof value !== "number") return value;
  const text = Buffer.from(json.subarray(span.start, span.end)).toString("latin1");
  return String(value) === text ? value : text;
}

const NUMBER = /^-?\d+(?:\.\d+)?(?:e[+-]?\d+)?$/i;

/** The number of a value that was read, also of one that stayed text because JavaScript writes it otherwise, such as `17.0`. */
export function numberIn(value: unknown): number | null {
  if (typeof value === "number") return value;
  if (typeof value !== "string" || !NUMBER.test(value)) return null;
  const number = Number(value);
  return String(number) === value ? null : number;
}

function unwrap(value: JsonScalar | JsonPart): JsonValue {
  return value instanceof JsonPart ? value.items() : value;
}

/**
 * The members of the object, or the items of the array, that starts here; null if they are too many. Its end is INVALID if it
 * is not valid.
 */
function listMembers(json: Uint8Array, start: number): { end: number; members: Members | null } {
  const isObject = json[start] === OPEN_BRACE;
  // In ASCII a closing brace or bracket is two after the opening one.
  const closing = (json[start] ?? 0) + 2;
  const members: number[] = [];
  let width = 0;
  let at = skipSpace(json, start + 1);
  for (let more = json[at] !== closing; more; ) {
    const keyStart = at;
    const keyEnd = isObject ? skipString(json, at) : at;
    if (isObject) at = skipColon(json, keyEnd);
    const end = skipValue(json, at, JSON_DEPTH_MAX - 1);
    if (end === INVALID) return { end, members: null };
    width += 1;
    if (width <= JSON_WIDTH_MAX) members.push(keyStart, keyEnd, at, end);
    at = skipSpace(json, end);
    more = json[at] === COMMA;
    if (more) at = skipSpace(json, at + 1);
  }
  const end = json[at] === closing ? at + 1 : INVALID;
  return { end, members: width > JSON_WIDTH_MAX ? null : members };
}
