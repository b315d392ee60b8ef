import { AsyncLocalStorage } from "node:async_hooks";
// Not the globals: a handler's fake timers must not stop the host's clock.
import { clearInterval, clearTimeout, setInterval, setTimeout } from "node:timers";
import { OncePerTurn, RunningClock } from "@hookgate/async";
import type { Handler } from "@hookgate/types";
import { describeError } from "./describe_error.ts";
import { handlerEvent } from "./handler_event.ts";
import { HandlerLines } from "./handler_lines.ts";
import {
  BEAT_MS,
  type Culprit,
  type FromHost,
  type HostAnswer,
  type HostAttempt,
  type HostResult,
  SHARED,
  type ToHost,
} from "./handler_message.ts";

/** Longest time to start attempts without a turn of the loop, in milliseconds, so that heartbeats and timers stay on time. */
const SLICE_MS_MAX = 10;

/** A loop that was blocked or had no core for less, in milliseconds, does not excuse a timeout. */
const BLOCKED_MS_MIN = 500;

const TIMERS = { clearInterval, clearTimeout, setInterval, setTimeout };

/** Options for {@linkcode HandlerRunner}. */
export interface HandlerRunnerOptions {
  send: (message: FromHost) => void;
  /** Imports a module by absolute path and returns its namespace. */
  importModule: (path: string) => Promise<Record<string, unknown>>;
  /** SHA-256 of a file, in hexadecimal digits; empty if it cannot be read. @default {as if it could not} */
  hashFile?: (path: string) => Promise<string>;
  /** A monotonic clock, in milliseconds. */
  now: () => number;
  /** Share of the time since the last call in which the loop was busy. */
  busy: () => number;
  /** For how long this thread was ready to run but had no core, in milliseconds. @default {as if it always had one} */
  starved?: () => number;
  /** What the watchdog sees and sets; its places are {@linkcode SHARED}. */
  shared: Int32Array;
  /** Milliseconds since 1970. @default {Date.now} */
  wallClock?: () => number;
  /** Longest time to import a handler's module, in milliseconds. @default {10_000} */
  importMsMax?: number;
}

type Module =
  | { state: "importing"; key: number; parked: HostAttempt[] }
  | { state: "imported"; handle: Handler }
  | { state: "failed"; error: string; frame: string };

/** A module, and who wants it: `key` is 0 if no attempt does yet. */
type Wanted = Pick<HostAttempt, "key" | "subscription" | "path">;

/** A module, and SHA-256 of its file. */
interface Loaded {
  module: Module;
  sha256: string;
}

interface Running {
  attempt: HostAttempt;
  controller: AbortController;
  cancelTimeout: () => void;
  /** Values of `stalledMs` and `starvedMs` when it started. */
  stalledMs: number;
  starvedMs: number;
  /** When it started, in milliseconds since 1970; undefined if it is not traced. */
  begunAt: number | undefined;
}

/** Whose code runs: nobody's in what an import leaves behind, which all that import the same may use. */
interface Context {
  culprit: Culprit | null;
}

