import { execFileSync } from "node:child_process";
import {
  closeSync,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  renameSync,
  rmSync,
  statSync,
  truncateSync,
  utimesSync,
  writeSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { DatabaseSync } from "node:sqlite";
import { afterEach, beforeEach, expect, test } from "@jest/globals";
import { newCapture, newClaim, newEvent } from "../suite/fixtures.ts";
import { SqliteEngine } from "./engine.ts";
import { prepareStoreFile } from "./file.ts";
import { packCaptures } from "./packed_captures.ts";
import { readDamageMark } from "./upkeep/damage_mark.ts";
import type { Call, Reply, WorkerOperation } from "./wire.ts";

const FULL = expect.stringMatching(/^the disk of .*hookgate.sqlite is full; make room$/);

let dataDir: string;
let engine: SqliteEngine;
let connections: DatabaseSync[];
let pagesMax: number | null;

beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), "hookgate-engine-"));
  connections = [];
  pagesMax = null;
  const configure = (db: DatabaseSync) => {
    connections.push(db);
    limit(db);
  };
  engine = new SqliteEngine({ file: prepareStoreFile(dataDir), configure });
});

afterEach(() => {
  engine.close();
  rmSync(dataDir, { recursive: true });
});

/** Limits the disk as SQLite sees it to a number of pages, then SQLITE_FULL. */
function limit(db: DatabaseSync): void {
  if (pagesMax !== null) db.exec(`PRAGMA max_page_count = ${pagesMax}`);
}

function fillDisk(): void {
  const db = connections.at(-1);
  if (!db) throw new Error("Cannot happen");
  pagesMax = Number(db.prepare("PRAGMA page_count").get()?.["page_count"]);
  limit(db);
}

let calls = 0;
function call(operation: WorkerOperation, args: readonly unknown[] = [], now = Date.now()): Call {
  calls += 1;
  return { number: calls, operation, args, now, steps: 0 };
}

function commitOf(event = newEvent(), revision = 0): Call {
  return call("commit", [packCaptures([newCapture(event, ["mail"], newClaim())], revision)]);
}

function run(one: Call): Reply | undefined {
  return engine.run([one])[0];
}

function stored(id: string): boolean {
  const reply = run(call("getEvent", [id]));
  return reply !== undefined && "value" in reply && reply.value !== null;
}

const large = () => newEvent({ body: Buffer.alloc(1024 * 1024, 7) });

test("run() returns one reply for each call, in order", () => {
  const group = [call("queueState"), commitOf(), call("subscriptions")];
  const replies = engine.run(group);
  expect(replies.map(({ number }) => number)).toEqual(group.map(({ number }) => number));
  expect(replies.map((reply) => "value" in reply)).toEqual([true, true, true]);
  expect(engine.run([])).toEqual([]);
});

const HOUR_MS = 3_600_000;

test("run() moves what waits along with a step of the clock once, also if a group fails and the thread is new", () => {
  const now = Date.now();
  const at = (steps: number, operation: WorkerOperation, args: readonly unknown[] = []) => ({
    ...call(operation, args, now + steps),
    steps,
  });
  const dueAt = (steps: number) => {
    const reply = run(at(steps, "nextDueAt", [["mail"]]));
    return reply && "value" in reply ? reply.value : reply;
  };
  run(at(0, "takeOverAll"));
  run(at(0, "commit", [packCaptures([newCapture(newEvent(), ["mail"], null)], 0)]));
  expect(dueAt(0)).toBe(now);
  fillDisk();
  const failed = at(HOUR_MS, "commit", [packCaptures([newCapture(large())], 0)]);
  expect(run(failed)).toMatchObject({ unavailable: true });
  expect([dueAt(HOUR_MS), dueAt(HOUR_MS)]).toEqual([now + HOUR_MS, now + HOUR_MS]);
  engine.close();
  engine = new SqliteEngine({ file: prepareStoreFile(dataDir) });
  expect(dueAt(HOUR_MS)).toBe(now + HOUR_MS);
  expect(dueAt(-HOUR_MS)).toBe(now - HOUR_MS);
  // Another owner, whose clock has made no steps.
  run(at(0, "takeOverAll"));
  expect(dueAt(0)).toBe(now - HOUR_MS);
});

