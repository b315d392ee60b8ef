import { constants, DatabaseSync } from "node:sqlite";
import { expect, test } from "@jest/globals";
import { sampleSubscription } from "../../suite/sample_claimed.ts";
import { newCapture, newClaim, newEvent } from "../suite/fixtures.ts";
import { prepareOperations } from "./operations.ts";
import { packCaptures } from "./packed_captures.ts";
import { readClaims } from "./packed_claims.ts";
import { prepareSchema } from "./schema.ts";

const NOW = 2_000_000;

test("a delivery whose event is not stored ends as dead, and holds up no other", () => {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  const operations = prepareOperations(db);
  const { revision } = operations.publishSubscriptions(NOW, [sampleSubscription({ name: "mail" })]);
  const [lost, kept] = [newEvent(), newEvent()];
  operations.commit(NOW, packCaptures([newCapture(lost), newCapture(kept)], revision));
  db.exec("PRAGMA foreign_keys = OFF; DELETE FROM events WHERE row = 1");
  const slots = new Map([["mail", { deliveries: 1, replayed: 1, bytes: 1_000_000 }]]);
  const own = newClaim();
  const claim = () =>
    operations.claimDue(NOW, { claim: own, slots, limit: 10, bytesMax: 1_000_000 });
  claim();
  expect(readClaims(claim(), own).map(({ event }) => event.id)).toEqual([kept.id]);
  expect(db.prepare("SELECT state, reason FROM deliveries WHERE row = 1").get()).toEqual({
    state: 3,
    reason: "its event is not stored",
  });
});

test("a claim for many subscriptions has no statement compiled again", () => {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  const operations = prepareOperations(db);
  const names = Array.from({ length: 50 }, (_, index) => `mail-${index}`);
  const slots = new Map(names.map((name) => [name, { deliveries: 2, replayed: 1, bytes: 1_000 }]));
  let compiled = 0;
  db.setAuthorizer((action) => {
    if (action === constants.SQLITE_SELECT) compiled += 1;
    return constants.SQLITE_OK;
  });
  const claim = () =>
    operations.claimDue(NOW, { claim: newClaim(), slots, limit: 10, bytesMax: 1_000 });
  // Who watches has every statement compiled once more.
  claim();
  compiled = 0;
  claim();
  expect(compiled).toBe(0);
  db.close();
});

test("a claim of few reads few, of however many subscriptions that have a backlog, in the order of their due times", () => {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  let rows = 0;
  const prepare = db.prepare.bind(db);
  db.prepare = (sql) => {
    const statement = prepare(sql);
    if (!sql.includes("LIMIT +?")) return statement;
    const all = statement.all.bind(statement);
    statement.all = (...values: never[]) => {
      const found = all(...values);
      rows += found.length;
      return found;
    };
    return statement;
  };
  const operations = prepareOperations(db);
  const names = Array.from({ length: 40 }, (_, index) => `mail-${index}`);
  const { revision } = operations.publishSubscriptions(
    NOW,
    names.map((name) => sampleSubscription({ name })),
  );
  for (let n = 0; n < 30; n += 1) {
    operations.commit(NOW + n, packCaptures([newCapture(newEvent(), names)], revision));
  }
  // One of them has all that is due first.
  db.exec("UPDATE deliveries SET next_at = next_at - 1000 WHERE subscription = 'mail-7'");
  const slots = new Map(names.map((name) => [name, { deliveries: 50, replayed: 1, bytes: 9_999 }]));
  const own = newClaim();
  const claim = () =>
    operations.claimDue(NOW + 100, { claim: own, slots, limit: 20, bytesMax: 99_999 });
  const first = readClaims(claim(), own);
  expect(first.map(({ delivery }) => delivery.subscription)).toEqual(Array(20).fill("mail-7"));
  expect(rows).toBeLessThanOrEqual(40 + 20);
  const rest = readClaims(claim(), own).map(({ delivery }) => delivery.subscription);
  expect(rest.filter((name) => name === "mail-7")).toHaveLength(10);
  expect(new Set(rest).size).toBe(11);
  db.close();
});
