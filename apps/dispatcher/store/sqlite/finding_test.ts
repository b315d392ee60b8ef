import { DatabaseSync } from "node:sqlite";
import { expect, test } from "@jest/globals";
import { SLICE_MS } from "../contract/finding.ts";
import { prepareFinding } from "./finding.ts";
import { prepareSchema } from "./schema.ts";

const EVENTS = 1_000;

/** A store of events without bodies, and a clock that moves with each look at it. */
function openFinding(stepMs: number) {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  db.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
    INSERT INTO events (row, id, source, provider, type, provider_type, received_at, provider_event_id,
        secret_id, address, address_chain, flags, unhandled, body_sha256, headers, body)
      SELECT i, unhex(printf('%032x', i)), iif(i % 4, 'shop', 'other'), 'generic', 'a', '', 0, '',
        '1', '', '', 0, 0, x'', x'', x'' FROM n;`);
  let now = 0;
  const clock = () => {
    now += stepMs;
    return now;
  };
  return prepareFinding(db, { known: () => [] }, { clock });
}

const RANGE = { source: "shop", from: 0, to: 1_000 };

test.each([
  ["a source", {}],
  ["a type", { type: "a" }],
])("a slice of %s ends when its time is over, whatever it has found", (_, named) => {
  const { readBodies } = openFinding(SLICE_MS / 8);
  let searched = 0;
  let slices = 0;
  for (let cursor: string | null = null; ; ) {
    const slice = readBodies(0, { ...RANGE, ...named, cursor, text: Buffer.from("in none") });
    slices += 1;
    searched += slice.lookedAt.searched;
    expect(slice.events).toEqual([]);
    expect(slice.lookedAt.searched).toBeLessThanOrEqual(8);
    cursor = slice.cursor;
    if (cursor === null) break;
    expect(slice.tookMs).toBeGreaterThanOrEqual(SLICE_MS);
  }
  expect(searched).toBe(750);
  expect(slices).toBeGreaterThan(75);
});

test.each([
  ["a source", {}],
  ["a type", { type: "a" }],
])("a count of %s ends when its time is over", (_, named) => {
  const { countEvents } = openFinding(SLICE_MS / 2);
  let events = 0;
  let slices = 0;
  for (let cursor: string | null = null; ; ) {
    const slice = countEvents(0, { ...RANGE, ...named, cursor });
    slices += 1;
    events += slice.events;
    cursor = slice.cursor;
    if (cursor === null) break;
  }
  expect(events).toBe(750);
  expect(slices).toBeGreaterThan(3);
});
