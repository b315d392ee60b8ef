import { reconnectDelayMs } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { TargetResult } from "../target.ts";
import { HandlerHost, type HostJob, jobBytes } from "./handler_host.ts";
import type { HostProcessSettings } from "./host_process.ts";

/** Attempts that a shared host has at once. */
const ATTEMPTS_PER_HOST_MAX = 1_024;

/** Share of a host's memory that bodies and headers may take: parsed, they are several times as large. */
const BYTES_SHARE = 1 / 16;

/** Waits between hosts that fail to start, in milliseconds. */
const RESPAWN = { baseMs: 100, maxMs: 10_000 };

/** What a reload may change of a pool. */
export interface HostSettings {
  /** Hosts that accept attempts at the same time. */
  count: number;
  /** Resident size above which a host is killed, in bytes. */
  memoryBytesMax: number;
  /** The whole environment of a host. */
  env: Readonly<Record<string, string>>;
}

/** Options for {@linkcode HandlerHosts}. */
export interface HandlerHostsOptions extends HostSettings, HostProcessSettings {
  /** Its hosts run one attempt at a time, and start when there is one. */
  solo: boolean;
  /** A monotonic clock, in milliseconds. */
  monotonic: () => number;
  /** Source of randomness in [0, 1). */
  random: () => number;
  log: Log;
}

/** An attempt that waits for a host. */
export interface WaitingJob {
  job: HostJob;
  subscription: string;
  resolve: (result: TargetResult) => void;
}

/** A pool of handler hosts. Hosts that end are replaced; attempts that do not fit wait here, in order. */
export class HandlerHosts {
  #options: HandlerHostsOptions;
  readonly #hosts = new Set<HandlerHost>();
  #queue: WaitingJob[] = [];
  #failedStarts = 0;
  #respawn: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: HandlerHostsOptions) {
    this.#options = options;
    this.#spawn();
  }

  /** Process ids of the hosts that run. */
  get pids(): number[] {
    return [...this.#hosts].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Sends an attempt to the host with the fewest, or keeps it until one has room. */
  run(waiting: WaitingJob): void {
    if (this.#closed) {
      waiting.resolve({ kind: "not_started" });
      return;
    }
    this.#queue.push(waiting);
    this.#fill();
  }

  /** Removes the waiting attempts of a subscription and returns them. */
  withdraw(subscription: string): WaitingJob[] {
    const { withdrawn = [], kept = [] } = Object.groupBy(this.#queue, (waiting) =>
      waiting.subscription === subscription ? "withdrawn" : "kept",
    );
    this.#queue = kept;
    return withdrawn;
  }

  /** Checks on all hosts. */
  tick(elapsedMs: number): void {
    for (const host of this.#hosts) host.tick(elapsedMs);
  }

  /** Replaces all hosts, so that modules are imported again, with these settings. The old ones finish what they run. */
  renew(settings: Partial<HostSettings> = {}): void {
    this.#options = { ...this.#options, ...settings };
    for (const host of [...this.#hosts]) host.retire();
  }

  /** Starts nothing more, waits `graceMs` for what runs, interrupts the rest, ends all hosts. */
  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closed = true;
    if (this.#respawn) clearTimeout(this.#respawn);
    for (const { resolve } of this.#queue.splice(0)) resolve({ kind: "not_started" });
    await Promise.all([...this.#hosts].map((host) => host.close({ graceMs })));
  }

  #fill(): void {
    for (;;) {
      const [waiting] = this.#queue;
      const host = waiting ? this.#roomiest(waiting.job) : null;
      if (!waiting || !host) break;
      this.#queue.shift();
      void host.run(waiting.job).then(waiting.resolve);
    }
    this.#spawn();
  }

  /** The host with the fewest attempts of those that have room for one more. */
  #roomiest(job: HostJob): HandlerHost | null {
    let best: HandlerHost | null = null;
    for (const host of this.#hosts) {
      if (!host.open || !this.#fits(host, job)) continue;
      if (!best || host.running < best.running) best = host;
    }
    return best;
  }

  #fits(host: HandlerHost, job: HostJob): boolean {
    if (host.running === 0) return true;
    const { solo, memoryBytesMax } = this.#options;
    const hasPlace = host.running < (solo ? 1 : ATTEMPTS_PER_HOST_MAX);
    return hasPlace && host.bytes + jobBytes(job) <= memoryBytesMax * BYTES_SHARE;
  }

  #spawn(): void {
    const { solo, count, log } = this.#options;
    if (solo && this.#queue.length === 0) return;
    let usable = [...this.#hosts].filter((host) => host.usable).length;
    for (; usable < count && !this.#closed && !this.#respawn; usable += 1) {
      try {
        this.#hosts.add(this.#start());
      } catch (error) {
        // For example, there is no memory for another process.
        log.error({ err: error }, "handler host did not start");
        this.#spawnLater();
      }
    }
  }

  #start(): HandlerHost {
    return new HandlerHost({
      ...this.#options,
      changed: () => this.#fill(),
      ended: (host, { failed }) => {
        this.#hosts.delete(host);
        if (failed) this.#spawnLater();
        else this.#failedStarts = 0;
        this.#fill();
      },
    });
  }

  #spawnLater(): void {
    this.#failedStarts += 1;
    if (this.#closed || this.#respawn) return;
    const { random } = this.#options;
    const delayMs = reconnectDelayMs(this.#failedStarts, { ...RESPAWN, random });
    this.#respawn = setTimeout(() => {
      this.#respawn = null;
      this.#fill();
    }, delayMs);
  }
}
