import { hash } from "node:crypto";
import { type CapturedEvent, idTimeMs } from "@hookgate/types";

/** How long the keys of an event are kept at least, in milliseconds: 90 days. */
export const KEYS_KEPT_MS_MIN = 90 * 86_400_000;

/**
 * Bytes of a key: 80 bits of what an event is known by, and 48 of what it is compared with besides. The keys of the embedded
 * store are a large part of a commit, so they are no longer than it takes: that any two of a billion keys are the same by
 * chance has a probability of 1 to a million, and finding a second one for a given key takes 2^80 tries.
 */
export const KEY_BYTES = 16;
const LONG_BYTES = 10;
const SHORT_BYTES = KEY_BYTES - LONG_BYTES;

/** Earlier events with the same key that are looked at. */
export const SAME_MAX = 16;

/** Sources whose hash is remembered. */
const SOURCES_REMEMBERED_MAX = 10_000;

/**
 * What is kept of an event to recognise it, also after the event itself was removed. A key is `slot`, then `body`. Events with
 * the same source and provider's id share a slot; so do all events of a source that are known by their bodies.
 */
export interface DedupeKey {
  slot: Uint8Array;
  /** The first bytes of the body's digest. */
  body: Uint8Array;
}

/** What a key is made of. */
export type KeyFacts = Pick<CapturedEvent, "source" | "providerEventId" | "dedupe">;

/** Stored events, by id, that have something in common with a new one. */
export interface Known {
  /** Those with the same key, newest first, up to {@linkcode SAME_MAX}. */
  same: readonly string[];
  /** The first with the same provider's id and another body; null if there is none. */
  other: string | null;
}

/** What a capture turns out to be. */
export type Identified =
  /** `keeps`: whether its key has to be stored, too. */
  | { kind: "new"; seenBefore: boolean; keeps: boolean }
  /** Stored before under its own id: a capture that was sent twice. */
  | { kind: "again" }
  | { kind: "duplicate"; eventId: string };

/** Whether an event is known by its provider's id, alone or with the body. */
export function isKnownById({ dedupe }: Pick<CapturedEvent, "dedupe">): boolean {
  return dedupe === "id" || dedupe === "id_and_body";
}

/** Decides what a capture is. */
export function identify(
  event: Pick<CapturedEvent, "id" | "dedupe" | "receivedAt" | "bodyWindowMs"> & {
    body: ArrayLike<unknown>;
  },
  { same, other }: Known,
): Identified {
  const { id, dedupe } = event;
  if (same.includes(id) || other === id) return { kind: "again" };
  switch (dedupe) {
    case "id": {
      const own = same.at(-1) ?? null;
      if (other !== null && (own === null || other < own)) return duplicateOf(other);
      return own === null ? added(false) : duplicateOf(own);
    }
    case "id_and_body": {
      const own = same.at(-1);
      return own === undefined ? added(other !== null) : duplicateOf(own);
    }
    case "body": {
      const near = same.find((one) => isWithin(one, event));
      return near === undefined ? added(false) : duplicateOf(near);
    }
    case "none":
      // One key is enough for all of them. That an event without a body is like another says nothing: it may be another GET.
      return {
        kind: "new",
        seenBefore: same.length > 0 && event.body.length > 0,
        keeps: same.length === 0,
      };
  }
}

/** Makes keys: remembers what the keys of a source have in common. */
export function createKeyOf(): (facts: KeyFacts, bodySha256: Uint8Array) => DedupeKey {
  const bySource = new Map<string, Uint8Array>();
  return (facts, bodySha256) => {
    const { source } = facts;
    if (isKnownById(facts)) {
      const text = `${source.length}:${source}id:${facts.providerEventId}`;
      return { slot: slotOf(text, LONG_BYTES), body: bodySha256.subarray(0, SHORT_BYTES) };
    }
    const body = bodySha256.subarray(0, LONG_BYTES);
    const known = bySource.get(source);
    if (known) return { slot: known, body };
    const slot = slotOf(`${source.length}:${source}body`, SHORT_BYTES);
    if (bySource.size >= SOURCES_REMEMBERED_MAX) bySource.clear();
    bySource.set(source, slot);
    return { slot, body };
  };
}

function slotOf(text: string, bytes: number): Uint8Array {
  // As text: Node makes a Buffer of its own three times slower than a string.
  return Buffer.from(hash("sha256", text, "binary").slice(0, bytes), "latin1");
}

function isWithin(
  eventId: string,
  { receivedAt, bodyWindowMs }: Pick<CapturedEvent, "receivedAt" | "bodyWindowMs">,
): boolean {
  return Math.abs(idTimeMs(eventId) - Math.floor(receivedAt)) <= bodyWindowMs;
}

function added(seenBefore: boolean): Identified {
  return { kind: "new", seenBefore, keeps: true };
}

function duplicateOf(eventId: string): Identified {
  return { kind: "duplicate", eventId };
}
