import { DatabaseSync } from "node:sqlite";
import { expect, test } from "@jest/globals";
import type { EventQuery } from "../contract/events.ts";
import { prepareLists } from "./lists.ts";
import { prepareSchema } from "./schema.ts";
import { prepareSteadyTime } from "./steady_time.ts";

/** More than eleven calls look at. */
const EVENTS = 45_000;

/** Rows with a delivery for `few`: at the ends, and around the borders of calls in either direction. */
const FEW = [1, 5_000, 5_001, 19_999, 20_000, 20_001, 25_000, 25_001, 40_000, 40_001, EVENTS];

/** Of them, those with a dead one: around the borders of calls that look at fewer. */
const DEAD = [1, 5_000, 5_001, 20_000, 20_001];

function openLists() {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  db.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < ${EVENTS})
    INSERT INTO events (row, id, source, provider, type, provider_type, received_at, provider_event_id,
        secret_id, address, address_chain, flags, unhandled, body_sha256, headers, body)
      SELECT i, unhex(printf('%032x', i)), 'shop', 'generic', iif(i % 2, 'odd', 'even'), '', 0, '',
        '1', '', '', 0, 0, x'', x'', x'' FROM n;
    INSERT INTO deliveries (id, event, event_id, subscription, generation, state)
      SELECT unhex(printf('%032x', row)), row, id, 'all', 0, 2 FROM events;
    INSERT INTO deliveries (id, event, event_id, subscription, generation, state)
      SELECT unhex(printf('1%031x', row)), row, id, 'few', 0, 2 FROM events WHERE row IN (${FEW});
    INSERT INTO deliveries (id, event, event_id, subscription, generation, state)
      SELECT unhex(printf('2%031x', row)), row, id, 'down', 0, 3 FROM events WHERE row <= 25000;
    INSERT INTO deliveries (id, event, event_id, subscription, generation, state)
      SELECT unhex(printf('3%031x', row)), row, id, 'few', 1, 3 FROM events WHERE row IN (${DEAD});`);
  return prepareLists(db, prepareSteadyTime(db));
}

test("listEvents() looks for a subscription's events among many in a few calls", () => {
  const { listEvents } = openLists();

  function follow(query: EventQuery): { rows: number[]; calls: number } {
    const rows: number[] = [];
    let calls = 0;
    for (let cursor: string | null = ""; cursor !== null; calls += 1) {
      const page = listEvents(0, cursor === "" ? query : { ...query, cursor });
      rows.push(...page.events.map(({ event }) => Number.parseInt(event.id.slice(-8), 16)));
      cursor = page.cursor;
    }
    return { rows, calls };
  }

  const few = { subscription: "few", limit: 4 };
  expect(follow({ ...few, oldestFirst: true }).rows).toEqual(FEW);
  expect(follow(few).rows).toEqual(FEW.toReversed());
  expect(follow({ ...few, limit: 1_000 })).toEqual({ rows: FEW.toReversed(), calls: 12 });
  expect(follow({ ...few, source: "shop" }).rows).toEqual(FEW.toReversed());
  expect(follow({ ...few, type: "even", oldestFirst: true }).rows).toEqual(
    FEW.filter((row) => row % 2 === 0),
  );
  expect(follow({ ...few, source: "other" }).rows).toEqual([]);
  const dead = { ...few, state: "dead" } as const;
  expect(follow({ ...dead, oldestFirst: true }).rows).toEqual(DEAD);
  expect(follow(dead).rows).toEqual(DEAD.toReversed());
  expect(follow({ ...dead, limit: 1_000 })).toEqual({ rows: DEAD.toReversed(), calls: 13 });
  expect(follow({ ...dead, type: "even" }).rows).toEqual([20_000, 5_000]);
  expect(follow({ ...dead, subscription: "none" })).toEqual({ rows: [], calls: 13 });
  expect(follow({ subscription: "none", limit: 1_000 })).toEqual({ rows: [], calls: 12 });
  expect(follow({ subscription: "none", limit: 1, type: "odd" })).toEqual({ rows: [], calls: 6 });
});

test("listEvents() reads few events in one call if each was wanted by many", () => {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  db.exec(`
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 40)
    INSERT INTO events (row, id, source, provider, type, provider_type, received_at, provider_event_id,
        secret_id, address, address_chain, flags, unhandled, body_sha256, headers, body)
      SELECT i, unhex(printf('%032x', i)), 'shop', 'generic', 'paid', '', 0, '', '1', '', '', 0, 0, x'', x'', x'' FROM n;
    WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 50)
    INSERT INTO deliveries (id, event, event_id, subscription, generation, state)
      SELECT unhex(printf('%016x%016x', i, row)), row, id, 'mail-' || i, 0, 2 FROM events, n;`);
  const { listEvents } = prepareLists(db, prepareSteadyTime(db));
  const pages: number[] = [];
  for (let cursor: string | null = ""; cursor !== null; ) {
    const page = listEvents(0, { limit: 1_000, ...(cursor !== "" && { cursor }) });
    for (const { deliveries } of page.events) expect(deliveries).toHaveLength(50);
    pages.push(page.events.length);
    cursor = page.cursor;
  }
  expect(pages.reduce((sum, length) => sum + length)).toBe(40);
  expect(Math.max(...pages)).toBe(8);
  db.close();
});
