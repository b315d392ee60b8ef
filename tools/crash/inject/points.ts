import { ChildProcess } from "node:child_process";
import type { Socket } from "node:net";
import { DatabaseSync, StatementSync } from "node:sqlite";
import { ClientSession, Collection } from "mongodb";
import {
  FROM_HOST_FD,
  TO_HOST_FD,
} from "../../../apps/dispatcher/targets/handler/handler_message.ts";

/**
 * Where a dispatcher can be killed, in the order in which an event passes. They lie where the dispatcher meets its database
 * and its handler hosts, so that its own code has no part in them.
 */
export const CRASH_POINTS = [
  "before_commit",
  "after_commit",
  "before_attempt",
  "in_handler",
  "before_outcome",
  "in_sweep",
] as const;

/** One of {@linkcode CRASH_POINTS}. */
export type CrashPoint = (typeof CRASH_POINTS)[number];

/** Between a commit and the attempts it starts, in milliseconds: its answer leaves in this time. */
const ANSWER_MS = 20;

// biome-ignore lint/suspicious/noExplicitAny: methods of others are replaced by ones that take whatever they take.
type Method = (this: any, ...args: any[]) => any;

/** Replaces a method by one that gets the original. */
export function wrap(prototype: object, name: string, make: (original: Method) => Method): void {
  const methods = prototype as Record<string, Method>;
  const original = methods[name];
  if (!original) throw new TypeError(`Cannot wrap ${name}: there is no such method`);
  methods[name] = make(original);
}

/** Kills this process when it passes `point` for the `count`-th time. Called before the program's own code is loaded. */
export function armPoint(point: CrashPoint, count: number): void {
  let left = count;
  const pass = (passed: CrashPoint) => {
    if (passed !== point) return;
    left -= 1;
    if (left === 0) die();
  };
  if (point === "before_attempt") armAttempts(() => --left === 0);
  if (point === "before_outcome") armOutcomes(pass);
  armSqlite(pass);
  armMongo(pass);
}

/** Ends the whole process at once, from any of its threads. */
function die(): never {
  process.kill(process.pid, "SIGKILL");
  // The signal may arrive a moment later.
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** How the messages begin that carry attempts to a handler host, and results back. */
const RUN = '{"kind":"run"';
const RESULTS = '{"kind":"output","results":[[';

type Pass = (point: CrashPoint) => void;

function armSqlite(pass: Pass): void {
  let stores = false;
  wrap(StatementSync.prototype, "run", (run) => {
    return function (this: StatementSync, ...args) {
      const result = run.apply(this, args);
      if (this.sourceSQL.startsWith("INSERT INTO events")) stores = true;
      if (this.sourceSQL.includes("interruptions = interruptions + 1")) pass("in_sweep");
      return result;
    };
  });
  wrap(DatabaseSync.prototype, "exec", (exec) => {
    return function (this: DatabaseSync, sql: string) {
      const commits = stores && sql === "COMMIT";
      if (commits) pass("before_commit");
      exec.call(this, sql);
      if (!commits) return;
      stores = false;
      pass("after_commit");
    };
  });
}

function armMongo(pass: Pass): void {
  const storing = new WeakSet<object>();
  wrap(Collection.prototype, "insertMany", (insertMany) => {
    return function (this: Collection, documents, options) {
      if (this.collectionName === "events" && options?.session) storing.add(options.session);
      return insertMany.call(this, documents, options);
    };
  });
  wrap(Collection.prototype, "bulkWrite", (bulkWrite) => {
    return async function (this: Collection, writes, options) {
      const result = await bulkWrite.call(this, writes, options);
      if (writes[0]?.updateOne?.update?.$inc?.interruptions) pass("in_sweep");
      return result;
    };
  });
  wrap(ClientSession.prototype, "commitTransaction", (commit) => {
    return async function (this: ClientSession, ...args) {
      const commits = storing.delete(this);
      if (commits) pass("before_commit");
      const result = await commit.apply(this, args);
      if (commits) pass("after_commit");
      return result;
    };
  });
}

/** Keeps an attempt from its host, and dies once the answers to its commit have left. */
function armAttempts(isReached: () => boolean): void {
  let reached = false;
  wrapChannels(TO_HOST_FD, "write", (write) => {
    return function (this: Socket, chunk, ...rest) {
      if (!begins(chunk, RUN)) return write.call(this, chunk, ...rest);
      if (!reached && !isReached()) return write.call(this, chunk, ...rest);
      reached = true;
      setTimeout(die, ANSWER_MS);
      return true;
    };
  });
}

function armOutcomes(pass: Pass): void {
  wrapChannels(FROM_HOST_FD, "emit", (emit) => {
    return function (this: Socket, name, chunk, ...rest) {
      if (name === "data" && begins(chunk, RESULTS)) pass("before_outcome");
      return emit.call(this, name, chunk, ...rest);
    };
  });
}

/** Wraps a method of one direction of the channel of every handler host. */
function wrapChannels(fd: number, name: "write" | "emit", make: (original: Method) => Method) {
  wrap(ChildProcess.prototype, "spawn", (spawn) => {
    return function (this: ChildProcess, ...args) {
      const result = spawn.apply(this, args);
      const channel = this.stdio[fd];
      if (channel) wrap(channel, name, make);
      return result;
    };
  });
}

/** Whether one of the frames in a chunk is such a message: the JSON of a frame begins with its kind. */
function begins(chunk: Buffer, message: string): boolean {
  return Buffer.isBuffer(chunk) && chunk.includes(message);
}
