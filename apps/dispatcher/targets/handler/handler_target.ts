import { performance } from "node:perf_hooks";
import { RESOLVE_HOOK_URL } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import type { ReceivedEvent } from "@hookgate/types";
import { leavingHeaders } from "../../headers/leaving_headers.ts";
import type { ClaimedDelivery } from "../../store/contract/deliveries.ts";
import type {
  DeliveryTarget,
  Room,
  SubscriptionOf,
  TargetAttempt,
  TargetAttemptOptions,
  TargetResult,
} from "../target.ts";
import { Culprits } from "./culprits.ts";
import type { HostJob } from "./handler_host.ts";
import { HandlerHosts } from "./handler_hosts.ts";

/** How often hosts are looked after, in milliseconds. */
const TICK_MS = 100;

/** Options for {@linkcode HandlerTarget}. */
export interface HandlerTargetOptions {
  hosts: {
    /** Shared hosts. */
    count: number;
    /** Resident size past which a host is killed, in bytes. */
    memoryBytesMax: number;
  };
  log: Log;
  /** The headers of an event that may leave, as a block. @default {leavingHeaders, without own recipes} */
  headersOf?: (event: ReceivedEvent) => Uint8Array;
  /** Where the handlers' standard output and error go. @default {"inherit"} */
  output?: "inherit" | "ignore";
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
}

/**
 * Delivers to handlers, in handler hosts. Most attempts share hosts; those that may kill theirs run one at a time in a
 * host of their own, known culprits apart from mere suspects, so that nobody innocent waits behind an endless loop.
 */
export class HandlerTarget implements DeliveryTarget<"handler"> {
  readonly #shared: HandlerHosts;
  readonly #suspects: HandlerHosts;
  readonly #guilty: HandlerHosts;
  readonly #culprits: Culprits;
  readonly #headersOf: (event: ReceivedEvent) => Uint8Array;
  readonly #monotonic: () => number;
  readonly #ticker: NodeJS.Timeout;
  #tickedAt: number;

  constructor(options: HandlerTargetOptions) {
    const { hosts, log } = options;
    const {
      output = "inherit",
      monotonic = () => performance.now(),
      random = Math.random,
    } = options;
    const { count, memoryBytesMax } = hosts;
    const resolveHookUrl = RESOLVE_HOOK_URL;
    const settings = { memoryBytesMax, resolveHookUrl, output, monotonic, random, log };
    this.#shared = new HandlerHosts({ ...settings, count, solo: false });
    this.#suspects = new HandlerHosts({ ...settings, count: 1, solo: true });
    this.#guilty = new HandlerHosts({ ...settings, count: 1, solo: true });
    this.#culprits = new Culprits(monotonic);
    this.#headersOf = options.headersOf ?? ((event) => leavingHeaders(event, []));
    this.#monotonic = monotonic;
    this.#tickedAt = monotonic();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Process ids of the hosts that live. */
  get pids(): number[] {
    return this.#pools.flatMap(({ pids }) => pids);
  }

  room({ concurrency }: SubscriptionOf<"handler">, running: Room): Room {
    return { deliveries: concurrency - running.deliveries, bytes: Number.POSITIVE_INFINITY };
  }

  async attempt(
    { delivery, event }: ClaimedDelivery,
    { name, target, timeoutMs }: SubscriptionOf<"handler">,
    { number, alone }: TargetAttemptOptions,
  ): Promise<TargetAttempt> {
    const { id, source, provider, type, receivedAt, body } = event;
    const headers = this.#headersOf(event);
    const job: HostJob = {
      path: target.path,
      timeoutMs,
      deliveryId: delivery.id,
      number,
      event: { id, source, provider, type, receivedAt, headers, body },
    };
    const hosts = this.#hostsOf(name, alone);
    const result = await new Promise<TargetResult>((resolve) => {
      hosts.run({ job, subscription: name, resolve });
    });
    if (result.kind === "host_lost" && result.alone) this.#blame(name);
    const harmless = result.kind === "succeeded" || result.kind === "failed";
    // What was in a shared host at the time proves nothing.
    if (harmless && hosts !== this.#shared) this.#culprits.clear(name);
    return { result };
  }

  /** Replaces all hosts, so that handler modules are imported anew; called after a reload. What runs goes on. */
  renew(): void {
    for (const pool of this.#pools) pool.renew();
  }

  async close({ graceMs }: { graceMs: number }): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close({ graceMs })));
    clearInterval(this.#ticker);
  }

  get #pools(): HandlerHosts[] {
    return [this.#shared, this.#suspects, this.#guilty];
  }

  #hostsOf(subscription: string, alone: boolean): HandlerHosts {
    if (this.#culprits.has(subscription)) return this.#guilty;
    return alone ? this.#suspects : this.#shared;
  }

  #blame(subscription: string): void {
    this.#culprits.add(subscription);
    // Those that still wait would each hold up the innocent as long as this one did.
    for (const waiting of this.#suspects.withdraw(subscription)) this.#guilty.run(waiting);
  }

  #tick(): void {
    const now = this.#monotonic();
    const elapsedMs = now - this.#tickedAt;
    this.#tickedAt = now;
    for (const pool of this.#pools) pool.tick(elapsedMs);
  }
}
