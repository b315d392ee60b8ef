import { reconnectDelayMs } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import { type HostJob, jobBytes, type WaitingJob } from "./given_jobs.ts";
import { HandlerHost, type HostEnd } from "./handler_host.ts";
import type { Accusation } from "./host_blame.ts";
import type { HostProcessSettings } from "./host_process.ts";

/** Attempts that a shared host has at once. */
const ATTEMPTS_PER_HOST_MAX = 1_024;

/** Share of a host's memory that bodies and headers may take: parsed, they are several times as large. */
export const BYTES_SHARE = 1 / 16;

/** Waits between hosts that fail to start, in milliseconds. */
const RESPAWN = { baseMs: 100, maxMs: 10_000 };

/** Waits between hosts that are lost one after the other, in milliseconds. */
const RESPAWN_LOST = { baseMs: 500, maxMs: 5_000 };

/**
 * Waits between hosts of a subscription kept apart that are lost before they ended any attempt, in milliseconds: it has nothing to gain, and
 * would burn a core.
 */
const RESPAWN_BARREN = { baseMs: 10_000, maxMs: 60_000 };

/** Without a loss for this long, in milliseconds, the next host is started at once again. */
const LOSSES_FORGOTTEN_MS = 10_000;

/** A handler has a host of its own as long as a pool needs no more than so many times its `count` for that. */
const OWN_HOSTS_FACTOR = 2;

/**
 * Time with all its hosts until a pool starts one more than `count`, in milliseconds: when a host is lost or blocked others are started at
 * once, and need the processor.
 */
const GROW_AFTER_MS = 1_000;

/** What a reload may change of a pool. */
export interface HostSettings {
  /** Hosts that accept attempts at the same time; twice as many where that gives each subscription its own. */
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
  /** Called when a host has imported a handler's file, with the SHA-256 of that. */
  imported: (path: string, sha256: string) => void;
  /** Called when a host was harmed. */
  accuse: (accusation: Accusation) => void;
  /** Called when a host is harmed, with the subscriptions of which one may do so, and with none after that. */
  suspected: (host: HandlerHost, subscriptions: ReadonlySet<string>) => void;
  /** Called with attempts that a host was given and does not start. */
  recalled: (waiting: readonly WaitingJob[]) => void;
  /** A monotonic clock, in milliseconds. */
  monotonic: () => number;
  /** Source of randomness in [0, 1). */
  random: () => number;
  log: Log;
}

/**
 * A pool of handler hosts. Hosts that end are replaced; attempts that do not fit wait here, in order. Each subscription has
 * a home, the host that runs its attempts as long as that keeps up: what harms it then harms few others. It shares it only where there are
 * many subscriptions, and then one host more is kept ready to take the place of one that is lost.
 */
export class HandlerHosts {
  #options: HandlerHostsOptions;
  readonly #hosts = new Set<HandlerHost>();
  #queue: WaitingJob[] = [];
  readonly #homes = new Map<string, HandlerHost>();
  /** Those that are given attempts. */
  #openHosts: readonly HandlerHost[] = [];
  /** The one that is kept ready. */
  #spare: HandlerHost | null = null;
  /** Hosts to have. */
  #size: number;
  /** For how long there have been as many, in milliseconds. */
  #completeMs = 0;
  #failedStarts = 0;
  #losses = 0;
  /** Those of hosts that ended no attempt. */
  #barrenLosses = 0;
  #lostAt = Number.NEGATIVE_INFINITY;
  #respawn: NodeJS.Timeout | null = null;
  #closed = false;

  constructor(options: HandlerHostsOptions) {
    this.#options = options;
    this.#size = options.count;
  }

  /** Starts the hosts. Without it they start with the first attempt. */
  start(): void {
    this.#spawn();
  }

