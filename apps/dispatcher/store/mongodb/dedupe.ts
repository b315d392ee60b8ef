import type { CapturedEvent } from "@hookgate/types";
import type { Capture } from "../contract/captures.ts";
import { createKeyOf, identify, isKnownById, type Known, SAME_MAX } from "../contract/identify.ts";
import type { KeyDocument } from "./collections.ts";

/** What dedupe decides about a capture. */
export type Dedupe =
  | { kind: "new"; seenBefore: boolean }
  /** Received before, under another id. `stored` is false if that was earlier in the same call. */
  | { kind: "duplicate"; eventId: string; stored: boolean }
  /** Received before, under its own id. */
  | { kind: "again"; eventId: string };

/** A key to write together with the event that it names. */
export type KeyWrite =
  | { kind: "insert"; key: KeyDocument }
  /** Replaces a stored key, if it is still as before. */
  | { kind: "replace"; key: KeyDocument; before: KeyDocument };

/** What dedupe decides about some captures. */
export interface Deduped {
  decisions: Dedupe[];
  keys: KeyWrite[];
}

/**
 * Ids of the keys by which an event may be known. The ids are unique, so of two dispatchers that store duplicates at once one
 * fails, looks again and finds the other's event.
 *
 * The first event with a provider's id has the key of that id, which says with what body it came; another body has a key of
 * its own. An event that is known by its body has only that: a later one outside of the time takes the key over, and the
 * earlier one is kept in it.
 */
export interface KeyIds {
  /** Of the provider's id, or of the body. */
  first: string;
  /** Of the id together with the body; null if it is known by its body. */
  withBody: string | null;
  body: string;
}

const keyOf = createKeyOf();

/** {@linkcode KeyIds} of an event. */
export function keyIdsOf(
  event: Pick<CapturedEvent, "source" | "providerEventId" | "dedupe" | "bodySha256">,
): KeyIds {
  const { slot, body } = keyOf(event, event.bodySha256);
  const whole = Buffer.concat([slot, body]).toString("base64url");
  const half = Buffer.from(body).toString("base64url");
  return isKnownById(event)
    ? { first: Buffer.from(slot).toString("base64url"), withBody: whole, body: half }
    : { first: whole, withBody: null, body: half };
}

/**
 * Decides about each capture in turn, given all stored keys that it may be known by, and the ids among them that are stored
 * as events.
 */
export function dedupeCaptures(
  captures: readonly Capture[],
  { keys, eventIds }: { keys: readonly KeyDocument[]; eventIds: ReadonlySet<string> },
): Deduped {
  const byId = new Map(keys.map((key) => [key._id, key]));
  const stored = new Set(keys.map(({ event }) => event));
  const known = new Set(eventIds);
  const writes = new Map<string, KeyWrite>();
  const write = (key: KeyDocument) => {
    const before = byId.get(key._id);
    const pending = writes.get(key._id);
    byId.set(key._id, key);
    if (pending !== undefined) writes.set(key._id, { ...pending, key });
    else if (before === undefined) writes.set(key._id, { kind: "insert", key });
    else writes.set(key._id, { kind: "replace", key, before });
  };
  const decisions = captures.map(({ event }): Dedupe => {
    const { id } = event;
    if (known.has(id)) return { kind: "again", eventId: id };
    const ids = keyIdsOf(event);
    const found = identify(event, knownBy(ids, byId));
    if (found.kind === "again") return { kind: "again", eventId: id };
    if (found.kind === "duplicate") {
      return { ...found, stored: stored.has(found.eventId) };
    }
    known.add(id);
    if (found.keeps) write(keyFor(event, { ids, byId }));
    return { kind: "new", seenBefore: found.seenBefore };
  });
  return { decisions, keys: [...writes.values()] };
}

function knownBy(ids: KeyIds, byId: ReadonlyMap<string, KeyDocument>): Known {
  const first = byId.get(ids.first);
  if (ids.withBody === null) {
    return { same: first ? [first.event, ...first.earlier] : [], other: null };
  }
  const isSame = first?.body === ids.body;
  const same = isSame ? first : byId.get(ids.withBody);
  return { same: same ? [same.event] : [], other: first && !isSame ? first.event : null };
}

/** The key of a new event. */
function keyFor(
  { id }: CapturedEvent,
  { ids, byId }: { ids: KeyIds; byId: ReadonlyMap<string, KeyDocument> },
): KeyDocument {
  const { first, withBody, body } = ids;
  const taken = byId.get(first);
  if (taken === undefined) return { _id: first, event: id, earlier: [], body };
  if (withBody !== null) return { _id: withBody, event: id, earlier: [], body };
  const all = [id, taken.event, ...taken.earlier].sort().reverse();
  const [event = id, ...earlier] = all.slice(0, SAME_MAX);
  return { _id: first, event, earlier, body };
}
