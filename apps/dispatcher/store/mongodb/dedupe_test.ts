import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { DIGEST_DEDUPE_MS } from "../contract/captures.ts";
import { newCapture, newEvent } from "../suite/fixtures.ts";
import { dedupeCaptures, dedupeKeys, type KeyHolder } from "./dedupe.ts";

const NOON = Date.UTC(2026, 0, 15, 12);

/** Quarters of days, give or take 1 ms: around them days, and distances of a day, begin and end. */
const times = fc
  .tuple(fc.integer({ min: 0, max: 20 }), fc.constantFrom(-1, 0, 1))
  .map(([quarter, ms]) => NOON + (quarter * DIGEST_DEDUPE_MS) / 4 + ms);

const captureAt = (receivedAt: number) => newCapture(newEvent({ body: "a", receivedAt }));

const isNear = (a: number, b: number) => Math.abs(a - b) <= DIGEST_DEDUPE_MS;

/** Stores events with the same body, received at these times, one call after the other; returns what is stored then. */
function storeAll(receivedAts: readonly number[]): KeyHolder[] {
  const stored: KeyHolder[] = [];
  for (const receivedAt of receivedAts) {
    const capture = captureAt(receivedAt);
    const { event } = capture;
    const [decision] = dedupeCaptures([capture], found(stored, capture));
    const near = stored.some((holder) => isNear(holder.receivedAt, receivedAt));
    expect(decision?.kind).toBe(near ? "duplicate" : "new");
    if (decision?.kind !== "new") continue;
    stored.push({ eventId: event.id, receivedAt, dedupe: decision.dedupe });
  }
  return stored;
}

/** Finds the holders of the capture's keys. */
function found(stored: readonly KeyHolder[], { event }: ReturnType<typeof newCapture>) {
  const keys = new Set(dedupeKeys(event).flat());
  return stored.filter(({ dedupe }) => dedupe.some((key) => keys.has(key)));
}

test("dedupeCaptures() finds duplicates by digest, in any order of events", () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 12 }), (receivedAts) => {
      const stored = storeAll(receivedAts);
      const keys = stored.flatMap(({ dedupe }) => dedupe);
      expect(new Set(keys).size).toBe(keys.length);
    }),
    { numRuns: 300 },
  );
});

test("dedupeCaptures() decides the same in one call as in several", () => {
  fc.assert(
    fc.property(fc.array(times, { minLength: 1, maxLength: 12 }), (receivedAts) => {
      const stored = storeAll(receivedAts).map(({ receivedAt }) => receivedAt);
      const together = dedupeCaptures(receivedAts.map(captureAt), []);
      const kept = receivedAts.filter((_, index) => together[index]?.kind === "new");
      expect(kept).toEqual(stored);
    }),
    { numRuns: 300 },
  );
});

test("dedupeCaptures() makes two near events that are stored at once collide", () => {
  fc.assert(
    fc.property(fc.array(times, { maxLength: 8 }), times, times, (before, a, b) => {
      const stored = storeAll(before);
      const decisions = [a, b].map((receivedAt) => {
        const capture = captureAt(receivedAt);
        return dedupeCaptures([capture], found(stored, capture))[0];
      });
      const [first, second] = decisions.map((one) => (one?.kind === "new" ? one.dedupe : null));
      fc.pre(first !== null && second !== null && isNear(a, b));
      expect(first?.some((key) => second?.includes(key))).toBe(true);
    }),
    { numRuns: 500 },
  );
});

test("dedupeCaptures() makes events with the same provider's id collide, even with different bodies", () => {
  const keysOf = (body: string) => {
    const capture = newCapture(newEvent({ providerEventId: "p1", body }));
    const [decision] = dedupeCaptures([capture], []);
    return decision?.kind === "new" ? decision.dedupe : [];
  };
  expect(keysOf("a").filter((key) => keysOf("a").includes(key))).toHaveLength(2);
  expect(keysOf("a").filter((key) => keysOf("b").includes(key))).toHaveLength(1);
});

test.each([
  [
    { source: "a", providerEventId: "b" },
    { source: "a", providerEventId: "c" },
  ],
  [
    { source: "a", providerEventId: "b" },
    { source: "ab", providerEventId: "" },
  ],
  [
    { source: 'a","b', providerEventId: "c" },
    { source: "a", providerEventId: 'b","c' },
  ],
  [{ source: "a" }, { source: "b" }],
  [{ body: "a" }, { body: "b" }],
])("dedupeKeys() of %j and %j have none in common", (a, b) => {
  const [first, second] = [a, b].map((part) =>
    dedupeKeys(newEvent({ body: "same", receivedAt: NOON, ...part })).flat(),
  );
  expect(first?.some((key) => second?.includes(key))).toBe(false);
});

test("dedupeKeys() are short for any event", () => {
  const event = newEvent({ providerEventId: "x".repeat(10_000), source: "y".repeat(10_000) });
  for (const key of dedupeKeys(event).flat()) expect(key).toMatch(/^[\w-]{32}$/);
});