test("run() undoes a call that fails by its own fault, and keeps the others", () => {
  const [first, second, third] = [newEvent(), newEvent(), newEvent()];
  const taken = newCapture(first);
  const group = [
    call("commit", [packCaptures([taken], 0)]),
    // Stores an event, then fails at a delivery whose id is taken.
    call("commit", [
      packCaptures([newCapture(third), { ...newCapture(second), deliveries: taken.deliveries }], 0),
    ]),
    commitOf(newEvent({ id: third.id })),
  ];
  const replies = engine.run(group);
  expect(replies[0]).toMatchObject({ value: [null] });
  expect(replies[1]).toMatchObject({ unavailable: false, error: { errstr: "constraint failed" } });
  expect(replies[2]).toMatchObject({ value: [null] });
  expect(stored(first.id)).toBe(true);
  expect(stored(second.id)).toBe(false);
  expect(connections).toHaveLength(1);
});

test("run() on a full disk stores nothing of the group, replies unavailable, and reopens the file", () => {
  const [before, lost, small] = [newEvent(), large(), newEvent()];
  run(commitOf(before));
  fillDisk();
  const replies = engine.run([commitOf(small), commitOf(lost), call("heartbeat", ["me"])]);
  expect(replies).toMatchObject(
    [0, 1, 2].map(() => ({ unavailable: true, error: { message: FULL } })),
  );
  expect(stored(before.id)).toBe(true);
  expect(stored(lost.id)).toBe(false);
  expect(stored(small.id)).toBe(false);
  expect(connections).toHaveLength(2);
});

test("run() keeps failing while the disk is full, and recovers by itself", () => {
  fillDisk();
  const event = large();
  for (let n = 0; n < 3; n += 1) expect(run(commitOf(event))).toMatchObject({ unavailable: true });
  pagesMax = 2 ** 30;
  const db = connections.at(-1);
  if (db?.isOpen) limit(db);
  expect(run(commitOf(event))).toMatchObject({ value: [null] });
  expect(stored(event.id)).toBe(true);
});

test("run() replies unavailable while the file cannot be opened, and recovers by itself", () => {
  engine.close();
  const file = prepareStoreFile(dataDir);
  const owner = new SqliteEngine({ file });
  const event = newEvent();
  const refused = run(commitOf(event));
  expect(refused).toMatchObject({ unavailable: true });
  expect(String((refused as { error: Error }).error.message)).toContain("in use");
  owner.close();
  expect(run(commitOf(event))).toMatchObject({ value: [null] });
});

test("run() makes no new store where the file was removed while it was closed, and recovers once it is back", () => {
  engine.close();
  const file = prepareStoreFile(dataDir);
  const kept = join(dataDir, "kept");
  renameSync(file, kept);
  const event = newEvent();
  for (let n = 0; n < 2; n += 1) {
    const refused = run(commitOf(event));
    expect(refused).toMatchObject({ unavailable: true });
    expect(String((refused as { error: Error }).error.message)).toContain(`${file} is missing`);
  }
  expect(existsSync(file)).toBe(false);
  renameSync(kept, file);
  expect(run(commitOf(event))).toMatchObject({ value: [null] });
});

test("run() leaves running deliveries alone when it reopens the file", () => {
  const event = newEvent();
  run(commitOf(event));
  fillDisk();
  run(commitOf(large()));
  pagesMax = null;
  expect(run(call("getEvent", [event.id]))).toMatchObject({
    value: { deliveries: [{ state: "running", interruptions: 0 }] },
  });
});

test("takeOver counts a heartbeat as old to the millisecond", () => {
  const takeOver = (now: number) =>
    run(call("takeOver", [{ dispatcherId: "me", staleMs: 500 }], now));
  const claim = newClaim("other");
  run(call("commit", [packCaptures([newCapture(newEvent(), ["mail"], claim)], 0)]));
  run(call("heartbeat", ["other"], 1_000));
  expect(takeOver(1_500)).toMatchObject({ value: 0 });
  expect(takeOver(1_501)).toMatchObject({ value: 1 });
});

test("metrics sums what begins after the window does, to the millisecond", () => {
  const commit = packCaptures([newCapture(newEvent(), [])], 0);
  run(call("commit", [commit], 120_000));
  const received = (windowMs: number) => run(call("metrics", [{ windowMs }], 130_000));
  expect(received(10_000)).toMatchObject({ value: { received: 0 } });
  expect(received(10_001)).toMatchObject({ value: { received: 1 } });
});

