import type { Log } from "@hookgate/telemetry";
import type { TargetResult } from "../target.ts";
import { GivenJobs, type HostJob, type WaitingJob } from "./given_jobs.ts";
import { writeHandlerLine } from "./handler_lines.ts";
import {
  BEAT_MS,
  type Beat,
  type Culprit,
  type FromHost,
  type HostResult,
  type WatchReport,
} from "./handler_message.ts";
import {
  type Accusation,
  HostBlame,
  type LostAttempt,
  SMALL_SHARE,
  type Verdict,
} from "./host_blame.ts";
import { HostModules } from "./host_modules.ts";
import { HostProcess, type HostProcessSettings, STOP_MS_MAX } from "./host_process.ts";
import { HostProgress } from "./host_progress.ts";
import { LoopBlock } from "./loop_block.ts";

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

/** A host whose loop is busy for more of the time has none left for more attempts. */
const SATURATED_SHARE = 0.8;

/**
 * It has to be that busy for this long, in milliseconds, until others take from it: a handler that has begun to leak fills a
 * host in half a second, and must not be given a second one meanwhile.
 */
const SATURATED_MS = 1_000;

/** How a host has ended. */
export interface HostEnd {
  /** It was not stopped. */
  failed: boolean;
  /** It accepted attempts. */
  started: boolean;
  /** Somebody was accused of it, whose attempts run elsewhere from now on. */
  blamed: boolean;
  /** Not one attempt had ended in it. */
  barren: boolean;
}

/** Options for {@linkcode HandlerHost}. */
export interface HandlerHostOptions extends HostProcessSettings {
  /** It runs one attempt at a time, of subscriptions known to do harm: if it is lost, that attempt is at fault. */
  solo: boolean;
  /** A monotonic clock, in milliseconds. */
  monotonic: () => number;
  log: Log;
  /** Called when it has room, or accepts no more attempts. */
  changed: () => void;
  /** Called when it has imported a handler's file, with the SHA-256 of that; empty if it could not be read. */
  imported: (path: string, sha256: string) => void;
  /** Called when it was harmed. */
  accuse: (accusation: Accusation) => void;
  /**
   * Called when it is harmed, with the subscriptions of which one may do so, and with none once that is known or over. Meanwhile they
   * start nothing elsewhere: it would do harm there, too.
   */
  suspected: (host: HandlerHost, subscriptions: ReadonlySet<string>) => void;
  /** Called with attempts that it was given and does not start: they are made elsewhere. */
  recalled: (waiting: readonly WaitingJob[]) => void;
  /** Called once, when the process is gone. */
  ended: (host: HandlerHost, end: HostEnd) => void;
}

/** A handler host, seen from the dispatcher: sends it attempts, watches it, and settles what is lost with it. */
export class HandlerHost {
  readonly #options: HandlerHostOptions;
  readonly #process: HostProcess;
  readonly #jobs = new GivenJobs((attempts) => this.#process.send({ kind: "run", attempts }));
  readonly #modules: HostModules;
  readonly #gone = Promise.withResolvers<void>();
  #state: "starting" | "open" | "retiring" | "ended" = "starting";
  #started = false;
  /** No attempt has ended in it yet. */
  #barren = true;
  readonly #blame: HostBlame;
  readonly #progress = new HostProgress(this.#jobs.all);
  #silentMs = 0;
  /** While its loop is blocked. */
  #block: LoopBlock | null = null;
  /** It was killed because it was silent, and its watchdog was, too: the whole process stood still, which no handler does. */
  #stoodStill = false;
  /** Since when its loop turns and is busy nearly all of the time. */
  #busySince = Number.POSITIVE_INFINITY;
  #memoryShare = 0;
  #idle: (() => void) | null = null;

