import { waitFor } from "@hookgate/testing";
import { afterEach, expect, test } from "@jest/globals";
import { recordingLog } from "../suite/recording_log.ts";
import { memoryBackend } from "./memory_backend.ts";
import { type RecurringWork, Scheduler } from "./scheduler.ts";

const started: Scheduler[] = [];

afterEach(async () => {
  for (const scheduler of started.splice(0)) await scheduler.stop();
});

function makeScheduler(recurring: RecurringWork[] = []) {
  const wakes: number[] = [];
  const wake = () => void wakes.push(Date.now());
  const backend = memoryBackend();
  const { log, lines } = recordingLog();
  const scheduler = new Scheduler({ backend, wake, recurring, log });
  started.push(scheduler);
  return { scheduler, wakes, backend, lines };
}

test("Scheduler wakes at the start of the second, once however often it is asked, and forgets the job", async () => {
  const { scheduler, wakes, backend } = makeScheduler();
  await scheduler.start([]);
  const second = Math.ceil(Date.now() / 1_000) * 1_000 + 1_000;
  for (let ms = 0; ms < 1_000; ms += 10) scheduler.wakeAt(second + ms);
  await waitFor(() => wakes.length > 0, { timeoutMs: 5_000, what: "the alarm" });
  expect(wakes[0]).toBeGreaterThanOrEqual(second);
  expect(wakes[0]).toBeLessThan(second + 1_000);
  await waitFor(async () => (await backend.repository.queryJobs({ name: "wake" })).total === 0, {
    timeoutMs: 2_000,
    what: "the alarm's removal",
  });
  expect(wakes).toHaveLength(1);
});

test("Scheduler wakes at once for a second that has begun", async () => {
  const { scheduler, wakes } = makeScheduler();
  await scheduler.start([Date.now() - 5_000]);
  await waitFor(() => wakes.length === 1, { timeoutMs: 2_000, what: "the alarm" });
});

test("Scheduler logs recurring work that fails, and repeats it", async () => {
  let runs = 0;
  const work = async () => {
    runs += 1;
    if (runs === 1) throw new Error("the first time fails");
  };
  const { scheduler, lines } = makeScheduler([{ name: "count", everyMs: 300, work }]);
  await scheduler.start([]);
  await waitFor(() => runs >= 3, { timeoutMs: 10_000, what: "three runs" });
  expect(lines).toMatchObject([{ message: "count failed, trying again in 300 ms" }]);
});

test("Scheduler says once that Agenda's database is away, not for every kind of job", async () => {
  const work = async () => {};
  const names = ["one", "two", "three", "four"];
  const { scheduler, backend, lines } = makeScheduler(
    names.map((name) => ({ name, everyMs: 300, work })),
  );
  await scheduler.start([]);
  let failures = 0;
  backend.repository.getNextJobToRun = async () => {
    failures += 1;
    throw new Error("the database is away");
  };
  await waitFor(() => failures >= 8, { timeoutMs: 10_000, what: "failures" });
  expect(lines.map(({ message }) => message)).toEqual([
    "Agenda failed; retries may be up to a second late",
  ]);
});

const HOUR_MS = 3_600_000;

test.each([
  ["is due in an hour", { nextRunAt: new Date(Date.now() + HOUR_MS) }],
  ["was locked in the future", { lockedAt: new Date(Date.now() + HOUR_MS) }],
])("revive() sets recurring work up again that %s", async (_what, changes) => {
  let runs = 0;
  const work = async () => {
    runs += 1;
  };
  const { scheduler, backend, lines } = makeScheduler([{ name: "count", everyMs: 500, work }]);
  await scheduler.start([]);
  const { jobs } = await backend.repository.queryJobs({ name: "count" });
  await waitFor(() => runs === 1, { timeoutMs: 5_000, what: "the first run" });
  for (const job of jobs) await backend.repository.saveJobState({ ...job, ...changes }, undefined);
  await scheduler.revive();
  await waitFor(() => runs >= 3, { timeoutMs: 10_000, what: "more runs" });
  expect(lines.map(({ message }) => message)).toContain(
    "recurring work waits for a clock that was set back, setting it up again",
  );
  const before = lines.length;
  await scheduler.revive();
  expect(lines).toHaveLength(before);
});

test("Scheduler sets recurring work again where another dispatcher came between, and gives up in the end", async () => {
  const { scheduler, backend } = makeScheduler([
    { name: "count", everyMs: 60_000, work: async () => {} },
  ]);
  const { repository } = backend;
  const save = repository.saveJob.bind(repository);
  let refusals = 2;
  repository.saveJob = async (...args) => {
    refusals -= 1;
    if (refusals >= 0) throw new Error("another one was first");
    return save(...args);
  };
  await scheduler.start([]);
  expect((await repository.queryJobs({ name: "count" })).total).toBe(1);
  refusals = Number.POSITIVE_INFINITY;
  await expect(scheduler.start([])).rejects.toThrow("another one was first");
});
