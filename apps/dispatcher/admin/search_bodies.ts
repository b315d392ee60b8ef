import { setTimeout as delay } from "node:timers/promises";
import { type PointerTree, pointerTree, readContentScalars } from "@hookgate/providers";
import { LOOKED_INTO_AT_ONCE_BYTES_MAX } from "@hookgate/receive";
import { type FindInBodiesRequest, RpcError } from "@hookgate/rpc";
import type {
  CountedSlice,
  Finding,
  LookedAt,
  SearchedEvent,
  SearchRange,
} from "../store/contract/finding.ts";
import { isId } from "../store/contract/ids.ts";
import type { Fields, ReadFieldsElsewhere } from "../subscriptions/body_fields.ts";

/** Without a time, this far back, in milliseconds. */
const WINDOW_MS_DEFAULT = 86_400_000;

/** How long one call searches, in milliseconds: its caller shows how far it is. */
const SEARCH_MS_MAX = 2_000;

/**
 * Share of the time that slices take while nothing else happens, and while events are stored or delivered: they wait for the embedded
 * store, while a database that is shared does several things at once.
 */
const SLICES_SHARE = { idle: 0.5, embedded: 0.03, shared: 0.2 };

/** Longest rest after a slice, in milliseconds, however long that took: the caller waits ten seconds for an answer. */
const REST_MS_MAX = 2_000;

/** Events that are counted at most. */
const COUNTED_MAX = 1_000_000;

/** Longest text or value that is looked for, and longest pointer, in characters. */
const TEXT_CHARS_MAX = 1_000;

/** How far a search is. */
export interface SearchState extends LookedAt {
  /** The last event that was looked at; null before the first. */
  cursor: string | null;
  total: number;
  countedAll: boolean;
}

/** A search and where it goes on. */
export interface Search extends Wanted {
  range: Omit<SearchRange, "cursor">;
  state: SearchState;
}

/** What a search looks for. */
interface Wanted {
  /** What has to be in the body for it to match, whatever else has to be; null if nothing is known. */
  text: Uint8Array | null;
  /** Large bodies are looked into elsewhere. */
  matches: (
    event: Pick<SearchedEvent, "headers" | "body">,
    readElsewhere: ReadFieldsElsewhere,
  ) => boolean | Promise<boolean>;
}

/** Options for {@linkcode searchBodies}. */
export interface SearchOptions {
  store: Pick<Finding, "readBodies" | "countEvents"> & { readonly shared: boolean };
  /** Events to find. */
  limit: number;
  readElsewhere: ReadFieldsElsewhere;
  /** Whether events are stored or delivered at the moment. */
  isBusy: () => boolean;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  clock?: () => number;
  /** @default {setTimeout} */
  pause?: (ms: number) => Promise<unknown>;
}

/** What one part of a search found. */
export interface Searched {
  /** Newest first. */
  ids: readonly string[];
  state: SearchState;
  done: boolean;
  /** Everything received at this time and later was searched, in milliseconds since 1970. */
  fromMs: number;
}

