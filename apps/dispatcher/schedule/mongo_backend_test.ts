import { randomUUID } from "node:crypto";
import { createLog } from "@hookgate/telemetry";
import { expect } from "@jest/globals";
import { openStore, testOnMongo } from "../store/suite/mongodb_fixtures.ts";
import { mongoBackend } from "./mongo_backend.ts";
import { Scheduler } from "./scheduler.ts";

const log = createLog({ name: "test", level: "silent" });

testOnMongo("recurring work is there once, however many dispatchers start at once", async () => {
  const { db } = await openStore(randomUUID());
  const work = async () => {};
  const recurring = ["a", "b", "c"].map((name) => ({ name, everyMs: 60_000, work }));
  const schedulers = await Promise.all(
    Array.from({ length: 4 }, async () => {
      const backend = await mongoBackend(db);
      return new Scheduler({ backend, wake: () => {}, recurring, log });
    }),
  );
  await Promise.all(schedulers.map((scheduler) => scheduler.start([])));
  const jobs = await db.collection("agenda_jobs").find({ type: "single" }).toArray();
  expect(jobs.map(({ name }) => name).toSorted()).toEqual(["a", "b", "c"]);
  for (const scheduler of schedulers) await scheduler.stop();
});

testOnMongo("recurring work that was made twice is made once again", async () => {
  const { db } = await openStore(randomUUID());
  const jobs = db.collection("agenda_jobs");
  await jobs.insertMany([
    { name: "a", type: "single" },
    { name: "a", type: "single" },
    { name: "b", type: "normal" },
  ]);
  await mongoBackend(db);
  expect((await jobs.find().toArray()).map(({ name }) => name)).toEqual(["b"]);
});
