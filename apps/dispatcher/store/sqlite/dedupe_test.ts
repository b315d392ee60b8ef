import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { prepareDedupe } from "./dedupe.ts";
import { packId } from "./rows.ts";
import { DEDUPE_TIERS, prepareSchema } from "./schema.ts";

const TIERS = { tierEntries: [8, 32], moveEntriesMin: 4 } as const;

function openMemory(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  return db;
}

/** A store of nothing but what dedupe compares. */
function createEvents(db: DatabaseSync) {
  const insert = db.prepare(`INSERT INTO events (id, source, provider, type,
    provider_type, received_at, provider_event_id, secret_id, address, address_chain, flags,
    unhandled, body_sha256, headers, body)
    VALUES (?, ?, 'p', 't', 't', 0, ?, '', '', '', 0, 1, ?, x'', x'')`);
  return (source: string, providerEventId: string, sha256: Uint8Array): number =>
    Number(insert.run(packId(newId("evt")), source, providerEventId, sha256).lastInsertRowid);
}

function digest(n: number): Uint8Array {
  return createHash("sha256").update(`body ${n}`).digest();
}

function facts(n: number) {
  return { source: "academy", providerEventId: n % 2 ? `id ${n}` : "", receivedAt: 0 };
}

function countTiers(db: DatabaseSync): number[] {
  return DEDUPE_TIERS.map((tier) =>
    Number(db.prepare(`SELECT count(*) AS n FROM ${tier}`).get()?.["n"]),
  );
}

test("prepareDedupe() finds every event in every tier", () => {
  const db = openMemory();
  const store = createEvents(db);
  let dedupe = prepareDedupe(db, TIERS);
  const rows: number[] = [];
  for (let n = 0; n < 500; n += 1) {
    const { source, providerEventId } = facts(n);
    const answer = dedupe.look(facts(n), digest(n));
    expect(answer).toMatchObject({ first: null, reused: false });
    const row = store(source, providerEventId, digest(n));
    rows.push(row);
    dedupe.add(answer.key, row);
    // Calls of one to three events.
    if (n % 3 !== 1) dedupe.merge();
    // A restart has to count the tiers again.
    if (n % 100 === 99) dedupe = prepareDedupe(db, TIERS);
  }
  for (const [n, row] of rows.entries()) {
    expect(dedupe.look(facts(n), digest(n)).first?.row).toBe(row);
    const other = dedupe.look(facts(n), digest(n + 1_000));
    expect(other).toMatchObject({ first: null, reused: n % 2 === 1 });
    expect(dedupe.look({ ...facts(n), source: "other" }, digest(n)).first).toBeNull();
  }
});

test("prepareDedupe() keeps the first tiers small and loses no key", () => {
  const db = openMemory();
  const store = createEvents(db);
  const dedupe = prepareDedupe(db, TIERS);
  for (let n = 0; n < 500; n += 1) {
    const { source, providerEventId } = facts(n);
    const { key } = dedupe.look(facts(n), digest(n));
    dedupe.add(key, store(source, providerEventId, digest(n)));
    dedupe.merge();
    const [first = 0, second = 0, last = 0] = countTiers(db);
    expect(first + second + last).toBe(n + 1);
    expect(first).toBeLessThan(8 + 2 * 4);
    expect(second).toBeLessThan(32 + 4 * 4);
  }
  expect(countTiers(db)[2]).toBeGreaterThan(400);
});

test("prepareDedupe() compares in full what a hash alone would take for the same", () => {
  const db = openMemory();
  const store = createEvents(db);
  const dedupe = prepareDedupe(db);
  const mine = dedupe.look({ source: "a", providerEventId: "1", receivedAt: 0 }, digest(1));
  // Strangers' events under my key, as collisions of the hash would have it.
  dedupe.add(mine.key, store("b", "1", digest(1)));
  dedupe.add(mine.key, store("a", "2", digest(1)));
  dedupe.add(mine.key, store("b", "2", digest(2)));
  const again = dedupe.look({ source: "a", providerEventId: "1", receivedAt: 0 }, digest(1));
  expect(again).toEqual({ key: mine.key, first: null, reused: false });
  dedupe.add(mine.key, store("a", "1", digest(1)));
  const found = dedupe.look({ source: "a", providerEventId: "1", receivedAt: 0 }, digest(1));
  expect(found.first).not.toBeNull();
});