/** Searches for about two seconds, in slices that leave nearly all time to whoever stores and delivers events, if somebody does. */
export async function searchBodies(
  { range, text, matches, state: begun }: Search,
  options: SearchOptions,
): Promise<Searched> {
  const { store, limit, readElsewhere, isBusy } = options;
  const { clock = () => performance.now(), pause = delay } = options;
  const startedAt = clock();
  const isTime = () => clock() - startedAt < SEARCH_MS_MAX;
  const rest = (tookMs: number) => {
    const busy = store.shared ? SLICES_SHARE.shared : SLICES_SHARE.embedded;
    const share = isBusy() ? busy : SLICES_SHARE.idle;
    return pause(Math.min(REST_MS_MAX, tookMs * (1 / share - 1)));
  };
  const state = { ...begun };
  if (state.cursor === null) Object.assign(state, await count(range, { store, rest, isTime }));
  const ids: string[] = [];
  for (;;) {
    const { cursor, searched, skipped } = state;
    const look = (lookedAt: LookedAt, at: string | null) => {
      state.searched = searched + lookedAt.searched;
      state.skipped = skipped + lookedAt.skipped;
      // An edge has made an event's id before it is stored: some come after they were counted.
      state.total = Math.max(state.total, state.searched + state.skipped);
      state.cursor = at;
    };
    const found = await store.readBodies({ ...range, cursor, text });
    const readAt = clock();
    const matching: SearchedEvent[] = [];
    for (const event of found.events) {
      if (await matches(event, readElsewhere)) matching.push(event);
      // The rest of the slice is read again: an answer has no more than was asked for.
      if (ids.length + matching.length === limit) break;
    }
    await rest(found.tookMs + clock() - readAt);
    ids.push(...matching.map(({ id }) => id));
    const last = matching.at(-1);
    if (last && ids.length === limit) {
      look(last.lookedAt, last.id);
      return { ids, state, done: false, fromMs: timeOf(last.id) };
    }
    look(found.lookedAt, found.cursor ?? cursor);
    if (found.cursor === null) return { ids, state, done: true, fromMs: range.from };
    if (!isTime()) return { ids, state, done: false, fromMs: timeOf(found.cursor) };
  }
}

/** The time in an event's id. */
function timeOf(id: string): number {
  return Number.parseInt(id.slice(4, 16), 16);
}

interface CountOptions extends Pick<SearchOptions, "store"> {
  rest: (tookMs: number) => Promise<unknown>;
  isTime: () => boolean;
}

/** Counts the events of a range as long as there is time, so that an answer can say how much is left. */
async function count(
  range: Search["range"],
  { store, rest, isTime }: CountOptions,
): Promise<Pick<SearchState, "total" | "countedAll">> {
  let cursor: string | null = null;
  let total = 0;
  do {
    const from: string | null = cursor;
    const counted: CountedSlice = await store.countEvents({ ...range, cursor: from });
    await rest(counted.tookMs);
    total += counted.events;
    cursor = counted.cursor;
  } while (cursor !== null && total < COUNTED_MAX && isTime());
  return { total, countedAll: cursor === null };
}

/**
 * Reads what a request asks for.
 *
 * @throws {RpcError} INVALID_ARGUMENT.
 */
export function readSearch(request: FindInBodiesRequest, { now }: { now: number }): Search {
  const { source, type, where, text, pageToken } = request;
  if (source === "") refuse("source must name one: a search goes through the events of one source");
  if ((where === null) === (text === "")) refuse("name either where or text");
  const wanted = where ? wantsField(where) : wantsText(text);
  const named = { source, ...(type !== "" && { type }) };
  if (pageToken !== "") return { ...readToken(pageToken, named), ...wanted };
  const { toMs = Math.ceil(now) + 1 } = request;
  const { fromMs = toMs - WINDOW_MS_DEFAULT } = request;
  if (fromMs >= toMs) refuse("from_ms must be before to_ms");
  const state = { cursor: null, searched: 0, skipped: 0, total: 0, countedAll: false };
  return { range: { ...named, from: Math.max(0, fromMs), to: toMs }, state, ...wanted };
}

function wantsText(text: string): Wanted {
  if (text.length > TEXT_CHARS_MAX) refuse(`text has ${TEXT_CHARS_MAX} characters at most`);
  const forms = [...writtenForms(text)].map((form) => Buffer.from(form));
  const matches = ({ body }: Pick<SearchedEvent, "body">) => {
    const bytes = bufferOf(body);
    return forms.some((form) => bytes.includes(form));
  };
  return { text: sameInAllForms(text), matches };
}

/**
 * How a text can stand in a body: as it is, and in JSON, which many senders write in ASCII (PHP, Python) or with an escape before
 * each slash (PHP), with capital digits or small ones.
 */