  /** Process ids of the hosts that run. */
  get pids(): number[] {
    return [...this.#hosts].flatMap(({ pid }) => (pid === undefined ? [] : [pid]));
  }

  /** Attempts that wait or run. */
  get attempts(): number {
    let attempts = this.#queue.length;
    for (const host of this.#hosts) attempts += host.running;
    return attempts;
  }

  /** Sends an attempt to a host, or keeps it until one has room. */
  run(waiting: WaitingJob): void {
    if (this.#closed) {
      waiting.resolve({ kind: "not_started" });
      return;
    }
    this.#queue.push(waiting);
    this.#fill();
  }

  /** Removes the attempts that wait here and of these subscriptions, and returns them. */
  withdraw(isOf: (subscription: string) => boolean): WaitingJob[] {
    const { withdrawn = [], kept = [] } = Object.groupBy(this.#queue, (waiting) =>
      isOf(waiting.job.subscription) ? "withdrawn" : "kept",
    );
    this.#queue = kept;
    return withdrawn;
  }

  /** A subscription runs elsewhere from now on. */
  forget(subscription: string): void {
    this.#homes.delete(subscription);
  }

  /** Checks on all hosts. */
  tick(elapsedMs: number): void {
    for (const host of this.#hosts) host.tick(elapsedMs);
    if (this.#open().length < this.#size) return;
    this.#completeMs += elapsedMs;
    if (this.#completeMs < GROW_AFTER_MS || this.#size >= this.#sizeMax()) return;
    this.#completeMs = 0;
    this.#size += 1;
    this.#spawn();
  }

  /** Replaces all hosts, so that modules are imported again, with these settings. The old ones finish what they run. */
  renew(settings: Partial<HostSettings> = {}): void {
    this.#options = { ...this.#options, ...settings };
    this.#barrenLosses = 0;
    const waited = this.#stopWaiting();
    for (const host of [...this.#hosts]) host.retire();
    if (waited) this.#fill();
  }

  /** Starts nothing more, waits `graceMs` for what runs, interrupts the rest, ends all hosts. */
  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closed = true;
    this.#stopWaiting();
    for (const { resolve } of this.#queue.splice(0)) resolve({ kind: "not_started" });
    await Promise.all([...this.#hosts].map((host) => host.close({ graceMs })));
  }

  #fill(): void {
    this.#noteOpenHosts();
    let waiting = this.#queue[0];
    while (waiting) {
      const host = this.#hostFor(waiting.job);
      if (!host) break;
      this.#queue.shift();
      host.run(waiting);
      waiting = this.#queue[0];
    }
    this.#spawn();
    this.#retireSurplus();
  }

  /**
   * The home of its subscription, or where its module is until it is there, too; if that has no time left or no room, the host with the
   * fewest attempts. What runs in one that outgrows its memory stays there, and what runs elsewhere does not come there.
   */
  #hostFor(job: HostJob): HandlerHost | null {
    this.#spare?.prepare(job);
    const home = this.#homeOf(job.subscription);
    const isStrained = home?.saturated && !home.outgrowing;
    if (home && !isStrained && this.#fits(home, job)) {
      return home.has(job.path) ? home : (this.#elsewhere(home, job) ?? home);
    }
    const fitting = this.#openHosts.filter((host) => this.#fits(host, job));
    const sound = fitting.filter(({ outgrowing }) => !outgrowing);
    return least(sound.length > 0 ? sound : fitting, ({ running }) => running);
  }

  /** A host that has the module, while its new home imports it. */
  #elsewhere(home: HandlerHost, job: HostJob): HandlerHost | null {
    const others = this.#openHosts.filter((host) => host.has(job.path) && !host.outgrowing);
    if (others.length === 0) return null;
    home.prepare(job);
    return others.find((host) => this.#fits(host, job)) ?? null;
  }

  /** Where a subscription is at home. */
  #homeOf(subscription: string): HandlerHost | null {
    const known = this.#homes.get(subscription);
    if (known && this.#openHosts.includes(known)) return known;
    const home = this.#leastTaken();
    if (home) this.#homes.set(subscription, home);
    return home;
  }

  /** Where the fewest are at home. */
  #leastTaken(): HandlerHost | null {
    return least(this.#openHosts, (host) => this.#homesAt(host));
  }

  #homesAt(host: HandlerHost): number {
    return [...this.#homes.values()].filter((one) => one === host).length;
  }

  /** Those that share a home move to a host that has just opened. */
  #noteOpenHosts(): void {
    // Of those beyond `count` none is replaced before it has been quiet.
    const usable = this.#usable().length;
    this.#size = Math.max(this.#options.count, Math.min(this.#size, usable, this.#sizeMax()));
    const all = this.#open();
    const open = all.slice(0, this.#ownHostsMax());
    this.#spare = all[open.length] ?? null;
    const opened = open.some((host) => !this.#openHosts.includes(host));
    this.#openHosts = open;
    if (all.length < this.#size) this.#completeMs = 0;
    if (!opened) return;
    const share = Math.ceil(this.#homes.size / open.length);
    const kept = new Map<HandlerHost, number>();
    for (const [subscription, host] of this.#homes) {
      const count = (kept.get(host) ?? 0) + 1;
      kept.set(host, count);
      if (count > share) this.#homes.set(subscription, this.#leastTaken() ?? host);
    }
  }

  #fits(host: HandlerHost, job: HostJob): boolean {
    if (host.running === 0) return true;
    const { solo, memoryBytesMax } = this.#options;
    const hasPlace = host.running < (solo ? 1 : ATTEMPTS_PER_HOST_MAX);
    return hasPlace && host.bytes + jobBytes(job) <= memoryBytesMax * BYTES_SHARE;
  }

  #spawn(): void {
    const { log, solo } = this.#options;
    // How one that runs alone ends decides when the next one starts.
    const present = solo ? this.#hosts.size : this.#usable().length;
    const missing = this.#wanted() - present;
    for (let count = 0; count < missing && !this.#closed && !this.#respawn; count += 1) {
      try {
        this.#hosts.add(this.#start());
      } catch (error) {
        // For example, there is no memory for another process.
        log.error({ err: error }, "handler host did not start");
        this.#spawnLater();
      }
    }
  }

  /** Hosts to have now: one more while all are blocked. */
  #wanted(): number {
    const { solo, count } = this.#options;
    if (solo) return Math.min(count, this.attempts);
    const usable = this.#usable();
    const allBlocked = usable.length > 0 && usable.every((host) => host.blocked);
    return allBlocked ? usable.length + 1 : this.#size;
  }

  /** Hosts to have in the long run: one for each subscription, or as many as may be and one that is kept ready. */
  #sizeMax(): number {
    const ownMax = this.#ownHostsMax();
    return this.#homes.size > ownMax ? ownMax + 1 : Math.max(this.#options.count, this.#homes.size);
  }

  #ownHostsMax(): number {
    return this.#options.count * OWN_HOSTS_FACTOR;
  }

  #usable(): HandlerHost[] {
    return [...this.#hosts].filter((host) => host.usable);
  }

  #open(): HandlerHost[] {
    return [...this.#hosts].filter((host) => host.open);
  }

  /** Ends the host that was started while all others were blocked, or one where the fewest are at home. */
  #retireSurplus(): void {
    const open = this.#open();
    if (this.#options.solo || open.length <= this.#size) return;
    const weight = (host: HandlerHost) =>
      this.#homesAt(host) * ATTEMPTS_PER_HOST_MAX + host.running;
    least(open, weight)?.retire();
  }

  #start(): HandlerHost {
    return new HandlerHost({
      ...this.#options,
      changed: () => this.#fill(),
      ended: (host, end) => {
        this.#hosts.delete(host);
        if (!end.started && end.failed) this.#spawnLater();
        else this.#failedStarts = 0;
        if (end.started && end.failed) this.#noteLoss(end);
        this.#fill();
      },
    });
  }

  #spawnLater(): void {
    this.#failedStarts += 1;
    this.#spawnIn(RESPAWN, this.#failedStarts);
  }

  /** The first one that is lost is replaced at once, and so is one if what harmed it does not come back. */
  #noteLoss({ blamed, barren }: HostEnd): void {
    const { solo, monotonic } = this.#options;
    if (blamed && !solo) return;
    const now = monotonic();
    this.#losses = now - this.#lostAt < LOSSES_FORGOTTEN_MS ? this.#losses + 1 : 0;
    this.#lostAt = now;
    this.#barrenLosses = barren ? this.#barrenLosses + 1 : 0;
    if (solo && this.#barrenLosses > 1) this.#spawnIn(RESPAWN_BARREN, this.#barrenLosses - 1);
    else if (this.#losses > 0) this.#spawnIn(RESPAWN_LOST, this.#losses);
  }

  /** The next host may start at once. Returns whether it had to wait. */
  #stopWaiting(): boolean {
    if (!this.#respawn) return false;
    clearTimeout(this.#respawn);
    this.#respawn = null;
    return true;
  }

  #spawnIn(waits: { baseMs: number; maxMs: number }, failures: number): void {
    if (this.#closed || this.#respawn) return;
    const { random } = this.#options;
    this.#respawn = setTimeout(
      () => {
        this.#respawn = null;
        this.#fill();
      },
      reconnectDelayMs(failures, { ...waits, random }),
    );
  }
}

/** The host for which a number is least; null if there is none. */
function least(
  hosts: readonly HandlerHost[],
  numberOf: (host: HandlerHost) => number,
): HandlerHost | null {
  let best: HandlerHost | null = null;
  for (const host of hosts) {
    if (!best || numberOf(host) < numberOf(best)) best = host;
  }
  return best;
}