/** Runs a group at a time after every pause between two tries to put the file back. */
let tries = 0;
function runLater(one: Call): Reply | undefined {
  tries += 1;
  return run({ ...one, now: one.now + tries * 60_000 });
}

test.each([
  ["the file", ["hookgate.sqlite"]],
  ["its log", ["hookgate.sqlite-wal"]],
  ["both", ["hookgate.sqlite", "hookgate.sqlite-wal"]],
  ["the whole directory", [""]],
])(
  "run() acknowledges nothing once %s is removed, and puts it back with all it held",
  (_, names) => {
    const [before, unsure, after] = [newEvent(), newEvent(), newEvent()];
    run(commitOf(before));
    for (const name of names) rmSync(join(dataDir, name), { recursive: true });
    const first = runLater(commitOf(unsure));
    const second = runLater(commitOf(after));
    expect([first, second].map((reply) => reply && "value" in reply)).toContain(true);
    // What a process that starts after kill -9 finds: the files with these names.
    const copy = mkdtempSync(join(tmpdir(), "hookgate-copy-"));
    for (const name of ["hookgate.sqlite", "hookgate.sqlite-wal"]) {
      if (existsSync(join(dataDir, name))) copyFileSync(join(dataDir, name), join(copy, name));
    }
    engine.close();
    engine = new SqliteEngine({ file: join(copy, "hookgate.sqlite") });
    expect(stored(before.id)).toBe(true);
    if (first && "value" in first) expect(stored(unsure.id)).toBe(true);
    if (second && "value" in second) expect(stored(after.id)).toBe(true);
    rmSync(copy, { recursive: true });
  },
);

test("run() acknowledges nothing while another file has the name, and has lost nothing once that is moved away", () => {
  const [before, unsure, after] = [newEvent(), newEvent(), newEvent()];
  const file = join(dataDir, "hookgate.sqlite");
  run(commitOf(before));
  copyFileSync(file, `${file}.other`);
  renameSync(`${file}.other`, file);
  for (let n = 0; n < 3; n += 1) {
    const message = expect.stringContaining("was replaced by another file while in use");
    expect(runLater(commitOf(unsure))).toMatchObject({ unavailable: true, error: { message } });
  }
  rmSync(file);
  expect(runLater(commitOf(after))).toMatchObject({ value: [null] });
  engine.close();
  engine = new SqliteEngine({ file });
  expect([before, after].map(({ id }) => stored(id))).toEqual([true, true]);
});

/** Writes over a part of the file, or copies another over it, as another program would. */
function overwrite(write: (file: string) => void): void {
  // In a process of its own: closing the file here would end this process's locks on it.
  const file = join(dataDir, "hookgate.sqlite");
  const script = `(${write})(${JSON.stringify(file)})`;
  const load =
    "const { openSync, writeSync, truncateSync, copyFileSync, utimesSync } = require('node:fs');";
  execFileSync(process.execPath, ["-e", `${load}${script}`]);
}

test.each<[string, (file: string) => void]>([
  [
    "bytes over the file",
    (file) => {
      const pages = openSync(file, "r+");
      for (let at = 8_192; at < 200_000; at += 8_192)
        writeSync(pages, Buffer.alloc(8_192, 7), 0, 8_192, at);
    },
  ],
  ["nothing over the file", (file) => truncateSync(file, 0)],
  ["an older copy over the file", (file) => copyFileSync(`${file}.old`, file)],
  ["nothing over its log", (file) => truncateSync(`${file}-wal`, 0)],
])("run() acknowledges nothing once another program has written %s", (what, write) => {
  const file = join(dataDir, "hookgate.sqlite");
  run(commitOf());
  engine.close();
  copyFileSync(file, `${file}.old`);
  engine = new SqliteEngine({ file });
  run(commitOf());
  // Otherwise what the log had is lost with it.
  if (!what.includes("log")) engine.moveLog();
  overwrite(write);
  const replies = [1, 2, 3].map(() => run(commitOf()));
  for (const reply of replies) expect(reply).toMatchObject({ unavailable: true });
  const [first = "", ...later] = replies.map((reply) =>
    reply && "error" in reply ? reply.error.message : "",
  );
  expect(first).toContain("was written to by another program while in use");
  for (const said of later)
    expect(said).toMatch(/is damaged|is empty|was written over by another program/);
  engine.close();
  const isUnusable = what.startsWith("bytes") || what === "nothing over the file";
  if (isUnusable) expect(() => new SqliteEngine({ file })).toThrow("Cannot open the store: ");
});

