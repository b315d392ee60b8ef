import { DatabaseSync } from "node:sqlite";
import { newId } from "@hookgate/types";
import { expect, test } from "@jest/globals";
import { packCaptures, unpackAnswer } from "./sqlite_messages.ts";
import { prepareOperations } from "./sqlite_operations.ts";
import { DEDUPE_TIERS, prepareSchema } from "./sqlite_schema.ts";
import { newCapture, newClaim, newEvent, outcomeOf } from "./suite/fixtures.ts";

const LONG_AGO = 1_000_000;
const NOW = 2_000_000;

test("preparePruneEvents() leaves no row behind, of dedupe or of an order either", () => {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  const operations = prepareOperations(db);
  const claim = newClaim();
  const captures = ["a", "b", null].map((key) =>
    newCapture(newEvent({ id: newId("evt", { now: LONG_AGO }) }), ["mail"], claim, key),
  );
  const answers = operations.commit(packCaptures(captures, 0), NOW) ?? [];
  const deliveries = captures.flatMap(
    (capture, index) => unpackAnswer(capture, answers[index] ?? null, NOW).deliveries,
  );
  operations.settle(
    deliveries.map((delivery) => outcomeOf({ delivery, claim }, { state: "delivered" })),
    NOW,
  );
  const count = (table: string) => db.prepare(`SELECT count(*) AS n FROM ${table}`).get()?.["n"];
  const tables = ["events", "deliveries", "order_keys", ...DEDUPE_TIERS];
  expect(tables.map(count)).toEqual([3, 3, 2, 3, 0, 0]);
  const options = { deliveredBefore: NOW, deadBefore: NOW, cursor: null, limit: 100 };
  expect(operations.pruneEvents(options, NOW)).toEqual({ removed: 3, cursor: null });
  expect(tables.map(count)).toEqual([0, 0, 0, 0, 0, 0]);
  db.close();
});
