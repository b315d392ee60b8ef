import { OncePerTurn, takeFitting } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { TargetResult } from "../target.ts";
import { writeHandlerLine } from "./handler_lines.ts";
import type { FromHost, HostAttempt, HostResult } from "./handler_message.ts";
import { HostProcess, type HostProcessSettings, STOP_MS_MAX } from "./host_process.ts";

/** Longest time that a host's loop may be blocked, in milliseconds, unless its attempts have a shorter timeout. */
const STALL_MS_MAX = 5_000;

/** However short the timeouts are, a loop may be blocked this long, in milliseconds. */
const STALL_MS_MIN = 1_000;

/** Longest time from the start of the process to its first message, in milliseconds. */
const START_MS_MAX = 30_000;

/** Silence that one tick can prove, in milliseconds: if ticks are further apart, the dispatcher's own loop was blocked. */
const SILENCE_PER_TICK_MS_MAX = 200;

/** Promises pending after their attempt timed out; a host with more is replaced. */
const ABANDONED_MAX = 50;

/** A host whose heartbeat is this late, in milliseconds, while something abandoned still runs in it, is replaced. */
const ABANDONED_LAG_MS_MAX = 250;

/** Node caches a failed import for the life of the process, so after this time, in milliseconds, the host is replaced. */
const IMPORT_RETRY_MS = 5_000;

/** For this long after an attempt ends, in milliseconds, what it left behind may still kill the host. */
const LEFTOVER_MS = 1_000;

/** Bodies and headers in one message, in bytes; one larger attempt is a message of its own. */
const MESSAGE_BYTES_MAX = 4 * 1024 * 1024;

const MESSAGE = {
  itemsMax: Number.POSITIVE_INFINITY,
  bytesMax: MESSAGE_BYTES_MAX,
  bytesOf: (attempt: HostAttempt) => jobBytes(attempt),
};

/** An attempt to make, before its host gave it a key. */
export type HostJob = Omit<HostAttempt, "key">;

/** Options for {@linkcode HandlerHost}. */
export interface HandlerHostOptions extends HostProcessSettings {
  /** It runs one attempt at a time, so if it is lost, that attempt is at fault. */
  solo: boolean;
  /** A monotonic clock, in milliseconds. */
  monotonic: () => number;
  log: Log;
  /** Called when it has room, or accepts no more attempts. */
  changed: () => void;
  /** Called once, when the process is gone. `failed`: it never got as far as accepting attempts. */
  ended: (host: HandlerHost, options: { failed: boolean }) => void;
}

interface Running {
  job: HostJob;
  resolve: (result: TargetResult) => void;
}

/** A handler host, seen from the dispatcher: sends it attempts, watches it, and settles what is lost with it. */
export class HandlerHost {
  readonly #options: HandlerHostOptions;
  readonly #process: HostProcess;
  readonly #running = new Map<number, Running>();
  readonly #importing = new Set<string>();
  readonly #gone = Promise.withResolvers<void>();
  #state: "starting" | "open" | "retiring" | "ended" = "starting";
  #started = false;
  #keys = 0;
  #bytes = 0;
  #outbox: HostAttempt[] = [];
  readonly #flushLater = new OncePerTurn(() => this.#flush());
  #silentMs = 0;
  #abandoned = 0;
  #importFailedAt = Number.POSITIVE_INFINITY;
  #endedAt = Number.NEGATIVE_INFINITY;
  #idle: (() => void) | null = null;

