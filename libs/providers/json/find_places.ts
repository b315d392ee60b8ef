import {
  type Form,
  type FormField,
  fieldBytes,
  fieldText,
  type ReceivedEvent,
  readForm,
  sentOffsets,
  startsAsJson,
} from "@hookgate/types";
import { headerRecord } from "../headers/header_block.ts";
import {
  type FoundPlace,
  type FoundPlaces,
  findInJson,
  inOrder,
  PLACES_FOUND_MAX,
  SUBJECTS_MAX,
} from "./find_places_in_json.ts";
import {
  cutOf,
  named,
  type PlaceNode,
  placeTree,
  SUBJECT,
  type WantedPlaces,
} from "./place_tree.ts";

const AMPERSAND = 0x26;

/** Bytes of a line break between the parts of a multipart body. */
const BREAK_BYTES = 2;

/**
 * Finds places in a body: of JSON, of the JSON in a form's only field, or of a form's fields. Null if the body is anything else,
 * or has more than the limits: then nothing is known of it, and the places may be there all the same.
 *
 * Finds all of several members with one name, because nobody knows which one a reader takes, and names with escapes. Takes time
 * in proportion to the body's length and the number of places.
 */
export function findPlaces(
  { headers, body }: Pick<ReceivedEvent, "headers" | "body">,
  wanted: WantedPlaces,
): FoundPlaces | null {
  const root = [placeTree(wanted)];
  if (startsAsJson(body)) return findInJson(body, root);
  const form = readForm(headerRecord(headers)["content-type"] ?? "", body);
  return form === null ? null : findInForm(body, form, root);
}

function findInForm(body: Uint8Array, form: Form, nodes: readonly PlaceNode[]): FoundPlaces | null {
  const [only, ...others] = form;
  if (only !== undefined && only.file === null && others.length === 0) {
    if (startsAsJson(fieldBytes(only))) return findInField(body, only, nodes);
  }
  const parts: FoundPlace[] = [];
  const subjects = new Set<string>();
  const cuts = new Map<FormField, number>();
  for (const field of form) {
    const next = named(nodes, (name) => name === field.name);
    if (next.some(({ leads }) => leads)) {
      const inside = findInField(body, field, next);
      if (inside === null) return null;
      parts.push(...inside.parts);
      for (const subject of inside.subjects) subjects.add(subject);
    }
    const cut = cutOf(next);
    if (cut !== null) cuts.set(field, cut);
    const start = startIn(body, field.sent);
    const end = start + field.sent.length;
    for (const { place } of next.flatMap(({ ends }) => ends.filter((one) => !one.cut))) {
      if (place !== SUBJECT) parts.push({ start, end, place, written: "text" });
      else if (fieldText(field) !== "") subjects.add(fieldText(field));
    }
  }
  parts.push(...cutFields(body, form, cuts));
  if (parts.length > PLACES_FOUND_MAX || subjects.size > SUBJECTS_MAX) return null;
  return { parts: inOrder(parts), subjects: [...subjects] };
}

/** The JSON in a field; its places as bytes of the body. */
function findInField(
  body: Uint8Array,
  field: FormField,
  nodes: readonly PlaceNode[],
): FoundPlaces | null {
  const found = findInJson(fieldBytes(field), nodes);
  if (found === null) return null;
  const start = startIn(body, field.sent);
  const offsets = sentOffsets(
    field,
    found.parts.flatMap((part) => [part.start, part.end]),
  );
  const written = field.escaped ? "escaped" : "json";
  const parts = found.parts.map(({ place }, index): FoundPlace => {
    const [from = 0, to = 0] = offsets.slice(2 * index, 2 * index + 2);
    return { start: start + from, end: start + to, place, written };
  });
  return { parts, subjects: found.subjects };
}

/** Whole fields, each with what separates it from the next. */
function cutFields(
  body: Uint8Array,
  form: Form,
  cuts: ReadonlyMap<FormField, number>,
): FoundPlace[] {
  const parts: FoundPlace[] = [];
  let leads = true;
  let before = 0;
  for (const field of form) {
    const place = cuts.get(field);
    const sentEnd = startIn(body, field.sent) + field.sent.length;
    if (field.escaped) {
      // The ampersand after it, or the one before the last.
      const start = body.lastIndexOf(AMPERSAND, Math.max(0, sentEnd - 1)) + 1;
      const isLast = sentEnd >= body.length;
      const span = isLast
        ? { start: Math.max(before, start - 1), end: sentEnd }
        : { start, end: sentEnd + 1 };
      if (place !== undefined) parts.push({ ...span, place, written: "text" });
      before = place === undefined ? sentEnd : span.end;
    } else {
      // A part ends where the line break before the next delimiter begins. The first delimiter has none before it.
      const end = leads ? sentEnd + BREAK_BYTES : sentEnd;
      if (place !== undefined) parts.push({ start: before, end, place, written: "text" });
      leads &&= place !== undefined;
      before = place !== undefined ? end : sentEnd;
    }
  }
  return parts;
}

function startIn(body: Uint8Array, part: Uint8Array): number {
  return part.byteOffset - body.byteOffset;
}
