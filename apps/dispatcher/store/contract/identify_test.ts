import { createHash } from "node:crypto";
import { type CapturedEvent, DEDUPE_RULES, idTimeMs } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import { createKeyOf, type Identified, identify, isKnownById, KEY_BYTES } from "./identify.ts";
import { eventIdAt } from "./ids.ts";

type Facts = Pick<
  CapturedEvent,
  "id" | "source" | "providerEventId" | "dedupe" | "receivedAt" | "bodyWindowMs" | "bodySha256"
> & { body: string };

const WINDOW_MS = 100;

/** Few sources, ids, bodies and times, so that events often have something in common. */
const event = fc
  .record({
    source: fc.constantFrom("a", "ab"),
    providerEventId: fc.constantFrom("", "b", "c"),
    body: fc.constantFrom("", "1", "2"),
    receivedAt: fc.integer({ min: 0, max: 500 }),
    rule: fc.constantFrom(...DEDUPE_RULES),
  })
  .map(({ rule, ...rest }) => {
    const isPossible = rest.providerEventId !== "" || rule === "body" || rule === "none";
    return { ...rest, dedupe: isPossible ? rule : "none", bodyWindowMs: WINDOW_MS } as const;
  });

/** The events with ids of their own and digests. */
function numbered(events: readonly Omit<Facts, "id" | "bodySha256">[]): Facts[] {
  return events.map((one, n) => ({
    ...one,
    id: `${eventIdAt(one.receivedAt)}70008${n.toString(16).padStart(15, "0")}`,
    bodySha256: createHash("sha256").update(one.body).digest(),
  }));
}

/** What the words of the contract say, over whole events. */
function expected(one: Facts, stored: readonly Facts[]): Partial<Identified> {
  const ofSource = stored.filter(({ source }) => source === one.source);
  const known = ofSource.filter((other) => isKnownById(other) === isKnownById(one));
  const sameId = known.filter((other) => other.providerEventId === one.providerEventId);
  const sameBody = (isKnownById(one) ? sameId : known).filter(({ body }) => body === one.body);
  const near = sameBody
    .filter(({ id }) => Math.abs(idTimeMs(id) - one.receivedAt) <= WINDOW_MS)
    .sort((a, b) => (a.id < b.id ? 1 : -1));
  const ofFirst = (others: readonly Facts[]): Partial<Identified> | null => {
    const [first] = others.toSorted((a, b) => (a.id < b.id ? -1 : 1));
    return first ? { kind: "duplicate", eventId: first.id } : null;
  };
  switch (one.dedupe) {
    case "id":
      return ofFirst(sameId) ?? { kind: "new", seenBefore: false };
    case "id_and_body":
      return ofFirst(sameBody) ?? { kind: "new", seenBefore: sameId.length > 0 };
    case "body":
      return ofFirst(near.slice(0, 1)) ?? { kind: "new", seenBefore: false };
    case "none":
      return { kind: "new", seenBefore: sameBody.length > 0 && one.body !== "" };
  }
}

test("identify() over keys decides as the contract's words over whole events", () => {
  const keyOf = createKeyOf();
  fc.assert(
    fc.property(fc.array(event, { maxLength: 30 }), (given) => {
      const stored: Facts[] = [];
      const keys: { slot: string; key: string; id: string }[] = [];
      for (const one of numbered(given)) {
        const { slot, body } = keyOf(one, one.bodySha256);
        const half = Buffer.from(slot).toString("hex");
        const key = `${half}${Buffer.from(body).toString("hex")}`;
        const same = keys.filter((other) => other.key === key).map(({ id }) => id);
        const others = keys.filter((other) => other.slot === half && other.key !== key);
        const other = isKnownById(one) ? (others.map(({ id }) => id).sort()[0] ?? null) : null;
        const found = identify(one, { same: same.sort().reverse(), other });
        expect(found).toMatchObject(expected(one, stored));
        // Known from now on. Of those that nothing tells apart the first is enough.
        if (found.kind !== "new" || !found.keeps) continue;
        stored.push(one);
        keys.push({ slot: half, key, id: one.id });
        const again = identify(one, { same: [one.id, ...same].sort().reverse(), other });
        expect(again).toEqual({ kind: "again" });
      }
    }),
    { numRuns: 2_000 },
  );
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
  [
    { source: "a", providerEventId: "" },
    { source: "b", providerEventId: "" },
  ],
])("createKeyOf() gives %j and %j different slots", (...parts) => {
  const keyOf = createKeyOf();
  const digest = createHash("sha256").digest();
  const [first, second] = parts.map(({ source, providerEventId }) => {
    const dedupe = providerEventId === "" ? "body" : "id";
    const { slot, body } = keyOf({ source, providerEventId, dedupe }, digest);
    expect(slot.length + body.length).toBe(KEY_BYTES);
    return slot;
  });
  expect(first).not.toEqual(second);
});
