import {
  COMMA,
  INVALID,
  JSON_DEPTH_MAX,
  OPEN_BRACE,
  opens,
  parseScalar,
  QUOTE,
  type Span,
  skipColon,
  skipSpace,
  skipString,
  skipValue,
  spells,
  startOfJson,
} from "@hookgate/signature";
import { cutOf, itemAt, NOWHERE, named, type PlaceNode, SUBJECT } from "./place_tree.ts";

/** Most places that are found in one body: of one with more, none are. */
export const PLACES_FOUND_MAX = 10_000;

/** Most persons that one body is about: of one with more, none are found. */
export const SUBJECTS_MAX = 16;

/** A part of a body, in bytes. */
export interface FoundPlace extends Span {
  /** Which of the wanted places it is. */
  place: number;
  /** How a text has to be written there: as a string of JSON, as it is, or as a string of JSON in a field of a form. */
  written: "json" | "text" | "escaped";
}

/** What was found. */
export interface FoundPlaces {
  /** In the order of the body; none overlaps another. */
  parts: readonly FoundPlace[];
  /** Different ids of persons; a number as it was sent. */
  subjects: readonly string[];
}

/** Finds places in JSON; null if it is none, or no object or array, or has more than the limits. */
export function findInJson(json: Uint8Array, nodes: readonly PlaceNode[]): FoundPlaces | null {
  const start = startOfJson(json);
  if (!opens(json[start])) return null;
  const finder = new JsonFinder(json);
  const end = finder.inside(start, nodes, JSON_DEPTH_MAX);
  if (end === INVALID || skipSpace(json, end) !== json.length) return null;
  return finder.found();
}

/** Walks through a document, only on the way to places. */
class JsonFinder {
  readonly #json: Uint8Array;
  readonly #parts: FoundPlace[] = [];
  readonly #subjects = new Set<string>();
  #tooMany = false;

  constructor(json: Uint8Array) {
    this.#json = json;
  }

  found(): FoundPlaces | null {
    if (this.#tooMany) return null;
    return { parts: inOrder(this.#parts), subjects: [...this.#subjects] };
  }

  /** The end of the object or array that starts here; INVALID if it is not valid. Calls itself for each step of a pointer. */
  inside(start: number, nodes: readonly PlaceNode[], levels: number): number {
    if (levels === 0) return INVALID;
    const json = this.#json;
    const opening = json[start] ?? 0;
    // In ASCII a closing brace or bracket is two after the opening one.
    const closing = opening + 2;
    const run = new CutRun((part) => this.#add(part));
    let at = skipSpace(json, start + 1);
    for (let index = 0, more = json[at] !== closing; more; index += 1) {
      const memberStart = at;
      const key = { start: at, end: opening === OPEN_BRACE ? skipString(json, at) : at };
      if (opening === OPEN_BRACE) at = skipColon(json, key.end);
      if (at === INVALID) return INVALID;
      const next =
        opening === OPEN_BRACE
          ? named(nodes, (name) => spells(json, key, name))
          : itemAt(nodes, index);
      const end = this.#value(at, next, levels - 1);
      if (end === INVALID) return INVALID;
      run.member({ start: memberStart, end }, next === NOWHERE ? null : cutOf(next));
      at = skipSpace(json, end);
      more = json[at] === COMMA;
      if (more) at = skipSpace(json, at + 1);
    }
    run.end();
    return json[at] === closing ? at + 1 : INVALID;
  }

  /** The end of a value; INVALID also if there is too much to find. */
  #value(start: number, nodes: readonly PlaceNode[], levels: number): number {
    const json = this.#json;
    const goesOn = nodes !== NOWHERE && opens(json[start]) && nodes.some(({ leads }) => leads);
    const end = goesOn ? this.inside(start, nodes, levels) : skipValue(json, start, levels);
    if (end === INVALID || nodes === NOWHERE) return end;
    for (const { place, cut } of nodes.flatMap(({ ends }) => ends)) {
      if (place === SUBJECT) this.#subject({ start, end });
      else if (!cut) this.#add({ start, end, place, written: "json" });
    }
    return this.#tooMany ? INVALID : end;
  }

  #add(part: FoundPlace): void {
    if (this.#parts.length === PLACES_FOUND_MAX) this.#tooMany = true;
    else this.#parts.push(part);
  }

  #subject({ start, end }: Span): void {
    const text =
      this.#json[start] === QUOTE
        ? String(parseScalar(this.#json, { start, end }))
        : Buffer.from(this.#json.subarray(start, end)).toString("latin1");
    // Numbers count as they were sent: JSON.parse makes one of two long ones.
    if (this.#json[start] !== QUOTE && !/^[-\d]/.test(text)) return;
    if (text !== "") this.#subjects.add(text);
    if (this.#subjects.size > SUBJECTS_MAX) this.#tooMany = true;
  }
}

/** Takes members or items out together with the commas that would be left: what remains is valid. */
class CutRun {
  readonly #add: (part: FoundPlace) => void;
  /** Where the last member ended that stays. */
  #keptEnd: number | null = null;
  /** Members that go, of which no later one stays so far. */
  #open: { starts: number[]; places: number[]; end: number } = { starts: [], places: [], end: 0 };

  constructor(add: (part: FoundPlace) => void) {
    this.#add = add;
  }

  member({ start, end }: Span, place: number | null): void {
    if (place !== null) {
      this.#open.starts.push(start);
      this.#open.places.push(place);
      this.#open.end = end;
      return;
    }
    this.#close([...this.#open.starts.slice(1), start]);
    this.#keptEnd = end;
  }

  end(): void {
    const { starts, end } = this.#open;
    // Nothing stays behind them, so the comma before them goes.
    if (starts.length > 0 && this.#keptEnd !== null) starts[0] = this.#keptEnd;
    this.#close([...starts.slice(1), end]);
  }

  #close(ends: readonly number[]): void {
    const { starts, places } = this.#open;
    for (const [index, start] of starts.entries()) {
      const end = ends[index] ?? start;
      this.#add({ start, end, place: places[index] ?? 0, written: "json" });
    }
    this.#open = { starts: [], places: [], end: 0 };
  }
}

/** In the order of the body. */
export function inOrder(parts: FoundPlace[]): FoundPlace[] {
  return parts.sort((a, b) => a.start - b.start);
}
