import { performance } from "node:perf_hooks";
import { RESOLVE_HOOK_URL } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import type { ReceivedEvent } from "@hookgate/types";
import { leavingHeaders } from "../../headers/leaving_headers.ts";
import type { ClaimedDelivery } from "../../store/contract/deliveries.ts";
import {
  type DeliveryTarget,
  type Room,
  type SubscriptionOf,
  spanErrorOf,
  type TargetAttempt,
  type TargetAttemptOptions,
} from "../target.ts";
import type { HostJob, WaitingJob } from "./given_jobs.ts";
import type { HandlerHost } from "./handler_host.ts";
import {
  BYTES_SHARE,
  HandlerHosts,
  type HandlerHostsOptions,
  type HostSettings,
} from "./handler_hosts.ts";
import { HandlerPace } from "./handler_pace.ts";
import type { Accusation } from "./host_blame.ts";
import type { HandlerOutput } from "./host_process.ts";
import { KeptApart, type Place } from "./kept_apart.ts";

/** Between two checks of the hosts, in milliseconds. */
const TICK_MS = 100;

/**
 * Pools for subscriptions kept apart that have a process; with more, several subscriptions share one. Those that wait until their next
 * host may start are not counted: what is healthy would wait along with them.
 */
const APART_POOLS_MAX = 8;

/** Hosts of a pool that runs one attempt at a time, and fewer than there are shared ones: each may burn a core. */
const SOLO_HOSTS_MAX = 2;

/** A pool that has been idle for this long, in milliseconds, is closed. */
const APART_IDLE_MS = 30_000;

/** Options for {@linkcode HandlerTarget}. */
export interface HandlerTargetOptions {
  /** `count` is that of shared hosts. */
  hosts: HostSettings;
  log: Log;
  /** The headers of an event that may leave, as a block. @default {leavingHeaders, without own recipes} */
  headersOf?: (event: ReceivedEvent) => Uint8Array;
  /** Called when a handler's file was imported, with its SHA-256. @default {nothing is done} */
  imported?: (path: string, sha256: string) => void;
  /** Where the handlers' standard output and error go. @default {null} they are dropped */
  output?: HandlerOutput | null;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
}

/** A pool for what is kept apart. */
interface ApartPool {
  subscription: string;
  place: Exclude<Place, "shared">;
  hosts: HandlerHosts;
  idleSince: number;
}

interface Job extends WaitingJob {
  /** Whether its delivery may harm its host. */
  alone: boolean;
  /** Whether it runs in the shared hosts. */
  shared: boolean;
}

/**
 * Delivers to handlers, in handler hosts. Most attempts share hosts. A subscription that harmed one, or may have, has a
 * host of its own, and so does a single delivery that may: nothing else waits for it.
 */
export class HandlerTarget implements DeliveryTarget<"handler"> {
  readonly #options: Omit<HandlerHostsOptions, "count" | "solo" | "yields">;
  #hosts: HostSettings;
  readonly #shared: HandlerHosts;
  readonly #apartPools = new Map<string, ApartPool>();
  readonly #apart: KeptApart;
  /** Of harmed hosts, as long as it is not known who harms them. */
  readonly #suspects = new Map<HandlerHost, ReadonlySet<string>>();
  /** Attempts of suspects. */
  #held: Job[] = [];
  readonly #pace = new HandlerPace();
  readonly #headersOf: (event: ReceivedEvent) => Uint8Array;
  readonly #monotonic: () => number;
  readonly #ticker: NodeJS.Timeout;
  readonly #closing = new Set<Promise<void>>();
  #closed = false;
  #tickedAt: number;

