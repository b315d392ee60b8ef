import { hash } from "node:crypto";
import type { ReceivedEvent } from "@hookgate/types";
import { type Capture, DIGEST_DEDUPE_MS } from "../contract/captures.ts";

/** An event that holds keys: stored, or earlier in the same call. */
export interface KeyHolder {
  eventId: string;
  receivedAt: number;
  dedupe: readonly string[];
}

/** What dedupe decides about a capture. */
export type Dedupe =
  /** Stored, with these keys and perhaps a flag. */
  | { kind: "new"; dedupe: string[]; keyReused: boolean }
  /** Received before, under another id. `stored` is false if that was earlier in the same call. */
  | { kind: "duplicate"; eventId: string; stored: boolean }
  /** Received before, under its own id. */
  | { kind: "again"; eventId: string };

/** 192 bits: nobody finds a collision. */
const KEY_CHARS = 32;

/**
 * The keys an event may hold. A unique index makes sure that no two events hold the same key, so of two dispatchers that
 * store duplicates at once one loses, looks again and finds the other's event.
 *
 * With a provider's id there are two keys: source, id and body, which only a duplicate shares; and source and id, which
 * belongs to the first event with that id. An event that finds the second one taken reuses the id over another body, and
 * is stored without that key.
 *
 * Without an id, time is divided into days, and an event holds one key of its own day and one of the next. Two events at
 * most a day apart have a day in common, so each finds the other, and their times decide. A day has two keys because two
 * events can share it without being duplicates: one received on that day and one on the day before. Two events stored at
 * once see the same holders and want the same key of their common day, so one of them loses.
 */
export function dedupeKeys(event: ReceivedEvent): string[][] {
  const { source, providerEventId, receivedAt } = event;
  const digest = Buffer.from(event.bodySha256).toString("hex");
  if (providerEventId !== "") {
    const id = ["id", source, providerEventId];
    return [[keyOf([...id, digest])], [keyOf(id)]];
  }
  const day = Math.floor(receivedAt / DIGEST_DEDUPE_MS);
  return [day, day + 1].map((held) =>
    [1, 2].map((nth) => keyOf(["digest", source, digest, held, nth])),
  );
}

/** Decides about each capture in turn, given all stored events with one of their keys or ids. */
export function dedupeCaptures(
  captures: readonly Capture[],
  stored: readonly KeyHolder[],
): Dedupe[] {
  const byKey = new Map<string, KeyHolder>();
  const byId = new Map<string, KeyHolder>();
  const add = (holder: KeyHolder) => {
    byId.set(holder.eventId, holder);
    for (const key of holder.dedupe) byKey.set(key, holder);
  };
  stored.forEach(add);
  const storedIds = new Set(byId.keys());
  return captures.map(({ event }): Dedupe => {
    if (byId.has(event.id)) return { kind: "again", eventId: event.id };
    const slots = dedupeKeys(event);
    const first = findFirst(event, { slots, byKey });
    if (first) {
      const { eventId } = first;
      return { kind: "duplicate", eventId, stored: storedIds.has(eventId) };
    }
    const free = slots.map((keys) => keys.find((key) => !byKey.has(key)));
    const dedupe = free.filter((key) => key !== undefined);
    add({ eventId: event.id, receivedAt: event.receivedAt, dedupe });
    return { kind: "new", dedupe, keyReused: dedupe.length < slots.length };
  });
}

function findFirst(
  event: ReceivedEvent,
  { slots, byKey }: { slots: string[][]; byKey: ReadonlyMap<string, KeyHolder> },
): KeyHolder | null {
  const [own = []] = slots;
  if (event.providerEventId !== "") return byKey.get(own[0] ?? "") ?? null;
  const near = slots
    .flat()
    .flatMap((key) => byKey.get(key) ?? [])
    .filter(({ receivedAt }) => Math.abs(receivedAt - event.receivedAt) <= DIGEST_DEDUPE_MS);
  // There may be one before and one after: take the one stored later.
  return near.reduce<KeyHolder | null>(
    (last, holder) => (last && last.eventId > holder.eventId ? last : holder),
    null,
  );
}

function keyOf(parts: readonly (string | number)[]): string {
  return hash("sha256", JSON.stringify(parts), "base64url").slice(0, KEY_CHARS);
}
