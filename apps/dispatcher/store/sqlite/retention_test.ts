import { DatabaseSync } from "node:sqlite";
import { type Delivery, newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import type { Capture } from "../contract/captures.ts";
import type { Next } from "../contract/deliveries.ts";
import { newCapture, newClaim, newEvent, outcomeOf } from "../suite/fixtures.ts";
import { prepareOperations } from "./operations.ts";
import { packCaptures } from "./packed_captures.ts";
import { readClaims } from "./packed_claims.ts";
import { packOutcomes } from "./packed_outcomes.ts";
import { DEDUPE_TIERS, prepareSchema } from "./schema.ts";
import { unpackAnswer } from "./wire.ts";

const LONG_AGO = 1_000_000;
const NOW = 2_000_000;

test("preparePruneEvents() leaves no row behind, of dedupe or of an order either", () => {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  const operations = prepareOperations(db);
  const claim = newClaim();

  function commit(captures: readonly Capture[]): Delivery[] {
    const answers = operations.commit(NOW, packCaptures(captures, 0)) ?? [];
    return captures.flatMap((one, n) => unpackAnswer(one, answers[n] ?? null, NOW).deliveries);
  }

  function settleAll(deliveries: readonly Delivery[], next: Next): void {
    const outcomes = deliveries.map((delivery) => outcomeOf({ delivery, claim }, next));
    operations.settle(NOW, packOutcomes(outcomes));
  }

  const [first, second, third] = [1, 2, 3].map(() => newEvent({ receivedAt: LONG_AGO }));
  if (!first || !second || !third) throw new Error("Cannot happen");
  const died = commit([newCapture(first, ["mail"], claim, "a")]);
  settleAll(died, { state: "dead", reason: "out of attempts" });
  // Sent again, its delivery takes the place of the dead one: two deliveries share one position.
  const again = newCapture({ ...first, id: newId("evt") }, ["mail"], claim, "a");
  const others = [newCapture(second, ["mail"], claim, "b"), newCapture(third, ["mail"], claim)];
  settleAll(commit([again, ...others]), { state: "delivered" });
  const slots = new Map([["mail", { deliveries: 1, replayed: 1, bytes: 1_000_000 }]]);
  const due = operations.claimDue(NOW, { claim, slots, limit: 1, bytesMax: 1_000_000 });
  settleAll(
    readClaims(due, claim).map(({ delivery }) => delivery),
    { state: "delivered" },
  );

  const count = (table: string) => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"];
  const tables = ["events", "deliveries", "order_keys", ...DEDUPE_TIERS];
  expect(tables.map(count)).toEqual([3, 4, 2, 3, 0, 0, 0]);
  const options = { deliveredBefore: NOW, deadBefore: 0, cursor: null, limit: 100 };
  expect(operations.pruneEvents(NOW, options)).toEqual({ removed: 2, cursor: null });
  expect(tables.map(count)).toEqual([1, 2, 1, 3, 0, 0, 0]);
  expect(operations.pruneEvents(NOW, { ...options, deadBefore: NOW }).removed).toBe(1);
  // Keys outlive their events.
  expect(tables.map(count)).toEqual([0, 0, 0, 3, 0, 0, 0]);
  const keys = { receivedBefore: NOW, limit: 100 };
  let cursor: string | null = null;
  do ({ cursor } = operations.pruneKeys(NOW, { ...keys, cursor }));
  while (cursor !== null);
  expect(tables.map(count)).toEqual([0, 0, 0, 0, 0, 0, 0]);
  // The last row is not given to another event.
  expect(db.prepare("SELECT row FROM removed").all()).toEqual([{ row: 3 }]);
  commit([newCapture(newEvent())]);
  expect(db.prepare("SELECT row FROM events").all()).toEqual([{ row: 4 }]);
  db.close();
});

test("pruneEvents() looks at few events in one step if each was wanted by many", () => {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  const operations = prepareOperations(db);
  const many = Array.from({ length: 50 }, (_, index) => `mail-${index}`);
  const captures = Array.from({ length: 40 }, () =>
    newCapture(newEvent({ receivedAt: LONG_AGO }), many),
  );
  operations.commit(NOW, packCaptures(captures, 0));
  db.exec("UPDATE deliveries SET state = 2, next_at = NULL");
  const removed: number[] = [];
  let cursor: string | null = null;
  do {
    const options = { deliveredBefore: NOW, deadBefore: NOW, cursor, limit: 100 };
    const step = operations.pruneEvents(NOW, options);
    removed.push(step.removed);
    cursor = step.cursor;
  } while (cursor !== null);
  expect(Math.max(...removed)).toBeLessThanOrEqual(8);
  expect(removed.reduce((sum, step) => sum + step)).toBe(40);
  db.close();
});
