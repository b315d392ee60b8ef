import { createHash } from "node:crypto";
import { DatabaseSync } from "node:sqlite";
import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { eventIdAt } from "../contract/ids.ts";
import { prepareDedupe } from "./dedupe.ts";
import { packId } from "./rows.ts";
import { DEDUPE_TIERS, prepareSchema } from "./schema.ts";

const TIERS = { tierEntries: [4, 8, 32], moveEntriesMin: 4 } as const;

function openMemory(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  return db;
}

/** A table of nothing but ids, as if all events were removed: returns the row. */
function createIds(db: DatabaseSync) {
  const insert = db.prepare("INSERT INTO removed (id) VALUES (?)");
  return (id: string): number => Number(insert.run(packId(id)).lastInsertRowid);
}

function digest(n: number): Uint8Array {
  return createHash("sha256").update(`body ${n}`).digest();
}

function facts(n: number) {
  const byId = { providerEventId: `id ${n}`, dedupe: "id_and_body" } as const;
  const byBody = { providerEventId: "", dedupe: "body" } as const;
  return { source: "academy", ...(n % 2 ? byId : byBody) };
}

function countTiers(db: DatabaseSync): number[] {
  return DEDUPE_TIERS.map((tier) =>
    Number(db.prepare(`SELECT count(*) AS n FROM ${tier}`).get()?.["n"]),
  );
}

function sum(counts: readonly number[]): number {
  return counts.reduce((all, count) => all + count, 0);
}

/** Every tier but the last has at most what it keeps, and what came since it last moved some on. */
function expectSmall(counts: readonly number[]): void {
  for (const [index, entries] of TIERS.tierEntries.entries()) {
    expect(counts[index]).toBeLessThan(entries + 2 ** (index + 1) * TIERS.moveEntriesMin);
  }
}

test("prepareDedupe() finds every event in every tier", () => {
  const db = openMemory();
  const rowOf = createIds(db);
  let dedupe = prepareDedupe(db, TIERS);
  const ids: string[] = [];
  for (let n = 0; n < 500; n += 1) {
    const answer = dedupe.look(facts(n), digest(n));
    expect(answer).toMatchObject({ same: [], other: null });
    const id = newId("evt");
    ids.push(id);
    dedupe.add(answer.key, rowOf(id));
    // Calls of one to three events.
    if (n % 3 !== 1) dedupe.merge();
    // A restart has to count the tiers again.
    if (n % 100 === 99) dedupe = prepareDedupe(db, TIERS);
  }
  for (const [n, id] of ids.entries()) {
    expect(dedupe.look(facts(n), digest(n))).toMatchObject({ same: [id], other: null });
    const other = dedupe.look(facts(n), digest(n + 1_000));
    expect(other).toMatchObject({ same: [], other: n % 2 === 1 ? id : null });
    const elsewhere = dedupe.look({ ...facts(n), source: "other" }, digest(n));
    expect(elsewhere).toMatchObject({ same: [], other: null });
  }
});

test("prepareDedupe() keeps the first tiers small and loses no key", () => {
  const db = openMemory();
  const dedupe = prepareDedupe(db, TIERS);
  for (let n = 0; n < 500; n += 1) {
    const { key } = dedupe.look(facts(n), digest(n));
    dedupe.add(key, n);
    dedupe.merge();
    const counts = countTiers(db);
    expect(sum(counts)).toBe(n + 1);
    expectSmall(counts);
  }
  expect(countTiers(db).at(-1)).toBeGreaterThan(400);
});

test("prepareDedupe() finds all events with the same body, newest first, and the first of an id", () => {
  const db = openMemory();
  const rowOf = createIds(db);
  const dedupe = prepareDedupe(db);
  const ids = [1, 2, 3].map((day) => `${eventIdAt(day * 86_400_000)}${"0".repeat(20)}`);
  const [first = "", second = "", third = ""] = ids;
  const body = dedupe.look(facts(0), digest(0));
  for (const id of [second, third, first]) dedupe.add(body.key, rowOf(id));
  expect(dedupe.look(facts(0), digest(0)).same).toEqual([third, second, first]);
  for (const [n, id] of [second, first, third].entries()) {
    dedupe.add(dedupe.look(facts(1), digest(n)).key, rowOf(id));
  }
  expect(dedupe.look(facts(1), digest(9))).toMatchObject({ same: [], other: first });
  expect(dedupe.look(facts(1), digest(1))).toMatchObject({ same: [first], other: second });
});

test("pruneKeys() removes the keys of old events from every tier, and the tiers keep their sizes", () => {
  const db = openMemory();
  const rowOf = createIds(db);
  let dedupe = prepareDedupe(db, TIERS);
  for (let n = 0; n < 500; n += 1) {
    const id = `${eventIdAt(n)}70008${n.toString(16).padStart(15, "0")}`;
    dedupe.add(dedupe.look(facts(n), digest(n)).key, rowOf(id));
    dedupe.merge();
  }
  let removed = 0;
  let steps = 0;
  for (let cursor: string | null = null; steps === 0 || cursor !== null; steps += 1) {
    const step = dedupe.pruneKeys(0, { receivedBefore: 300, cursor, limit: 40 });
    expect(step.removed).toBeLessThanOrEqual(40);
    removed += step.removed;
    cursor = step.cursor;
  }
  expect(removed).toBe(300);
  expect(steps).toBeGreaterThan(500 / 40);
  for (let n = 0; n < 500; n += 1) {
    expect(dedupe.look(facts(n), digest(n)).same).toHaveLength(n < 300 ? 0 : 1);
  }
  // Counted right: what comes next moves on as before, also after a restart.
  for (let n = 500; n < 700; n += 1) {
    dedupe.add(dedupe.look(facts(n), digest(n)).key, rowOf(newId("evt")));
    dedupe.merge();
    if (n === 600) dedupe = prepareDedupe(db, TIERS);
  }
  const counts = countTiers(db);
  expect(sum(counts)).toBe(400);
  expectSmall(counts);
});
