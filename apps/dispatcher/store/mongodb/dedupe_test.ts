import { createHash } from "node:crypto";
import { DEDUPE_RULES, type DedupeRule } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import fc from "fast-check";
import type { Capture } from "../contract/captures.ts";
import { eventIdAt } from "../contract/ids.ts";
import { newCapture, newEvent } from "../suite/fixtures.ts";
import type { KeyDocument } from "./collections.ts";
import { dedupeCaptures, keyIdsOf } from "./dedupe.ts";

const HOUR_MS = 3_600_000;
const NONE = new Set<string>();

/** Few ids, bodies and times, so that events often have something in common. */
const captures = fc
  .array(
    fc.record({
      providerEventId: fc.constantFrom("", "p1", "p2"),
      body: fc.constantFrom("a", "b"),
      hour: fc.integer({ min: 0, max: 72 }),
      rule: fc.constantFrom(...DEDUPE_RULES),
    }),
    { minLength: 1, maxLength: 12 },
  )
  .map((parts) =>
    parts.map(({ providerEventId, body, hour, rule }, n): Capture => {
      const isPossible = providerEventId !== "" || rule === "body" || rule === "none";
      const dedupe: DedupeRule = isPossible ? rule : "body";
      const receivedAt = hour * HOUR_MS;
      const id = `${eventIdAt(receivedAt)}70008${n.toString(16).padStart(15, "0")}`;
      return newCapture(newEvent({ id, providerEventId, body, receivedAt, dedupe }));
    }),
  );

/** A collection of keys, which refuses what the database would. */
function createKeys() {
  const keys = new Map<string, KeyDocument>();
  return {
    find({ event }: Capture): KeyDocument[] {
      const { first, withBody } = keyIdsOf(event);
      return [first, withBody ?? ""].flatMap((id) => keys.get(id) ?? []);
    },
    /** Whether it could be written. */
    write(writes: ReturnType<typeof dedupeCaptures>["keys"]): boolean {
      for (const write of writes) {
        const stored = keys.get(write.key._id);
        const before = write.kind === "insert" ? undefined : write.before;
        if (JSON.stringify(stored) !== JSON.stringify(before)) return false;
        keys.set(write.key._id, write.key);
      }
      return true;
    },
  };
}

test("dedupeCaptures() decides the same in one call as in several", () => {
  fc.assert(
    fc.property(captures, (all) => {
      const keys = createKeys();
      const alone = all.map((capture) => {
        const { decisions, keys: writes } = dedupeCaptures([capture], {
          keys: keys.find(capture),
          eventIds: NONE,
        });
        expect(keys.write(writes)).toBe(true);
        return decisions[0];
      });
      const together = dedupeCaptures(all, { keys: [], eventIds: NONE });
      const plain = (one: (typeof alone)[number]) => ({ ...one, stored: undefined });
      expect(together.decisions.map(plain)).toEqual(alone.map(plain));
      expect(createKeys().write(together.keys)).toBe(true);
    }),
    { numRuns: 1_000 },
  );
});

test("dedupeCaptures() lets only one of two dispatchers store what the other would call a duplicate", () => {
  fc.assert(
    fc.property(captures, captures, captures, (before, [one], [two]) => {
      if (one === undefined || two === undefined) return;
      const keys = createKeys();
      for (const capture of before) {
        keys.write(dedupeCaptures([capture], { keys: keys.find(capture), eventIds: NONE }).keys);
      }
      const [first, second] = [one, two].map((capture) =>
        dedupeCaptures([capture], { keys: keys.find(capture), eventIds: NONE }),
      );
      if (first?.decisions[0]?.kind !== "new" || second?.decisions[0]?.kind !== "new") return;
      expect(keys.write(first.keys)).toBe(true);
      const after = dedupeCaptures([two], { keys: keys.find(two), eventIds: NONE });
      if (after.decisions[0]?.kind === "duplicate") expect(keys.write(second.keys)).toBe(false);
    }),
    { numRuns: 2_000 },
  );
});

test("dedupeCaptures() knows an event that is stored without a key of its own by its id", () => {
  const capture = newCapture(newEvent({ body: "a", dedupe: "none" }));
  const eventIds = new Set([capture.event.id]);
  const { decisions, keys } = dedupeCaptures([capture], { keys: [], eventIds });
  expect(decisions).toEqual([{ kind: "again", eventId: capture.event.id }]);
  expect(keys).toEqual([]);
});

test("keyIdsOf() are short for any event", () => {
  const bodySha256 = createHash("sha256").digest();
  const long = { source: "y".repeat(10_000), providerEventId: "x".repeat(10_000), bodySha256 };
  expect(keyIdsOf({ ...long, dedupe: "id" })).toEqual({
    first: expect.stringMatching(/^[\w-]{14}$/),
    withBody: expect.stringMatching(/^[\w-]{22}$/),
    body: expect.stringMatching(/^[\w-]{8}$/),
  });
  expect(keyIdsOf({ ...long, dedupe: "body" }).first).toMatch(/^[\w-]{22}$/);
});
