import { DatabaseSync } from "node:sqlite";
import { expect, test } from "@jest/globals";
import { prepareOperations } from "./operations.ts";
import { prepareSchema } from "./schema.ts";

/** Every statement that the operations prepare. */
function collectStatements(db: DatabaseSync): string[] {
  const statements: string[] = [];
  const prepare = db.prepare.bind(db);
  db.prepare = (sql) => {
    statements.push(sql);
    return prepare(sql);
  };
  prepareOperations(db);
  db.prepare = prepare;
  return statements;
}

test("prepareOperations() has no statement that reads a large table from end to end", () => {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  const statements = collectStatements(db);
  expect(statements.length).toBeGreaterThan(50);
  for (const statement of statements) {
    const plan = db.prepare(`EXPLAIN QUERY PLAN ${statement}`).all();
    const steps = plan.map((step) => String(step["detail"]));
    const scans = steps.filter((step) => /^SCAN (e|d|q|events|deliveries|quarantine)\b/.test(step));
    expect({ statement, scans }).toEqual({ statement, scans: [] });
    // What is listed in the order of an index must not be sorted first: that would read all of it.
    const sorts = steps.filter((step) => step.startsWith("USE TEMP B-TREE"));
    const sorted = /LIMIT \+?\?|[eq]\.id < \?|event_id < \?|FROM quarantine q/.test(statement)
      ? sorts
      : [];
    expect({ statement, sorted }).toEqual({ statement, sorted: [] });
  }
  db.close();
});