  constructor(options: HandlerTargetOptions) {
    const { hosts, log } = options;
    const { output = null, monotonic = () => performance.now(), random = Math.random } = options;
    const { memoryBytesMax, env } = hosts;
    this.#hosts = hosts;
    this.#options = {
      ...{ memoryBytesMax, env, resolveHookUrl: RESOLVE_HOOK_URL, output, monotonic, random, log },
      imported: options.imported ?? (() => {}),
      accuse: (accusation) => this.#accuse(accusation),
      suspected: (host, subscriptions) => this.#suspect(host, subscriptions),
      recalled: (waiting) => {
        for (const one of waiting) this.#run(one as Job);
      },
    };
    const shared = { count: hosts.count, solo: false, yields: false };
    this.#shared = new HandlerHosts({ ...this.#options, ...shared });
    this.#apart = new KeptApart(monotonic);
    this.#headersOf = options.headersOf ?? ((event) => leavingHeaders(event, []));
    this.#monotonic = monotonic;
    this.#tickedAt = monotonic();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Process ids of the hosts that run. */
  get pids(): number[] {
    return this.#pools.flatMap(({ pids }) => pids);
  }

  /** Starts the shared hosts, so that the first attempt does not wait for them. */
  start(): void {
    this.#shared.start();
  }

  room({ name, concurrency }: SubscriptionOf<"handler">, running: Room): Room {
    const atOnce = concurrency ?? this.#pace.atOnce(name);
    const bytesMax = this.#hosts.memoryBytesMax * BYTES_SHARE;
    return { deliveries: atOnce - running.deliveries, bytes: bytesMax - running.bytes };
  }

  async attempt(
    { delivery, event }: ClaimedDelivery,
    { name, target, timeoutMs }: SubscriptionOf<"handler">,
    { number, alone, startPart }: TargetAttemptOptions,
  ): Promise<TargetAttempt> {
    const { id, source, provider, type, receivedAt, body, flags } = event;
    const headers = this.#headersOf(event);
    const span = startPart?.(`handle ${name}`, { attributes: { "hookgate.subscription": name } });
    const job: HostJob = {
      subscription: name,
      path: target.path,
      timeoutMs,
      deliveryId: delivery.id,
      number,
      ...(span && { traceparent: span.traceparent }),
      ...(span && span.tracestate !== "" && { tracestate: span.tracestate }),
      event: { id, source, provider, type, receivedAt, headers, body, flags },
    };
    const { promise, resolve } = Promise.withResolvers<TargetAttempt>();
    const waiting: Job = {
      ...{ job, alone, shared: true },
      ...(span && { begun: (atMs: number) => span.note("begun", atMs) }),
      resolve: (result, place) => resolve({ result, place }),
    };
    const startedAt = this.#monotonic();
    this.#run(waiting);
    const attempted = await promise;
    const { result } = attempted;
    span?.end({ error: spanErrorOf(result) });
    this.#pace.noteEnded(name, this.#monotonic() - startedAt);
    const isSafe = result.kind === "succeeded" || result.kind === "failed";
    // Attempts in a shared host prove nothing.
    if (isSafe && !waiting.shared) this.#apart.noteSafeAttempt(name);
    return attempted;
  }

  /**
   * Replaces all hosts after a reload, so that handler modules are imported again, with these settings. The old ones
   * finish what they run.
   */
  renew(hosts: Partial<HostSettings> = {}): void {
    this.#hosts = { ...this.#hosts, ...hosts };
    this.#shared.renew(hosts);
    const { count: _, ...settings } = hosts;
    for (const pool of this.#apartPools.values()) pool.hosts.renew(settings);
  }

  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closed = true;
    this.#release();
    await Promise.all(this.#pools.map((pool) => pool.close({ graceMs })));
    await Promise.all(this.#closing);
    clearInterval(this.#ticker);
  }

  get #pools(): HandlerHosts[] {
    return [this.#shared, ...[...this.#apartPools.values()].map(({ hosts }) => hosts)];
  }

  #run(waiting: Job): void {
    if (this.#mayHarm(waiting)) {
      this.#held.push(waiting);
      return;
    }
    const pool = this.#poolOf(waiting);
    waiting.shared = pool === this.#shared;
    pool.run(waiting);
  }

  #poolOf({ job: { subscription }, alone }: Job): HandlerHosts {
    const place = alone ? "solo" : this.#apart.placeOf(subscription);
    if (place === "shared" || this.#closed) return this.#shared;
    return this.#apartPool(subscription, place).hosts;
  }

  #mayHarm({ job: { subscription }, alone }: Job): boolean {
    if (this.#suspects.size === 0 || alone || this.#closed) return false;
    return [...this.#suspects.values()].some((subscriptions) => subscriptions.has(subscription));
  }

  #suspect(host: HandlerHost, subscriptions: ReadonlySet<string>): void {
    if (subscriptions.size === 0) this.#suspects.delete(host);
    else this.#suspects.set(host, subscriptions);
    for (const subscription of subscriptions) this.#moveWaiting(subscription);
    this.#release();
  }

  /** Runs what was held; what is suspected still, or for something else, is held again. */
  #release(): void {
    for (const waiting of this.#held.splice(0)) this.#run(waiting);
  }

  #moveWaiting(subscription: string): void {
    for (const pool of this.#pools) {
      for (const waiting of pool.withdraw((one) => one === subscription)) this.#run(waiting as Job);
    }
  }

  /** Runs elsewhere what shared a pool whose host was lost, and whose next one may be long in coming. */
  #moveGuests(): void {
    for (const { subscription, hosts } of this.#apartPools.values()) {
      if (hosts.pids.length > 0) continue;
      for (const guest of hosts.withdraw((one) => one !== subscription)) this.#run(guest as Job);
    }
  }

