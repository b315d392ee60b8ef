import { DatabaseSync } from "node:sqlite";
import { expect, test } from "@jest/globals";
import { newCapture, newEvent, newSubscription } from "../suite/fixtures.ts";
import { prepareOperations } from "./operations.ts";
import { packCaptures } from "./packed_captures.ts";
import { packOutcomes } from "./packed_outcomes.ts";
import { prepareSchema } from "./schema.ts";
import { prepareSteadyTime } from "./steady_time.ts";

const HOUR_MS = 3_600_000;
const NOW = 1_800_000_000_000;

function openDatabase(): DatabaseSync {
  const db = new DatabaseSync(":memory:");
  prepareSchema(db, "memory");
  return db;
}

test("prepareSteadyTime() goes on over steps of the clock, and is read back as it was", () => {
  const db = openDatabase();
  const time = prepareSteadyTime(db);
  const due = time.whenClockShows(NOW);
  expect([time.follow(HOUR_MS), time.follow(HOUR_MS)]).toEqual([HOUR_MS, 0]);
  expect([time.onClock(due), time.whenClockShows(NOW + HOUR_MS)]).toEqual([NOW + HOUR_MS, due]);
  expect(time.follow(-HOUR_MS)).toBe(-2 * HOUR_MS);
  expect(prepareSteadyTime(db).onClock(due)).toBe(NOW - HOUR_MS);
  db.close();
});

test("prepareSteadyTime() keeps the steps of earlier owners", () => {
  const db = openDatabase();
  const time = prepareSteadyTime(db);
  const due = time.whenClockShows(NOW);
  time.follow(HOUR_MS);
  time.changeOwner(-5_000);
  expect(time.onClock(due)).toBe(NOW + HOUR_MS - 5_000);
  expect([time.follow(0), time.follow(HOUR_MS)]).toEqual([0, HOUR_MS]);
  expect(time.onClock(due)).toBe(NOW + 2 * HOUR_MS - 5_000);
  expect(prepareSteadyTime(db).onClock(due)).toBe(NOW + 2 * HOUR_MS - 5_000);
  db.close();
});

test("a step of the clock writes as little with many deliveries that wait as with none", () => {
  const changes = [0, 500].map((waiting) => {
    const db = openDatabase();
    const operations = prepareOperations(db);
    operations.takeOverAll(NOW);
    const captures = Array.from({ length: waiting }, () => newCapture(newEvent()));
    operations.commit(NOW, packCaptures(captures, 0));
    const count = () => Number(db.prepare("SELECT total_changes() AS n").get()?.["n"]);
    const before = count();
    operations.rebase(NOW + HOUR_MS, HOUR_MS);
    if (waiting > 0) expect(operations.nextDueAt(NOW + HOUR_MS, ["mail"])).toBe(NOW + HOUR_MS);
    const after = count();
    db.close();
    return after - before;
  });
  expect(changes[0]).toBe(changes[1]);
});

test("what is stored, given back, retried and settled after steps of the clock is due when it says", () => {
  const db = openDatabase();
  const operations = prepareOperations(db);
  operations.takeOverAll(NOW);
  operations.publishSubscriptions(NOW, [newSubscription("mail")]);
  const held = newCapture(newEvent(), ["mail"], { dispatcherId: "d", token: "1" });
  operations.commit(NOW, packCaptures([held], 1));
  operations.rebase(NOW - HOUR_MS, -HOUR_MS);
  const later = NOW - HOUR_MS + 5;
  const [id = ""] = held.deliveries.map((delivery) => delivery.id);
  const due = () => [
    operations.getDelivery(later, id)?.delivery.nextAttemptAt,
    operations.nextDueAt(later, ["mail"]),
    operations.backlog(later, "mail", { deliveriesMax: 10 }).oldestDueAt,
  ];
  operations.reclaim(later, { dispatcherId: "d", liveTokens: new Set() });
  expect(due()).toEqual([later, later, later]);
  const claim = { dispatcherId: "d", token: "2" };
  const slots = new Map([["mail", { deliveries: 9, replayed: 9, bytes: 1_000_000 }]]);
  const claimAt = (now: number) =>
    operations.claimDue(now, { claim, slots, limit: 9, bytesMax: 1_000_000 }).deliveries;
  expect([claimAt(later - 1), claimAt(later)]).toEqual([0, 1]);
  const part = { source: "academy", type: "t", subscription: "mail", claim, attempt: null };
  const marks = { failure: null, interruptions: 0, suspect: false, order: null };
  const next = { state: "waiting", nextAttemptAt: later + 9.5 } as const;
  operations.settle(later, packOutcomes([{ deliveryId: id, next, ...part, ...marks }]));
  expect(due()).toEqual([later + 10, later + 10, later + 10]);
  expect(operations.dueSeconds(later, { limit: 9 })).toEqual([
    Math.floor((later + 10) / 1_000) * 1_000,
  ]);
  expect(operations.retryDelivery(later + 1, id)).toMatchObject({
    outcome: "due",
    delivery: { nextAttemptAt: later + 1 },
  });
  expect(due()).toEqual([later + 1, later + 1, later + 1]);
  db.close();
});