  constructor(options: HandlerHostOptions) {
    this.#options = options;
    this.#modules = new HostModules(options.monotonic);
    this.#blame = new HostBlame(options.monotonic);
    this.#process = new HostProcess({
      ...options,
      received: (message) => this.#receive(message),
      reported: (report) => this.#noteReport(report),
      ending: () => this.#noteEnding(),
      ended: (fault) => this.#end(fault),
    });
  }

  /** Process id; undefined if the process could not be started. */
  get pid(): number | undefined {
    return this.#process.pid;
  }

  /** Attempts that it runs. */
  get running(): number {
    return this.#jobs.all.size;
  }

  /** Their bodies and headers, in bytes. */
  get bytes(): number {
    return this.#jobs.bytes;
  }

  /** Whether it accepts attempts now. */
  get open(): boolean {
    return this.#state === "open" && !this.blocked;
  }

  /** Whether something blocks its loop now. */
  get blocked(): boolean {
    return this.#block !== null;
  }

  /** Whether its loop turns, but has no time left for more. */
  get saturated(): boolean {
    return this.#options.monotonic() - this.#busySince >= SATURATED_MS;
  }

  /** Whether it uses much of its memory: what runs there may be why, and is not spread to others. */
  get outgrowing(): boolean {
    return this.#memoryShare >= SMALL_SHARE;
  }

  /** Whether it accepts attempts, now or once it has started. */
  get usable(): boolean {
    return this.#state === "open" || this.#state === "starting";
  }

  /** Whether it has imported a module. */
  has(path: string): boolean {
    return this.#modules.has(path);
  }

  /** Has it import the module of an attempt that is made elsewhere for now. */
  prepare({ subscription, path }: HostJob): void {
    if (this.#modules.prepare(path)) this.#process.send({ kind: "prepare", subscription, path });
  }

  /** Makes an attempt. Those of one turn of the loop are sent together. */
  run(waiting: WaitingJob): void {
    this.#jobs.add(waiting);
  }

  /** Checks on it: called about every 100 ms with the time since the last call. */
  tick(elapsedMs: number): void {
    // If our own loop was blocked, its heartbeats have arrived but are not read yet.
    const ownMs = Math.min(elapsedMs, SILENCE_PER_TICK_MS_MAX);
    // And on a busy machine it waits for a core: no handler is to blame for that.
    const passedMs = Math.max(0, ownMs - this.#process.takeStarvedMs());
    this.#progress.pass(passedMs);
    this.#silentMs += passedMs;
    this.#block?.pass(passedMs);
    const fault = this.#progress.fault({ importing: this.#modules.importing });
    if (fault !== null) this.#process.kill(fault);
    const limitMs = this.#silenceMsMax();
    if (this.#silentMs >= limitMs) {
      this.#stoodStill = this.#started && !this.blocked;
      this.#process.kill(`its loop was blocked for ${limitMs} ms`);
    }
    if (this.#modules.retryDue) this.#replace("a module could not be imported");
    void this.#checkMemory();
  }

  /** Sends it no more attempts, and ends it when those it runs have ended. */
  retire(): void {
    if (!this.usable) return;
    this.#stopAccepting();
    if (this.running === 0) this.#process.stop();
  }

  /** Waits `graceMs` for what runs, interrupts the rest, ends the process. */
  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#stopAccepting();
    await this.#idleWithin(graceMs);
    if (this.running > 0) {
      this.#process.send({ kind: "abort" });
      await this.#idleWithin(STOP_MS_MAX);
    }
    for (const key of [...this.#jobs.all.keys()]) this.#resolve(key, { kind: "interrupted" });
    if (this.#state === "ended") return;
    this.#process.stop();
    await this.#gone.promise;
  }

  #receive(message: FromHost): void {
    this.#turn();
    switch (message.kind) {
      case "ready":
        this.#ready();
        break;
      case "beat":
        this.#beat(message);
        break;
      case "importing":
        this.#modules.noteImporting(message);
        break;
      case "imported":
        this.#modules.noteImported(message);
        this.#options.imported(message.path, message.sha256);
        break;
      case "output":
        for (const line of message.lines) writeHandlerLine(this.#options.log, line);
        for (const [key, result, begunAt] of message.results) {
          if (begunAt !== undefined) this.#jobs.all.get(key)?.begun?.(begunAt);
          this.#settle(key, result);
        }
        this.#options.changed();
        break;
      case "fatal":
        this.#blame.culprit = message.culprit;
        this.#process.noteFatalError(message.error);
        this.#noteEnding();
        break;
    }
  }

  /**
   * It ends, and how is known in a moment: until then those that may have ended it start nothing elsewhere. One that fails to start is
   * counted until it has ended, so that the next one starts after a wait.
   */
  #noteEnding(): void {
    if (!this.#started) return;
    const { solo, suspected } = this.#options;
    const isAwaited = this.usable || this.running > 0;
    if (isAwaited && !solo) suspected(this, new Set(this.#verdict().subscriptions));
    this.#stopAccepting();
  }

  #noteReport(report: WatchReport): void {
    if (this.#state === "ended") return;
    if (report.kind === "blocked") {
      this.#recall(report);
      return;
    }
    const culprit = report.kind === "called" ? this.#culpritOf(report.key) : report.culprit;
    if (culprit === null) return;
    if (this.#block === null) this.#blame.filler = culprit;
    else if (!this.#block.blockerFound) this.#noteBlocker(culprit);
  }

  #culpritOf(key: number): Culprit | null {
    const subscription = this.#jobs.all.get(key)?.job.subscription;
    return subscription === undefined ? null : { key, subscription };
  }

  /** Its loop is blocked: what it has not started is made elsewhere. */
  #recall({ started, loading }: { started: number; loading: boolean }): void {
    const recalled = this.#jobs.takeAfter(started);
    if (this.#block === null) this.#beginBlock({ loading });
    this.#process.send({ kind: "resume" });
    this.#options.recalled(recalled);
    this.#options.changed();
  }

  #beginBlock({ loading }: { loading: boolean }): void {
    const { solo, accuse, suspected } = this.#options;
    this.#block = new LoopBlock({
      loading,
      suspects: () => (solo ? [] : this.#verdict().subscriptions),
      suspected: (subscriptions) => suspected(this, subscriptions),
      accuse,
    });
    this.#block.begin();
  }

  /** If a handler blocks it, it ends when what runs there has ended, and until then takes no time from others. */
  #noteBlocker(culprit: Culprit): void {
    const { key, subscription } = culprit;
    this.#blame.culprit = culprit;
    const { solo } = this.#options;
    if (this.#modules.isImportOf(key)) {
      if (!solo) this.#block?.noteImport(subscription);
      return;
    }
    this.#block?.noteBlocker(subscription);
    if (solo) return;
    this.#process.yield();
    this.#replace("a handler blocks its loop");
  }

  /** Its loop turns: whoever was caught has gone on. */
  #turn(): void {
    this.#silentMs = 0;
    this.#blame.culprit = null;
    this.#blame.filler = null;
    if (!this.blocked) return;
    this.#endBlock();
    this.#options.changed();
  }

  #endBlock(): void {
    this.#block?.end();
    this.#block = null;
  }

  async #checkMemory(): Promise<void> {
    const memory = await this.#process.measureMemory();
    if (memory === null) return;
    this.#memoryShare = memory.share;
    this.#blame.noteSize(memory.share);
    const { outgrown, isCaught } = this.#blame;
    this.#blame.outgrown = memory.fault !== null;
    // The second time: what fills it without a turn of its loop is being asked for.
    if (memory.fault !== null && (outgrown || isCaught)) this.#process.kill(memory.fault);
  }

  #ready(): void {
    this.#started = true;
    if (this.#state !== "starting") return;
    this.#state = "open";
    this.#options.changed();
  }

  #beat({ abandoned, lagMs, busy, waitingFrom }: Beat): void {
    this.#blame.abandoned = abandoned;
    const isBusy = busy > SATURATED_SHARE && lagMs < BEAT_MS;
    const since = Math.min(this.#busySince, this.#options.monotonic());
    this.#busySince = isBusy ? since : Number.POSITIVE_INFINITY;
    this.#progress.noteStarted(waitingFrom);
    const slowed = abandoned > 0 && lagMs >= ABANDONED_LAG_MS_MAX;
    if (!this.usable || (abandoned <= ABANDONED_MAX && !slowed)) return;
    const reason = "handlers kept running after their timeout";
    this.#replace(reason);
    const { slowest } = this.#blame;
    if (slowest !== null) {
      this.#options.accuse({ subscriptions: [slowest], certain: false, reason });
    }
  }

  #settle(key: number, result: HostResult): void {
    const subscription = this.#jobs.all.get(key)?.job.subscription;
    if (subscription === undefined) return;
    this.#blame.noteEnded(subscription, { timedOut: result.kind === "timed_out" });
    this.#barren &&= result.kind === "timed_out";
    if (result.kind === "failed") {
      const { frame, ...failed } = result;
      this.#resolve(key, failed, frame);
      return;
    }
    if (result.kind !== "timed_out") {
      this.#resolve(key, result);
      return;
    }
    const { solo } = this.#options;
    const { error, blocked, starved } = result;
    // What keeps running there must not disturb the next attempt.
    if (solo) this.#replace("a handler kept running after its timeout");
    if (!starved && (solo || !blocked)) {
      this.#resolve(key, { kind: "timed_out", error });
      return;
    }
    const why = starved ? "had no core" : "was blocked by something";
    const reason = `${error}, and its handler host ${why} meanwhile`;
    this.#resolve(key, { kind: "host_lost", error: reason, alone: false });
  }

  #resolve(key: number, result: TargetResult, frame = ""): void {
    const waiting = this.#jobs.take(key);
    const fileSha256 = this.#modules.sha256Of(waiting?.job.path ?? "");
    waiting?.resolve(result, { frame, fileSha256 });
    if (this.running > 0) return;
    this.#idle?.();
    if (this.#state === "retiring") this.#process.stop();
  }

  /** How long it may be silent, in milliseconds. */
  #silenceMsMax(): number {
    if (!this.#started) return START_MS_MAX;
    // The time to import a module is not part of an attempt's timeout.
    if (this.#modules.importing && !this.#block?.blockerFound) return STALL_MS_MAX;
    let limitMs = STALL_MS_MAX;
    for (const { job } of this.#jobs.all.values()) limitMs = Math.min(limitMs, job.timeoutMs);
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
    if (this.running === 0) return Promise.resolve();
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
      const facts = { host: this.pid, reason: fault, attempts: this.running, solo };
      log.error(facts, this.#started ? "handler host lost" : "handler host did not start");
    }
    // Attempts that were never sent cannot have caused it.
    for (const key of this.#jobs.unsent()) this.#resolve(key, { kind: "not_started" });
    const blamed = this.#settleLost(fault);
    this.#endBlock();
    this.#options.suspected(this, new Set());
    this.#gone.resolve();
    ended(this, { failed: fault !== "", started: this.#started, blamed, barren: this.#barren });
  }

  /** Charges the one that ended it if that is known; otherwise those that may have are suspects. Returns whether anyone is. */
  #settleLost(fault: string): boolean {
    const error = `handler host lost: ${fault || "it was stopped"}`;
    const running = this.#lost();
    const verdict = this.#verdict();
    const { subscriptions, keys } = verdict;
    // One that blocked it until its end has done one harm, not two.
    if (fault && subscriptions.length > 0 && !this.#block?.blockerFound) {
      const certain = verdict.certain !== "nothing" && !this.#stoodStill;
      this.#options.accuse({ subscriptions, certain, reason: fault });
    }
    const alone = (verdict.certain === "attempt" || this.#options.solo) && !this.#stoodStill;
    for (const { key } of running) {
      const isSuspect = keys.has(key);
      this.#resolve(key, isSuspect ? { kind: "host_lost", error, alone } : { kind: "interrupted" });
    }
    return subscriptions.length > 0;
  }

  /** Who would have ended it if it ended now. */
  #verdict(): Verdict {
    return this.#blame.verdict(this.#lost(), { loading: this.#block?.loading ?? false });
  }

  /** What would be lost if it ended now. */
  #lost(): LostAttempt[] {
    return [...this.#jobs.all].map(([key, { job }]) => {
      const { subscription, path } = job;
      return { key, subscription, importing: this.#modules.isImporting(path) };
    });
  }
}
