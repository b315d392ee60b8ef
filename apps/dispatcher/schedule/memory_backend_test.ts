import { expect, test } from "@jest/globals";
import type { JobParameters } from "agenda";
import { MemoryJobRepository } from "./memory_backend.ts";

const NOW = new Date("2026-01-01T00:00:00Z");
const LATER = new Date(NOW.getTime() + 1_000);
const LOCK_DEADLINE = new Date(0);

function job(fields: Partial<JobParameters>): JobParameters {
  return { name: "wake", priority: 0, nextRunAt: NOW, type: "normal", data: {}, ...fields };
}

test("getNextJobToRun() locks the earliest due job, once", async () => {
  const repository = new MemoryJobRepository();
  await repository.saveJob(job({ nextRunAt: LATER, data: "late" }), undefined);
  await repository.saveJob(job({ data: "early" }), undefined);
  await repository.saveJob(job({ name: "other" }), undefined);
  const next = () => repository.getNextJobToRun("wake", NOW, LOCK_DEADLINE);
  expect(await next()).toMatchObject({ data: "early", lockedAt: expect.any(Date) });
  expect(await next()).toBeUndefined();
  const scanLater = await repository.getNextJobToRun("wake", LATER, LOCK_DEADLINE);
  expect(scanLater).toMatchObject({ data: "late" });
});

test("getNextJobToRun() takes a job whose lock is older than the deadline", async () => {
  const repository = new MemoryJobRepository();
  await repository.saveJob(job({ lockedAt: NOW }), undefined);
  expect(await repository.getNextJobToRun("wake", NOW, LOCK_DEADLINE)).toBeUndefined();
  expect(await repository.getNextJobToRun("wake", NOW, LATER)).toBeDefined();
});

test("saveJob() keeps one job for each unique key, and inserts only where told to", async () => {
  const repository = new MemoryJobRepository();
  const unique = { "data.second": 1 };
  const uniqueOpts = { insertOnly: true };
  const first = await repository.saveJob(job({ unique, uniqueOpts, data: "first" }), undefined);
  const again = await repository.saveJob(job({ unique, uniqueOpts, data: "again" }), undefined);
  expect(again).toMatchObject({ _id: first._id, data: "first" });
  await repository.saveJob(job({ unique: { "data.second": 2 }, uniqueOpts }), undefined);
  expect((await repository.queryJobs()).total).toBe(2);
});

test("saveJob() keeps one job of type single for each name", async () => {
  const repository = new MemoryJobRepository();
  await repository.saveJob(job({ type: "single", nextRunAt: NOW }), undefined);
  await repository.saveJob(job({ type: "single", nextRunAt: LATER }), undefined);
  expect(await repository.queryJobs()).toMatchObject({ total: 1, jobs: [{ nextRunAt: LATER }] });
});

test("removeJobs() removes by id or name, lets the key be used again, and nothing without a criterion", async () => {
  const repository = new MemoryJobRepository();
  const unique = { "data.second": 1 };
  const saved = await repository.saveJob(job({ unique }), undefined);
  expect(await repository.removeJobs({})).toBe(0);
  expect(await repository.removeJobs({ id: saved._id ?? "" })).toBe(1);
  const anew = await repository.saveJob(job({ unique }), undefined);
  expect(anew._id).not.toBe(saved._id);
  expect(await repository.removeJobs({ name: "wake" })).toBe(1);
  expect((await repository.queryJobs()).total).toBe(0);
});

test("unlockJobs() gives a locked job back", async () => {
  const repository = new MemoryJobRepository();
  const saved = await repository.saveJob(job({ lockedAt: NOW }), undefined);
  await repository.unlockJobs([saved._id ?? ""]);
  expect(await repository.getNextJobToRun("wake", NOW, LOCK_DEADLINE)).toBeDefined();
});
