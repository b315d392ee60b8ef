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
 * Finds the same as `JSON.parse(new TextDecoder().decode(json))`, but makes values only of what is looked up, so a hostile
 * document takes time in proportion to its length: JSON.parse needs 190 ms for 2 MiB of nested arrays.
 */
export function readJsonValue(json: Uint8Array): JsonValue | undefined {
  const start = startOfJson(json);
  const { end, members } = opens(json[start])
    ? listMembers(json, start)
    : { end: skipValue(json, start, 0), members: undefined };
  if (end === INVALID || skipSpace(json, end) !== json.length) return undefined;
  if (members === undefined) return parseScalar(json, { start, end });
  return new JsonPart(json, start, members).items();
}

/** An object or array of a valid document. Its values are read when they are looked up. */
export class JsonPart {
  readonly #json: Uint8Array;
  readonly #start: number;
  /** The values that were looked up, by where they start. */
  readonly #found = new Map<number, JsonScalar | JsonPart>();
  /** Null if there are too many; undefined until the first look-up. */
  #members: readonly Member[] | null | undefined;

  constructor(json: Uint8Array, start: number, members?: readonly Member[] | null) {
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
    return members?.map(({ key }) => String(parseScalar(this.#json, key)));
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
    return members === null ? this : members.map((member) => this.#read(member));
  }

  #get(token: string): JsonScalar | JsonPart | undefined {
    const members = this.#list();
    if (members === null) return undefined;
    const member = this.isObject
      ? members.findLast(({ key }) => spells(this.#json, key, token))
      : members[INDEX.test(token) ? Number(token) : -1];
    return member && this.#read(member);
  }

  #read({ value }: Member): JsonScalar | JsonPart {
    const before = this.#found.get(value.start);
    if (before !== undefined) return before;
    const read = partOrScalar(this.#json, value);
    this.#found.set(value.start, read);
    return read;
  }

  #list(): readonly Member[] | null {
    if (this.#members === undefined) this.#members = listMembers(this.#json, this.#start).members;
    return this.#members;
  }
}

/** Where a member is; an item has an empty key. */
interface Member {
  key: Span;
  value: Span;
}

const NO_KEY: Span = { start: 0, end: 0 };

function partOrScalar(json: Uint8Array, span: Span): JsonScalar | JsonPart {
  return opens(json[span.start]) ? new JsonPart(json, span.start) : parseScalar(json, span);
}

function unwrap(value: JsonScalar | JsonPart): JsonValue {
  return value instanceof JsonPart ? value.items() : value;
}

/**
 * The members of the object, or the items of the array, that starts here; null if they are too many. Its end is INVALID if it
 * is not valid.
 */
function listMembers(
  json: Uint8Array,
  start: number,
): { end: number; members: readonly Member[] | null } {
  const isObject = json[start] === OPEN_BRACE;
  // In ASCII a closing brace or bracket is two after the opening one.
  const closing = (json[start] ?? 0) + 2;
  const members: Member[] = [];
  let at = skipSpace(json, start + 1);
  for (let more = json[at] !== closing; more; ) {
    if (members.length === JSON_WIDTH_MAX) {
      return { end: skipValue(json, start, JSON_DEPTH_MAX), members: null };
    }
    const key = isObject ? { start: at, end: skipString(json, at) } : NO_KEY;
    if (isObject) at = skipColon(json, key.end);
    const value = { start: at, end: skipValue(json, at, JSON_DEPTH_MAX - 1) };
    if (value.end === INVALID) return { end: INVALID, members: null };
    members.push({ key, value });
    at = skipSpace(json, value.end);
    more = json[at] === COMMA;
    if (more) at = skipSpace(json, at + 1);
  }
  return { end: json[at] === closing ? at + 1 : INVALID, members };
}