/** Runs attempts inside a handler host: imports, calls, times out, and answers in batches. */
export class HandlerRunner {
  readonly #options: HandlerRunnerOptions;
  readonly #contexts = new AsyncLocalStorage<Context>();
  readonly #modules = new Map<string, Module>();
  readonly #running = new Map<number, Running>();
  readonly #lines = new HandlerLines(() => this.#flushLater.schedule());
  readonly #queue: HostAttempt[] = [];
  #results: HostAnswer[] = [];
  readonly #startLater = new OncePerTurn(() => {
    this.#startSlice();
    if (this.#queue.length > 0) this.#startLater.schedule();
  });
  readonly #flushLater = new OncePerTurn(() => this.flush());
  #aborted = false;
  #abandoned = 0;
  #stalledMs = 0;
  /** For how long this thread had no core until the last heartbeat, in milliseconds. */
  #starvedMs = 0;
  #beatDueAt: number;
  /** Timeouts are measured in it: a stopped or starved host, or a neighbour that blocks it, is no fault of a handler's. */
  readonly #time: RunningClock;

  constructor(options: HandlerRunnerOptions) {
    this.#options = options;
    this.#time = new RunningClock({ monotonic: options.now, timers: TIMERS as never });
    this.#beatDueAt = options.now() + BEAT_MS;
    this.#starvedMs = this.#starved();
  }

  /** Processes a message from the dispatcher. */
  receive(message: ToHost): void {
    if (message.kind === "abort") {
      this.#abort();
      return;
    }
    if (message.kind === "resume") {
      this.#resume();
      // The loop turns again, and until the dispatcher knows it, nothing of what may have blocked it starts elsewhere.
      this.beat();
      return;
    }
    if (message.kind === "prepare") {
      this.#prepare(message);
      return;
    }
    for (const attempt of message.attempts) this.#queue.push(attempt);
    if (this.#queue.length > 0) this.#startLater.schedule();
  }

  /** The attempt in whose asynchronous context this is called, or whose module is imported in it, if there is one. */
  culprit(): Culprit | null {
    return this.#contexts.getStore()?.culprit ?? null;
  }

  /** Sends a heartbeat. Called every {@linkcode BEAT_MS}, or later if something blocks the loop. */
  beat(): void {
    const lagMs = this.#lagMs();
    this.#stalledMs += lagMs;
    const before = this.#starvedMs;
    this.#starvedMs = this.#starved();
    const starvedMs = this.#starvedMs - before;
    const sinceMs = Math.max(1, BEAT_MS + this.#options.now() - this.#beatDueAt);
    this.#beatDueAt = this.#options.now() + BEAT_MS;
    this.#lines.refill();
    this.#options.send({
      kind: "beat",
      abandoned: this.#abandoned,
      lagMs: Math.max(0, lagMs - starvedMs),
      busy: Math.max(0, this.#options.busy() - starvedMs / sinceMs),
      waitingFrom: this.#waitingFrom(),
    });
  }

  /** Sends results and log lines now. */
  flush(): void {
    const results = this.#results;
    const lines = this.#lines.drain();
    this.#results = [];
    if (results.length > 0 || lines.length > 0)
      this.#options.send({ kind: "output", results, lines });
  }

  #startSlice(): void {
    // Results are sent first, in case an attempt that starts now blocks or ends the process.
    if (this.#flushLater.scheduled) this.flush();
    const endsAt = this.#options.now() + SLICE_MS_MAX;
    let attempt = this.#queue.shift();
    while (attempt) {
      this.#start(attempt);
      if (this.#options.now() >= endsAt) return;
      attempt = this.#queue.shift();
    }
  }

  /** Whether an attempt may start; not if the watchdog has reported that it waits behind one that blocks the loop. */
  #mayStart({ key }: HostAttempt): boolean {
    const { shared } = this.#options;
    // What was parked while its module was imported has counted as started.
    if (key <= Atomics.load(shared, SHARED.started)) return true;
    if (this.#isRecalled()) return false;
    Atomics.store(shared, SHARED.started, key);
    if (!this.#isRecalled()) return true;
    // The watchdog may have reported it as started, so it has to be answered.
    this.#answer(key, { kind: "not_started" });
    return false;
  }

  #isRecalled(): boolean {
    return Atomics.load(this.#options.shared, SHARED.recalled) === 1;
  }

  /** What was received before and has not started is made elsewhere. */
  #resume(): void {
    const { shared } = this.#options;
    if (!this.#isRecalled()) return;
    const started = Atomics.load(shared, SHARED.started);
    const kept = this.#queue.filter(({ key }) => key <= started);
    this.#queue.splice(0, this.#queue.length, ...kept);
    Atomics.store(shared, SHARED.recalled, 0);
  }

  #waitingFrom(): number | null {
    let first = this.#queue[0]?.key ?? Number.POSITIVE_INFINITY;
    for (const module of this.#modules.values()) {
      if (module.state === "importing")
        first = Math.min(first, ...module.parked.map(({ key }) => key));
    }
    return Number.isFinite(first) ? first : null;
  }

  #start(attempt: HostAttempt): void {
    if (!this.#mayStart(attempt)) return;
    if (this.#aborted) {
      this.#answer(attempt.key, { kind: "not_started" });
      return;
    }
    const module = this.#modules.get(attempt.path) ?? this.#import(attempt);
    if (module.state === "importing") module.parked.push(attempt);
    else if (module.state === "imported") this.#run(attempt, module.handle);
    else {
      const { error, frame } = module;
      this.#answer(attempt.key, { kind: "failed", error, permanent: false, frame });
    }
  }

  #prepare({ subscription, path }: Omit<Wanted, "key">): void {
    if (!this.#modules.has(path)) this.#import({ key: 0, subscription, path });
  }

  #import({ key, subscription, path }: Wanted): Module {
    const module: Module = { state: "importing", key, parked: [] };
    this.#modules.set(path, module);
    // Sent before the module runs, so that the dispatcher knows what blocks if it never returns.
    this.#options.send({ kind: "importing", path, key });
    const { importMsMax = 10_000 } = this.#options;
    const cancelTimeout = this.#time.after(importMsMax, () => {
      const error = `Cannot import the handler ${path}: not done after ${importMsMax} ms`;
      this.#imported(path, { module: { state: "failed", error, frame: "" }, sha256: "" });
    });
    const context: Context = { culprit: { key, subscription } };
    const loading = this.#contexts.run(context, () => this.#load(path));
    void loading.then((loaded) => {
      context.culprit = null;
      cancelTimeout();
      this.#imported(path, loaded);
    });
    return module;
  }

  async #load(path: string): Promise<Loaded> {
    const { hashFile = async () => "" } = this.#options;
    // Before it runs, so that what is hashed is what was imported.
    const sha256 = await hashFile(path);
    return { module: await this.#loadHandle(path), sha256 };
  }

  async #loadHandle(path: string): Promise<Module> {
    try {
      const { handle } = await this.#options.importModule(path);
      if (typeof handle === "function") return { state: "imported", handle: handle as Handler };
      const error = `Cannot use the handler ${path}: it exports no function named handle`;
      return { state: "failed", error, frame: "" };
    } catch (thrown) {
      const { error, frame } = describeError(thrown, { path });
      return { state: "failed", error: `Cannot import the handler ${path}: ${error}`, frame };
    }
  }

  #imported(path: string, { module, sha256 }: Loaded): void {
    const before = this.#modules.get(path);
    const isUnwanted = before?.state === "importing" && before.key === 0;
    // The first attempt to want it tries again, and that it fails is known to be an attempt's trouble.
    if (isUnwanted && module.state === "failed") this.#modules.delete(path);
    else this.#modules.set(path, module);
    this.#options.send({ kind: "imported", path, ok: module.state === "imported", sha256 });
    if (before?.state !== "importing") return;
    this.#queue.unshift(...before.parked);
    if (this.#queue.length > 0) this.#startLater.schedule();
  }

  #run(attempt: HostAttempt, handle: Handler): void {
    const controller = new AbortController();
    const cancelTimeout = this.#time.after(attempt.timeoutMs, () => this.#timeOut(running));
    const { wallClock = Date.now } = this.#options;
    const begunAt = attempt.traceparent === undefined ? undefined : wallClock();
    const stalledMs = this.#stalledMs;
    const starvedMs = this.#starvedMs;
    const running: Running = { attempt, controller, cancelTimeout, stalledMs, starvedMs, begunAt };
    this.#running.set(attempt.key, running);
    const { key, subscription } = attempt;
    const culprit = { key, subscription };
    const called = this.#contexts.run({ culprit }, () => this.#call(handle, running));
    void called.then((result) => this.#settled(running, result));
  }

  async #call(handle: Handler, { attempt, controller }: Running): Promise<HostResult> {
    const { deliveryId, number, event, path, traceparent, tracestate } = attempt;
    try {
      const log = this.#lines.logOf({ eventId: event.id, deliveryId });
      const { signal } = controller;
      const traced = {
        ...(traceparent !== undefined && { traceparent }),
        ...(tracestate !== undefined && { tracestate }),
      };
      const given = handlerEvent(event);
      const call = () => handle(given, { deliveryId, attempt: number, signal, log, ...traced });
      await this.#called(attempt, call);
      return { kind: "succeeded" };
    } catch (thrown) {
      // A handler that stops because it was aborted has not failed.
      if (this.#aborted) return { kind: "interrupted" };
      return { kind: "failed", ...describeError(thrown, { path }) };
    }
  }

  /** Calls a handler so that the watchdog sees which one, until it returns. */
  #called({ key }: HostAttempt, call: () => unknown): unknown {
    const { shared } = this.#options;
    // What blocks from now on is none of those that ran before, and no module that was loaded for them.
    Atomics.add(shared, SHARED.turns, 1);
    Atomics.store(shared, SHARED.called, key);
    try {
      return call();
    } finally {
      Atomics.store(shared, SHARED.called, 0);
    }
  }

  #settled({ attempt, cancelTimeout, begunAt }: Running, result: HostResult): void {
    cancelTimeout();
    if (this.#running.delete(attempt.key)) this.#answer(attempt.key, result, begunAt);
    else this.#abandoned -= 1;
  }

  /** The slot is free from now on, even if the promise never settles. */
  #timeOut({ attempt, controller, stalledMs, starvedMs, begunAt }: Running): void {
    const { key, timeoutMs } = attempt;
    this.#running.delete(key);
    this.#abandoned += 1;
    const blockedMs = this.#stalledMs + this.#lagMs() - stalledMs;
    const error = `not done after ${timeoutMs} ms`;
    const excusedFromMs = Math.max(BLOCKED_MS_MIN, timeoutMs / 2);
    const blocked = blockedMs >= excusedFromMs;
    const starved = this.#starved() - starvedMs >= excusedFromMs;
    this.#answer(key, { kind: "timed_out", error, blocked, starved }, begunAt);
    controller.abort(new DOMException(`The handler is ${error}`, "TimeoutError"));
  }

  #abort(): void {
    this.#aborted = true;
    for (const module of this.#modules.values()) {
      if (module.state === "importing") this.#queue.push(...module.parked.splice(0));
    }
    for (const attempt of this.#queue.splice(0)) this.#start(attempt);
    const reason = new DOMException("The dispatcher shuts down", "AbortError");
    for (const { controller } of this.#running.values()) controller.abort(reason);
  }

  #answer(key: number, result: HostResult, begunAt?: number): void {
    this.#results.push(begunAt === undefined ? [key, result] : [key, result, begunAt]);
    this.#flushLater.schedule();
  }

  #starved(): number {
    return this.#options.starved?.() ?? 0;
  }

  #lagMs(): number {
    return Math.max(0, this.#options.now() - this.#beatDueAt);
  }
}
