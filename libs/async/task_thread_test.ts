import { setTimeout as delay, setImmediate as nextTurn } from "node:timers/promises";
import { afterEach, expect, test } from "@jest/globals";
import { TaskThread } from "./task_thread.ts";

const threads: TaskThread<unknown, unknown>[] = [];
afterEach(async () => {
  for (const thread of threads.splice(0)) await thread.close();
});

/** A thread that answers each task with what this program makes of it. */
function threadOf(program: string, msMax = 10_000): TaskThread<unknown, unknown> {
  const library = new URL("./task_thread.ts", import.meta.url).href;
  const module = `
    import { serveTasks } from ${JSON.stringify(library)};
    serveTasks((task) => { ${program} });`;
  const file = new URL(`data:text/javascript,${encodeURIComponent(module)}`);
  const thread = new TaskThread<unknown, unknown>({ file, what: "count", msMax });
  threads.push(thread);
  return thread;
}

async function started(thread: TaskThread<unknown, unknown>): Promise<void> {
  while (!thread.ready) await nextTurn();
}

test("run() carries out tasks one after the other, and prepares each only then", async () => {
  const thread = threadOf("return task + 1;");
  const steps: string[] = [];
  const answers = [1, 2, 3].map(async (task) => {
    const answer = await thread.run(() => {
      steps.push(`prepared ${task}`);
      return { task };
    });
    steps.push(`answered ${task}`);
    return answer;
  });
  expect(await Promise.all(answers)).toEqual([2, 3, 4]);
  expect(steps.indexOf("answered 1")).toBeLessThan(steps.indexOf("prepared 3"));
});

test("run() hands memory over without a copy", async () => {
  const thread = threadOf("return task.length;");
  const task = new Uint8Array(1_000);
  expect(await thread.run(() => ({ task, transfer: [task.buffer] }))).toBe(1_000);
  expect(task.length).toBe(0);
});

test("run() fails if the thread does, and the next task has another", async () => {
  const thread = threadOf('if (task === "bad") throw new TypeError("broken"); return task;');
  const failed = thread.run(() => ({ task: "bad" }));
  await expect(failed).rejects.toThrow("Cannot count: TypeError: broken");
  expect(await thread.run(() => ({ task: "next" }))).toBe("next");
});

test("run() ends a thread that takes too long", async () => {
  const thread = threadOf('if (task === "endless") for (;;); return task;', 200);
  await expect(thread.run(() => ({ task: "endless" }))).rejects.toThrow("Cannot count: 200 ms");
  expect(await thread.run(() => ({ task: "next" }))).toBe("next");
});

test("run() fails with what cannot be prepared or sent, and goes on", async () => {
  const thread = threadOf("return task;");
  await expect(thread.run(() => Promise.reject(new Error("no memory")))).rejects.toThrow("no mem");
  await expect(thread.run(() => ({ task: () => {} }))).rejects.toThrow("clone");
  expect(await thread.run(() => ({ task: "next" }))).toBe("next");
});

test("ready starts the thread and says when it has started, also after one that ended by itself", async () => {
  const thread = threadOf("if (task === 'bad') process.exit(1); return task;");
  expect(thread.ready).toBe(false);
  await started(thread);
  await expect(thread.run(() => ({ task: "bad" }))).rejects.toThrow("Cannot count");
  expect(thread.ready).toBe(false);
  await started(thread);
  expect(await thread.run(() => ({ task: "next" }))).toBe("next");
});

test("run() fails as soon as the thread ends, by a task or while one is prepared", async () => {
  const thread = threadOf("if (task !== 'good') process.exit(0); return task;", 60_000);
  await expect(thread.run(() => ({ task: "bad" }))).rejects.toThrow(
    "Cannot count: the thread ended",
  );
  expect(await thread.run(() => ({ task: "good" }))).toBe("good");
  const brief = threadOf("setTimeout(() => process.exit(0), 50); return task;", 60_000);
  expect(await brief.run(() => ({ task: 1 }))).toBe(1);
  const endedMeanwhile = brief.run(() => delay(1_000, { task: 2 }));
  await expect(endedMeanwhile).rejects.toThrow("Cannot count: the thread ended");
  expect(await brief.run(() => ({ task: 3 }))).toBe(3);
});

test("run() fails as soon as a thread ends instead of starting", async () => {
  const file = new URL("data:text/javascript,process.exit(0)");
  const thread = new TaskThread<unknown, unknown>({ file, what: "count", msMax: 60_000 });
  threads.push(thread);
  await expect(thread.run(() => ({ task: 1 }))).rejects.toThrow("Cannot count: the thread ended");
});