  #apartPool(subscription: string, place: ApartPool["place"]): ApartPool {
    const key = `${place} ${subscription}`;
    const known = this.#apartPools.get(key);
    if (known) return known;
    if (this.#runningPools().length >= APART_POOLS_MAX) {
      this.#closeIdle(0);
      const pools = this.#runningPools();
      const alike = pools.filter((pool) => pool.place === place);
      const [least] = (alike.length > 0 ? alike : pools).toSorted(
        (a, b) => a.hosts.attempts - b.hosts.attempts,
      );
      if (least && pools.length >= APART_POOLS_MAX) return least;
    }
    const solo = place === "solo";
    const count = solo ? Math.max(1, Math.min(SOLO_HOSTS_MAX, this.#hosts.count - 1)) : 1;
    const { memoryBytesMax, env } = this.#hosts;
    const apart = { memoryBytesMax, env, count, solo, yields: true };
    const hosts = new HandlerHosts({ ...this.#options, ...apart });
    hosts.start();
    const pool = { subscription, place, hosts, idleSince: this.#monotonic() };
    this.#apartPools.set(key, pool);
    return pool;
  }

  #runningPools(): ApartPool[] {
    return [...this.#apartPools.values()].filter(({ hosts }) => hosts.pids.length > 0);
  }

  #accuse({ subscriptions, certain, reason }: Accusation): void {
    if (this.#closed) return;
    for (const subscription of subscriptions) {
      const apartMs = this.#apart.add(subscription, { certain });
      const facts = { subscription, reason, atFault: certain, apartMs };
      this.#options.log.warn(facts, "subscription has a handler host of its own for a while");
      for (const pool of this.#pools) pool.forget(subscription);
      // What still waits would hold up others as long as this did, or take another host down.
      this.#moveWaiting(subscription);
      const place = this.#apart.placeOf(subscription);
      if (place === "own") this.#apartPool(subscription, place);
    }
  }

  /** Closes the pools that have been idle for so long. */
  #closeIdle(idleMs: number): void {
    const now = this.#monotonic();
    for (const [key, pool] of this.#apartPools) {
      if (pool.hosts.attempts > 0) pool.idleSince = now;
      if (pool.hosts.attempts > 0 || now - pool.idleSince < idleMs) continue;
      this.#apartPools.delete(key);
      const closing = pool.hosts.close({ graceMs: 0 });
      this.#closing.add(closing);
      void closing.then(() => this.#closing.delete(closing));
    }
  }

  #tick(): void {
    const now = this.#monotonic();
    const elapsedMs = now - this.#tickedAt;
    this.#tickedAt = now;
    for (const pool of this.#pools) pool.tick(elapsedMs);
    this.#moveGuests();
    this.#closeIdle(APART_IDLE_MS);
    this.#pace.tick(elapsedMs);
  }
}