function writtenForms(text: string): Set<string> {
  const inJson = JSON.stringify(text).slice(1, -1);
  const inAscii = inJson.replace(/[^\x20-\x7e]/g, escapeUnit);
  const forms = [text, inJson, inAscii, inAscii.replace(/\\u[0-9a-f]{4}/g, capitals)];
  return new Set(forms.flatMap((form) => [form, form.replaceAll("/", "\\/")]));
}

function escapeUnit(unit: string): string {
  return `\\u${unit.charCodeAt(0).toString(16).padStart(4, "0")}`;
}

function capitals(escaped: string): string {
  return `\\u${escaped.slice(2).toUpperCase()}`;
}

/** The longest part of a text that nobody escapes; null if there is none. */
function sameInAllForms(text: string): Uint8Array | null {
  const parts = text.match(/[\w .:@-]+/g) ?? [];
  const longest = parts.reduce((one, other) => (other.length > one.length ? other : one), "");
  return longest === "" ? null : Buffer.from(longest);
}

function wantsField({ pointer, value }: { pointer: string; value: string }): Wanted {
  if (pointer.length > TEXT_CHARS_MAX || value.length > TEXT_CHARS_MAX) {
    refuse(`where has ${TEXT_CHARS_MAX} characters at most`);
  }
  if (!/^(?:\/(?:[^~]|~[01])*)+$/.test(pointer)) {
    refuse("where.pointer must be a JSON pointer, such as /data/customer");
  }
  const tree: PointerTree = pointerTree([pointer]);
  const scalar = readScalar(value);
  const digits = isLongNumber(value) ? Buffer.from(value) : null;
  const isWanted = (fields: Fields) => {
    const field = fields?.get(pointer);
    return field !== undefined && (field === value || field === scalar);
  };
  return {
    // A value can be written in many ways.
    text: digits,
    matches(event, readElsewhere) {
      if (digits !== null && !bufferOf(event.body).includes(digits)) return false;
      const isLarge = event.body.length > LOOKED_INTO_AT_ONCE_BYTES_MAX;
      if (!isLarge) return isWanted(readContentScalars(event, tree));
      return readElsewhere(event, tree).then(({ fields }) => isWanted(fields));
    },
  };
}

/** Whether it is a whole number past 2^53: JavaScript makes one of several, so its digits have to be there, too. */
function isLongNumber(value: string): boolean {
  return /^-?\d+$/.test(value) && !Number.isSafeInteger(Number(value));
}

/** The scalar that a text of JSON is; the text itself if it is none. */
function readScalar(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? text : value;
  } catch {
    return text;
  }
}

/** Where a search goes on. It names the range, so that the parts of a search have the same one. */
export function writeToken({ range }: Pick<Search, "range">, state: SearchState): string {
  const { from, to } = range;
  return Buffer.from(JSON.stringify({ from, to, ...state })).toString("base64url");
}

function readToken(
  token: string,
  named: Pick<SearchRange, "source" | "type">,
): Pick<Search, "range" | "state"> {
  try {
    const read = JSON.parse(Buffer.from(token, "base64url").toString()) as SearchState &
      Pick<SearchRange, "from" | "to">;
    const { from, to, cursor, searched, skipped, total, countedAll } = read;
    const numbers = [from, to, searched, skipped, total];
    const isWhole = numbers.every((one) => Number.isSafeInteger(one) && one >= 0);
    if (isWhole && typeof cursor === "string" && isId(cursor, "evt")) {
      const state = { cursor, searched, skipped, total, countedAll: countedAll === true };
      return { range: { ...named, from, to }, state };
    }
  } catch {
    // As below.
  }
  refuse("page_token is not one of an answer");
}

function bufferOf({ buffer, byteOffset, byteLength }: Uint8Array): Buffer {
  return Buffer.from(buffer, byteOffset, byteLength);
}

function refuse(problem: string): never {
  throw new RpcError("INVALID_ARGUMENT", problem);
}