test("run() goes on after a file was only touched, or its log was emptied when that held nothing more", () => {
  const [first, second, third] = [newEvent(), newEvent(), newEvent()];
  run(commitOf(first));
  engine.moveLog();
  overwrite((file) => utimesSync(file, 1, 1));
  expect(run(commitOf(second))).toMatchObject({ unavailable: true });
  expect(run(commitOf(second))).toMatchObject({ value: [null] });
  engine.moveLog();
  overwrite((file) => truncateSync(`${file}-wal`, 0));
  expect(run(commitOf(third))).toMatchObject({ unavailable: true });
  expect(run(commitOf(third))).toMatchObject({ value: [null] });
  expect([first, second, third].map(({ id }) => stored(id))).toEqual([true, true, true]);
});

test("moveLog() leaves a log that the next group writes from its start", () => {
  const logBytes = () => statSync(join(dataDir, "hookgate.sqlite-wal")).size;
  run(commitOf(large()));
  engine.moveLog();
  const once = logBytes();
  const ids = [1, 2, 3].map((byte) => {
    const event = newEvent({ body: Buffer.alloc(1024 * 1024, byte) });
    run(commitOf(event));
    engine.moveLog();
    return event.id;
  });
  expect(logBytes()).toBeLessThan(1.5 * once);
  expect(ids.map(stored)).toEqual([true, true, true]);
});

test("close() puts a removed file back, so that a stop loses nothing", () => {
  const before = newEvent();
  run(commitOf(before));
  rmSync(join(dataDir, "hookgate.sqlite"));
  engine.close();
  engine = new SqliteEngine({ file: join(dataDir, "hookgate.sqlite") });
  expect(stored(before.id)).toBe(true);
});

/** Writes over the first page of an index, while nobody has the file open. */
function damageRoot(file: string, index: string): void {
  const db = new DatabaseSync(file);
  const rootOf = db.prepare("SELECT rootpage FROM sqlite_schema WHERE name = ?");
  const page = Number(rootOf.get(index)?.["rootpage"]);
  const pageBytes = Number(db.prepare("PRAGMA page_size").get()?.["page_size"]);
  db.close();
  const descriptor = openSync(file, "r+");
  writeSync(descriptor, Buffer.alloc(pageBytes, 7), 0, pageBytes, (page - 1) * pageBytes);
  closeSync(descriptor);
}

test("what one call finds damaged is acknowledged on by no other, is found at the next start, and ends with a sound file", () => {
  const file = join(dataDir, "hookgate.sqlite");
  run(commitOf());
  engine.close();
  const whole = `${file}.whole`;
  copyFileSync(file, whole);
  // Read by lists of quarantined requests alone.
  damageRoot(file, "quarantine_received");
  engine = new SqliteEngine({ file });
  expect(run(commitOf())).toMatchObject({ value: [null] });
  const prune = call("pruneQuarantine", [{ receivedBefore: Date.now() }]);
  const message = expect.stringContaining(`${file} is damaged`);
  expect(run(prune)).toMatchObject({ unavailable: true, error: { message } });
  for (let n = 0; n < 3; n += 1) {
    expect(run(commitOf())).toMatchObject({ unavailable: true, error: { message } });
  }
  engine.close();
  expect(() => new SqliteEngine({ file })).toThrow(`Cannot open the store: ${file} is damaged`);
  expect(readDamageMark(file)).toMatch(new RegExp(`^${file} is damaged .*npx hookgate check`));
  copyFileSync(whole, file);
  engine = new SqliteEngine({ file });
  expect(run(commitOf())).toMatchObject({ value: [null] });
  engine.close();
  expect(readDamageMark(file)).toBeNull();
});

test("run() says what to do about a damaged file", () => {
  const file = join(dataDir, "hookgate.sqlite");
  run(commitOf());
  engine.close();
  const pages = openSync(file, "r+");
  for (let page = 1; page < 30; page += 1)
    writeSync(pages, Buffer.alloc(16_384, 7), 0, 16_384, page * 16_384);
  closeSync(pages);
  const reply = (() => {
    try {
      return run(commitOf());
    } catch (error) {
      return { error };
    }
  })();
  const message = expect.stringMatching(
    /is damaged .*; with the dispatcher stopped, look at it with npx hookgate check/,
  );
  expect(reply).toMatchObject({ error: { message } });
});
