import type { Protect, ProtectLists } from "@hookgate/config";
import { type FoundPlace, type FoundPlaces, headerSpans } from "@hookgate/providers";
import type { ReceivedEvent } from "@hookgate/types";

/** What stands in the place of a value. */
export const MASKED = "***";
export const ENCRYPTED = "[encrypted]";
export const ERASED = "[erased]";

/** A value that was replaced and can be put back. */
export interface Hidden {
  /** Where what replaces it is, in the bytes that are shown. */
  start: number;
  end: number;
  written: FoundPlace["written"];
  /** The bytes that came. */
  bytes: Uint8Array;
}

/** Bytes with places cut out or replaced; every other byte is as it came. */
export interface Edited {
  shown: Uint8Array;
  hidden: readonly Hidden[];
}

/** An event as it is to be stored, and what is to be encrypted of it. */
export interface EditedEvent {
  headers: Edited;
  body: Edited;
  /** What was done, a phrase each. */
  done: readonly string[];
  /** The persons that it is about. */
  subjects: readonly string[];
}

interface Edit {
  start: number;
  end: number;
  way: keyof ProtectLists;
  written: FoundPlace["written"];
}

/** The places of a body that are protected, in the order in which {@linkcode editEvent} expects them. */
export function wantedPlaces({ subject, ...lists }: Protect) {
  const places = placesOf(lists).map(({ way, place }) => ({ pointer: place, cut: way === "drop" }));
  return { places, subject };
}

/**
 * Edits an event: `found` are the places in its body, null if it could not be read. Then nothing is known about what is in it, so
 * all of it is encrypted. Null if there is nothing to protect.
 */
export function editEvent(
  { headers, body }: Pick<ReceivedEvent, "headers" | "body">,
  { protect, found }: { protect: Protect; found: FoundPlaces | null },
): EditedEvent | null {
  const block = editHeaders(headers, protect.headers);
  const { subjects } = found ?? { subjects: [] };
  const nobody = subjects.length === 0 ? " (of an unknown person)" : "";
  const note = (way: keyof ProtectLists) => (way === "encrypt" ? nobody : "");
  const places = placesOf(protect);
  const done = block.done.map(({ way, place }) => `${DONE[way]} header ${place}${note(way)}`);
  let edited: Edited;
  if (found === null) {
    const edit: Edit = { start: 0, end: body.length, way: "encrypt", written: "text" };
    edited = edit.end === 0 ? { shown: body, hidden: [] } : apply(body, [edit]);
    if (body.length > 0) done.push("encrypted the whole body, because it could not be read");
  } else {
    const ways = found.parts.map(({ place }) => places[place]?.way ?? "encrypt");
    const edits = found.parts.map(
      (part, index): Edit => ({ ...part, way: ways[index] ?? "encrypt" }),
    );
    edited = apply(body, edits);
    for (const [index, { way, place }] of places.entries()) {
      if (!found.parts.some((part) => part.place === index)) continue;
      done.push(`${DONE[way]} ${place}${note(way)}`);
    }
  }
  return done.length === 0 ? null : { headers: block, body: edited, done, subjects };
}

/** Header values that are not to be stored, cut out or replaced. */
export function editHeaders(
  block: Uint8Array,
  lists: ProtectLists,
): Edited & { done: { way: keyof ProtectLists; place: string }[] } {
  const places = placesOf(lists);
  const wayOf = new Map(places.map(({ way, place }) => [place, way]));
  const edits: Edit[] = [];
  const seen = new Set<string>();
  for (const { name, line, value } of places.length === 0 ? [] : headerSpans(block)) {
    const way = wayOf.get(name);
    if (way === undefined) continue;
    seen.add(name);
    edits.push({ ...(way === "drop" ? line : value), way, written: "text" });
  }
  return { ...apply(block, edits), done: places.filter(({ place }) => seen.has(place)) };
}

const DONE = { drop: "dropped", mask: "masked", encrypt: "encrypted" } as const;

function placesOf({ drop, mask, encrypt }: ProtectLists) {
  const lists = { drop, mask, encrypt };
  return (["drop", "mask", "encrypt"] as const).flatMap((way) =>
    lists[way].map((place) => ({ way, place })),
  );
}

/** Edits come in order, and do not overlap. */
function apply(bytes: Uint8Array, edits: readonly Edit[]): Edited {
  if (edits.length === 0) return { shown: bytes, hidden: [] };
  const parts: Uint8Array[] = [];
  const hidden: Hidden[] = [];
  let length = 0;
  let at = 0;
  const add = (part: Uint8Array) => {
    parts.push(part);
    length += part.length;
  };
  for (const { start, end, way, written } of edits) {
    add(bytes.subarray(at, start));
    at = end;
    if (way === "drop") continue;
    const marker = write(way === "mask" ? MASKED : ENCRYPTED, written);
    if (way === "encrypt") {
      const place = { start: length, end: length + marker.length };
      hidden.push({ ...place, written, bytes: bytes.subarray(start, end) });
    }
    add(marker);
  }
  add(bytes.subarray(at));
  return { shown: Buffer.concat(parts), hidden };
}

/** The bytes with what is hidden in them replaced. */
export function replaceHidden(
  shown: Uint8Array,
  hidden: readonly Omit<Hidden, "bytes">[],
  bytesOf: (index: number) => Uint8Array,
): Uint8Array {
  if (hidden.length === 0) return shown;
  const parts: Uint8Array[] = [];
  let at = 0;
  for (const [index, { start, end }] of hidden.entries()) {
    parts.push(shown.subarray(at, start), bytesOf(index));
    at = end;
  }
  return Buffer.concat([...parts, shown.subarray(at)]);
}

/** A marker as it stands in a place. */
export function write(text: string, written: FoundPlace["written"]): Uint8Array {
  if (written === "text") return Buffer.from(text);
  return Buffer.from(written === "json" ? `"${text}"` : `%22${text}%22`);
}
