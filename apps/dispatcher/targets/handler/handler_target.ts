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
import type { HostJob } from "./handler_host.ts";
import { HandlerHosts, type HostSettings } from "./handler_hosts.ts";
import type { HandlerOutput } from "./host_process.ts";
import { UnsafeSubscriptions } from "./unsafe_subscriptions.ts";

/** Between two checks of the hosts, in milliseconds. */
const TICK_MS = 100;

/** Options for {@linkcode HandlerTarget}. */
export interface HandlerTargetOptions {
  /** `count` is that of shared hosts. */
  hosts: HostSettings;
  log: Log;
  /** The headers of an event that may leave, as a block. @default {leavingHeaders, without own recipes} */
  headersOf?: (event: ReceivedEvent) => Uint8Array;
  /** Where the handlers' standard output and error go. @default {null} they are dropped */
  output?: HandlerOutput | null;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
}

/**
 * Delivers to handlers, in handler hosts. Most attempts share hosts. Those that may kill their host run one at a time in a
 * separate host, and subscriptions known to do so in another one, so that no harmless attempt waits for an endless loop.
 */
export class HandlerTarget implements DeliveryTarget<"handler"> {
  readonly #shared: HandlerHosts;
  readonly #suspects: HandlerHosts;
  readonly #unsafe: HandlerHosts;
  readonly #unsafeSubscriptions: UnsafeSubscriptions;
  readonly #headersOf: (event: ReceivedEvent) => Uint8Array;
  readonly #monotonic: () => number;
  readonly #ticker: NodeJS.Timeout;
  #tickedAt: number;

  constructor(options: HandlerTargetOptions) {
    const { hosts, log } = options;
    const { output = null, monotonic = () => performance.now(), random = Math.random } = options;
    const { count, memoryBytesMax, env } = hosts;
    const resolveHookUrl = RESOLVE_HOOK_URL;
    const settings = { memoryBytesMax, env, resolveHookUrl, output, monotonic, random, log };
    this.#shared = new HandlerHosts({ ...settings, count, solo: false });
    this.#suspects = new HandlerHosts({ ...settings, count: 1, solo: true });
    this.#unsafe = new HandlerHosts({ ...settings, count: 1, solo: true });
    this.#unsafeSubscriptions = new UnsafeSubscriptions(monotonic);
    this.#headersOf = options.headersOf ?? ((event) => leavingHeaders(event, []));
    this.#monotonic = monotonic;
    this.#tickedAt = monotonic();
    this.#ticker = setInterval(() => this.#tick(), TICK_MS);
  }

  /** Process ids of the hosts that run. */
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
    const { id, source, provider, type, receivedAt, body, flags } = event;
    const headers = this.#headersOf(event);
    const job: HostJob = {
      path: target.path,
      timeoutMs,
      deliveryId: delivery.id,
      number,
      event: { id, source, provider, type, receivedAt, headers, body, flags },
    };
    const hosts = this.#hostsOf(name, alone);
    const result = await new Promise<TargetResult>((resolve) => {
      hosts.run({ job, subscription: name, resolve });
    });
    if (result.kind === "host_lost" && result.alone) this.#markUnsafe(name);
    const isSafe = result.kind === "succeeded" || result.kind === "failed";
    // Attempts in a shared host prove nothing.
    if (isSafe && hosts !== this.#shared) this.#unsafeSubscriptions.noteSafeAttempt(name);
    return { result };
  }

  /**
   * Replaces all hosts after a reload, so that handler modules are imported again, with these settings. The old ones
   * finish what they run.
   */
  renew(hosts: Partial<HostSettings> = {}): void {
    const { count, ...settings } = hosts;
    this.#shared.renew(hosts);
    for (const pool of [this.#suspects, this.#unsafe]) pool.renew(settings);
  }

  async close({ graceMs }: { graceMs: number }): Promise<void> {
    await Promise.all(this.#pools.map((pool) => pool.close({ graceMs })));
    clearInterval(this.#ticker);
  }

  get #pools(): HandlerHosts[] {
    return [this.#shared, this.#suspects, this.#unsafe];
  }

  #hostsOf(subscription: string, alone: boolean): HandlerHosts {
    if (this.#unsafeSubscriptions.has(subscription)) return this.#unsafe;
    return alone ? this.#suspects : this.#shared;
  }

  #markUnsafe(subscription: string): void {
    this.#unsafeSubscriptions.add(subscription);
    // Each attempt that still waits would hold up other suspects as long as this one did.
    for (const waiting of this.#suspects.withdraw(subscription)) this.#unsafe.run(waiting);
  }

  #tick(): void {
    const now = this.#monotonic();
    const elapsedMs = now - this.#tickedAt;
    this.#tickedAt = now;
    for (const pool of this.#pools) pool.tick(elapsedMs);
  }
}
