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
  itemAt,
  named,
  type PlaceNode,
  placeTree,
  SUBJECT,
  type WantedPlaces,
} from "./place_tree.ts";

const AMPERSAND = 0x26;
const LINE_FEED = 0x0a;

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
  const parts: FoundPlace[] = [];
  const subjects = new Set<string>();
  const cuts = new Map<FormField, number>();
  const isContent = isJsonOnly(form);
  // A star stands for members of the content.
  const byName = isContent ? nodes.map((node) => ({ ...node, any: null })) : nodes;
  const repeated = repeatedNames(form);
  const seen = new Map<string, number>();
  for (const field of form) {
    const index = seen.get(field.name) ?? 0;
    seen.set(field.name, index + 1);
    const at = named(byName, (name) => name === field.name);
    const next = withItem(at, field, { index, isRepeated: repeated.has(field.name) });
    // Nobody knows whether another field was left out: its JSON may be the content, or what its name says, or both.
    const inner = isContent ? [...nodes, ...next] : next;
    const ends = next.flatMap((node) => node.ends);
    if (inner.some(({ leads }) => leads)) {
      const inside = findInField(body, field, inner);
      if (inside === null) return null;
      const isWhole = ends.some(({ place }) => place !== SUBJECT);
      if (!isWhole) parts.push(...inside.parts);
      for (const subject of inside.subjects) subjects.add(subject);
    }
    const cut = cutOf(next);
    if (cut !== null) cuts.set(field, cut);
    const start = startIn(body, field.sent);
    const end = start + field.sent.length;
    for (const { place } of ends.filter((one) => !one.cut)) {
      if (place !== SUBJECT) parts.push({ start, end, place, written: "text" });
      else if (fieldText(field) !== "") subjects.add(fieldText(field));
    }
  }
  parts.push(...cutFields(body, form, cuts));
  if (parts.length > PLACES_FOUND_MAX || subjects.size > SUBJECTS_MAX) return null;
  return { parts: inOrder(parts), subjects: [...subjects] };
}

/** Names of several fields, which conditions see as a list. */
function repeatedNames(form: Form): ReadonlySet<string> {
  const once = new Set<string>();
  return new Set(form.map(({ name }) => name).filter((name) => once.size === once.add(name).size));
}

/**
 * Where a field leads, as the value of its name and as one item of all that have it. JSON that comes once is no item; a text is one,
 * because another request may repeat it, and nothing lies within it.
 */
function withItem(
  nodes: readonly PlaceNode[],
  field: FormField,
  { index, isRepeated }: { index: number; isRepeated: boolean },
): readonly PlaceNode[] {
  if (!nodes.some(({ items, any }) => items.size > 0 || any !== null)) return nodes;
  const asItem = itemAt(nodes, index);
  if (!startsAsJson(fieldBytes(field))) return [...nodes.map(withoutItems), ...asItem];
  return isRepeated ? [...nodes, ...asItem] : nodes;
}

function withoutItems(node: PlaceNode): PlaceNode {
  const items = new Set(node.items.values());
  const names = node.names.filter((one) => !items.has(one.node));
  return { ...node, names, items: new Map(), any: null, leads: names.length > 0 };
}

/** Whether it is JSON in an only field, which is read as the content. */
function isJsonOnly([only, ...others]: Form): boolean {
  return only?.file === null && others.length === 0 && startsAsJson(fieldBytes(only));
}

/** Without those that lie in others: a value can be meant in both ways. */
function outermost(parts: readonly FoundPlace[]): FoundPlace[] {
  let end = 0;
  return parts
    .toSorted((a, b) => a.start - b.start || b.end - a.end)
    .filter((part) => {
      if (part.end <= end) return false;
      end = part.end;
      return true;
    });
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
  const outer = outermost(found.parts);
  const offsets = sentOffsets(
    field,
    outer.flatMap((part) => [part.start, part.end]),
  );
  const written = field.escaped ? "escaped" : "json";
  const parts = outer.map(({ place }, index): FoundPlace => {
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
      const breakBytes = body[sentEnd] === LINE_FEED ? 1 : 2;
      const end = leads ? sentEnd + breakBytes : sentEnd;
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
