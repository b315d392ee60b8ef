import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { temporaryDirectory } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { judge } from "./judge.ts";
import { runCrash } from "./run_crash.ts";

test("ten kills of edge and dispatcher under load lose no acknowledged event", async () => {
  const lines: string[] = [];
  const seed = Date.now() % 1_000_000;
  const verdict = await runCrash({ kills: 10, seed, report: (line) => lines.push(line) });
  expect({ problems: verdict.problems, seed }).toEqual({ problems: [], seed });
  // A run with hardly any acknowledged event would prove nothing.
  expect(verdict.acknowledged).toBeGreaterThan(50);
}, 180_000);

test("judge() reports what is missing, changed, stored twice, not delivered or never sent", async () => {
  await using folder = await temporaryDirectory();
  const storeFile = join(folder.path, "store");
  const db = new DatabaseSync(storeFile);
  db.exec(`CREATE TABLE events (row INTEGER PRIMARY KEY, id BLOB, body BLOB);
    CREATE TABLE deliveries (event INTEGER, state INTEGER);
    INSERT INTO events VALUES (1, x'01', CAST('good' AS BLOB)), (2, x'02', CAST('twice' AS BLOB)),
      (3, x'03', CAST('twice' AS BLOB)), (4, x'04', CAST('waiting' AS BLOB)),
      (5, x'05', CAST('invented' AS BLOB)), (6, x'06', CAST('not run' AS BLOB));
    INSERT INTO deliveries VALUES (1, 2), (2, 2), (3, 2), (4, 0), (5, 2), (6, 2);`);
  db.close();
  const entry = (body: string, eventId: string) => ({ body, status: 200, eventId });
  const entries = [
    entry("good", "evt_01"),
    entry("twice", "evt_02"),
    entry("waiting", "evt_04"),
    entry("lost", "evt_99"),
    entry("not run", "evt_06"),
  ];
  const { problems } = judge({ entries, storeFile, handled: ["evt_01", "evt_02", "evt_04"] });
  expect(problems.toSorted()).toEqual([
    expect.stringMatching(/^evt_0[23] is stored 2 times$/),
    "evt_04 is in state 0, not delivered",
    "evt_05 is stored but was never sent",
    "evt_06 is delivered but its handler never ran",
    "evt_99 was acknowledged but is not stored, or is changed",
  ]);
});