  constructor(options: HandlerHostOptions) {
    this.#options = options;
    this.#process = new HostProcess({
      ...options,
      received: (message) => this.#receive(message),
      // One that fails to start is counted until it has ended, so that the next one starts after a wait.
      ending: () => {
        if (this.#started) this.#stopAccepting();
      },
      ended: (fault) => this.#end(fault),
    });
  }

  /** Process id; undefined if the process could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Attempts that it runs. */
  get running(): number {
    return this.#running.size;
  }

  /** Their bodies and headers, in bytes. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Whether it accepts attempts now. */
  get open(): boolean {
    return this.#state === "open";
  }

  /** Whether it accepts attempts, now or once it has started. */
  get usable(): boolean {
    return this.#state === "open" || this.#state === "starting";
  }

  /** Makes an attempt. Those of one turn of the loop are sent together. */
  run(job: HostJob): Promise<TargetResult> {
    this.#keys += 1;
    const key = this.#keys;
    this.#bytes += jobBytes(job);
    this.#outbox.push({ key, ...job });
    this.#flushLater.schedule();
    return new Promise((resolve) => this.#running.set(key, { job, resolve }));
  }

  /** Checks on it: called about every 100 ms with the time since the last call. */
  tick(elapsedMs: number): void {
    // If our own loop was blocked, its heartbeats have arrived but are not read yet.
    this.#silentMs += Math.min(elapsedMs, SILENCE_PER_TICK_MS_MAX);
    const limitMs = this.#silenceMsMax();
    if (this.#silentMs >= limitMs) this.#process.kill(`its loop was blocked for ${limitMs} ms`);
    const importDue = this.#options.monotonic() - this.#importFailedAt >= IMPORT_RETRY_MS;
    if (importDue) this.#replace("a module could not be imported");
    void this.#process.checkMemory();
  }

  /** Sends it no more attempts, and ends it when those it runs have ended. */
  retire(): void {
    if (!this.usable) return;
    this.#stopAccepting();
    if (this.#running.size === 0) this.#process.stop();
  }

  /** Waits `graceMs` for what runs, interrupts the rest, ends the process. */
  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#stopAccepting();
    await this.#idleWithin(graceMs);
    if (this.#running.size > 0) {
      this.#process.send({ kind: "abort" });
      await this.#idleWithin(STOP_MS_MAX);
    }
    for (const key of [...this.#running.keys()]) this.#resolve(key, { kind: "interrupted" });
    if (this.#state === "ended") return;
    this.#process.stop();
    await this.#gone.promise;
  }

  #flush(): void {
    const outbox = this.#outbox.splice(0);
    while (outbox.length > 0) {
      this.#process.send({ kind: "run", attempts: takeFitting(outbox, MESSAGE) });
    }
  }

  #receive(message: FromHost): void {
    this.#silentMs = 0;
    // Packages of a handler may write to the channel too: ignore messages of an unknown kind.
    switch (message?.kind) {
      case "ready":
        this.#ready();
        break;
      case "beat":
        this.#beat(message);
        break;
      case "importing":
        this.#importing.add(message.path);
        break;
      case "imported":
        this.#importing.delete(message.path);
        if (!message.ok) this.#importFailedAt = this.#options.monotonic();
        break;
      case "output":
        for (const line of message.lines) writeHandlerLine(this.#options.log, line);
        for (const [key, result] of message.results) this.#settle(key, result);
        this.#options.changed();
        break;
      case "fatal":
        this.#process.noteFatalError(`uncaught error: ${message.error}`);
        break;
    }
  }

  #ready(): void {
    this.#started = true;
    if (this.#state !== "starting") return;
    this.#state = "open";
    this.#options.changed();
  }

  #beat({ abandoned, lagMs }: { abandoned: number; lagMs: number }): void {
    this.#abandoned = abandoned;
    const slowed = abandoned > 0 && lagMs >= ABANDONED_LAG_MS_MAX;
    if (abandoned > ABANDONED_MAX || slowed)
      this.#replace("handlers kept running after their timeout");
  }

  #settle(key: number, result: HostResult): void {
    this.#endedAt = this.#options.monotonic();
    if (result.kind !== "timed_out") {
      this.#resolve(key, result);
      return;
    }
    const { solo } = this.#options;
    const { error, blocked } = result;
    // What keeps running there must not disturb the next attempt.
    if (solo) this.#replace("a handler kept running after its timeout");
    if (solo || !blocked) {
      this.#resolve(key, { kind: "timed_out", error });
      return;
    }
    const reason = `${error}, and something blocked its handler host meanwhile`;
    this.#resolve(key, { kind: "host_lost", error: reason, alone: false });
  }

  #resolve(key: number, result: TargetResult): void {
    const running = this.#running.get(key);
    if (!running) return;
    this.#running.delete(key);
    this.#bytes -= jobBytes(running.job);
    running.resolve(result);
    if (this.#running.size > 0) return;
    this.#idle?.();
    if (this.#state === "retiring") this.#process.stop();
  }

  /** How long it may be silent, in milliseconds. */
  #silenceMsMax(): number {
    if (!this.#started) return START_MS_MAX;
    // The time to import a module is not part of an attempt's timeout.
    if (this.#importing.size > 0) return STALL_MS_MAX;
    let limitMs = STALL_MS_MAX;
    for (const { job } of this.#running.values()) limitMs = Math.min(limitMs, job.timeoutMs);
    return Math.max(STALL_MS_MIN, limitMs);
  }

  #replace(reason: string): void {
    if (!this.usable) return;
    this.#options.log.warn({ host: this.pid, reason }, "handler host replaced");
    this.retire();
  }

  #stopAccepting(): void {
    if (!this.usable) return;
    this.#state = "retiring";
    this.#options.changed();
  }

  #idleWithin(delayMs: number): Promise<void> {
    if (this.#running.size === 0) return Promise.resolve();
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.#idle?.(), delayMs);
      this.#idle = () => {
        clearTimeout(timer);
        this.#idle = null;
        resolve();
      };
    });
  }

  #end(fault: string): void {
    this.#state = "ended";
    const { log, ended, solo } = this.#options;
    if (fault) {
      const facts = { host: this.pid, reason: fault, attempts: this.#running.size, solo };
      log.error(facts, this.#started ? "handler host lost" : "handler host did not start");
    }
    this.#resolveLost(`handler host lost: ${fault || "it was stopped"}`);
    this.#gone.resolve();
    ended(this, { failed: fault !== "" && !this.#started });
  }

  #resolveLost(error: string): void {
    // Attempts that were never sent cannot have caused it.
    for (const { key } of this.#outbox.splice(0)) this.#resolve(key, { kind: "not_started" });
    const keys = [...this.#running.keys()];
    const alone = this.#options.solo || (keys.length === 1 && !this.#hasLeftovers());
    for (const key of keys) this.#resolve(key, { kind: "host_lost", error, alone });
  }

  /** Whether something that an earlier attempt left behind, such as a timer, may have caused it. */
  #hasLeftovers(): boolean {
    return this.#abandoned > 0 || this.#options.monotonic() - this.#endedAt < LEFTOVER_MS;
  }
}

/** Bodies and headers of an attempt, in bytes. */
export function jobBytes({ event }: HostJob): number {
  return event.body.length + event.headers.length;
}
