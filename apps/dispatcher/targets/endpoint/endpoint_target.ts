import { performance } from "node:perf_hooks";
import { RunningClock } from "@hookgate/async";
import { type GuardedLookupOptions, isPublicAddress } from "@hookgate/outbound";
import type { EndSpanOptions, Log, SpanAttributes } from "@hookgate/telemetry";
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
  type TargetResult,
} from "../target.ts";
import type { BreakerState } from "./breaker.ts";
import { describeConnectionError, isOwnFault } from "./describe_connection_error.ts";
import {
  ConnectionPlaces,
  type ConnectionPlacesOptions,
  EndpointConnections,
} from "./endpoint_connections.ts";
import { endpointHeaders } from "./endpoint_headers.ts";
import { Gates } from "./gates.ts";
import { judgeAnswer } from "./judge_answer.ts";
import type { Answer } from "./post.ts";

/** Bodies of one subscription that are sent at once, in bytes. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

type Endpoint = SubscriptionOf<"endpoint">;

const NOT_STARTED: TargetAttempt = { result: { kind: "not_started" } };

/** Why an exchange is aborted. */
type AbortReason = "timed_out" | "interrupted";

/** Options for {@linkcode EndpointTarget}. */
export interface EndpointTargetOptions {
  /** Whether a host, as `hostOf` reads it from a URL, may have addresses that are not public. */
  allowsPrivate: (hostname: string) => boolean;
  /** Called when a subscription has room again although none of its attempts has ended. */
  wake: (subscription: string) => void;
  log: Log;
  /** The headers of an event that may leave, as a block. @default {leavingHeaders, without own recipes} */
  headersOf?: (event: ReceivedEvent) => Uint8Array;
  /** Called after every change of a breaker's state. */
  onBreaker?: (subscription: string, state: BreakerState) => void;
  /** Bounds of the connections in use. */
  places?: ConnectionPlacesOptions;
  /** Names to addresses. @default {dns.lookup} */
  lookup?: GuardedLookupOptions["lookup"];
  /** Certificates to trust, in PEM. @default {those of Node} */
  ca?: string;
  /** The wall clock, in milliseconds since 1970. @default {Date.now} */
  now?: () => number;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  monotonic?: () => number;
  /** Source of randomness in [0, 1). @default {Math.random} */
  random?: () => number;
}

/**
 * Delivers to HTTP endpoints: posts the exact bytes, signed, and reads the answer up to its limits. For each subscription
 * a breaker holds deliveries back while its endpoint is down, and a pace while the endpoint limits them.
 */
export class EndpointTarget implements DeliveryTarget<"endpoint"> {
  readonly #options: EndpointTargetOptions;
  readonly #connections: EndpointConnections;
  readonly #gates: Gates;
  readonly #places: ConnectionPlaces;
  /** Subscriptions that had room but found no free connection. */
  readonly #waiting = new Set<string>();
  readonly #running = new Map<AbortController, Promise<unknown>>();
  readonly #urls = new WeakMap<Endpoint["target"], URL | null>();
  readonly #headersOf: (event: ReceivedEvent) => Uint8Array;
  readonly #now: () => number;
  /** Timeouts are measured in it: a pause of this process is no fault of an endpoint's. */
  readonly #time: RunningClock;
  #closing = false;

  constructor(options: EndpointTargetOptions) {
    const { allowsPrivate, wake, log, onBreaker, lookup, ca } = options;
    const { monotonic = () => performance.now(), random = Math.random, now = Date.now } = options;
    this.#options = options;
    this.#headersOf = options.headersOf ?? ((event) => leavingHeaders(event, []));
    this.#now = now;
    this.#time = new RunningClock({ monotonic: () => performance.now() });
    this.#places = new ConnectionPlaces(() => this.#wakeWaiting(), options.places);
    this.#gates = new Gates({ wake, onBreaker, log, monotonic, random });
    const allows = (address: string, hostname: string) =>
      isPublicAddress(address) || allowsPrivate(hostname);
    this.#connections = new EndpointConnections({ allows, lookup, ca });
  }

  /** The state of a subscription's breaker. */
  breakerState(subscription: string): BreakerState {
    return this.#gates.state(subscription);
  }

  /** Until when an answer of its endpoint holds a subscription back, in milliseconds since 1970; null if none does. */
  heldUntil(subscription: string): number | null {
    const heldMs = this.#gates.heldMs(subscription);
    return heldMs > 0 ? Math.ceil(this.#now() + heldMs) : null;
  }

  /** An operator wants a subscription tried now: neither a breaker nor an answer of its endpoint holds it back any longer. */
  tryNow(subscription: string): void {
    this.#gates.tryNow(subscription);
  }

  /** Sets which subscriptions exist, and forgets the gates of all others. */
  serve(subscriptions: Iterable<string>): void {
    this.#gates.keep(new Set(subscriptions));
  }

  room(subscription: Endpoint, running: Room): Room {
    if (this.#closing) return { deliveries: 0, bytes: 0 };
    const free = this.#places.free(this.#originOf(subscription));
    const wanted = Math.min(
      subscription.concurrency - running.deliveries,
      this.#gates.room(subscription, running.deliveries),
    );
    if (wanted > 0 && free <= 0) this.#waiting.add(subscription.name);
    const deliveries = Math.max(0, Math.min(wanted, free));
    return { deliveries, bytes: Math.max(0, BODY_BYTES_MAX - running.bytes) };
  }

  async attempt(
    claimed: ClaimedDelivery,
    subscription: Endpoint,
    { number, startPart }: TargetAttemptOptions,
  ): Promise<TargetAttempt> {
    if (this.#closing) return NOT_STARTED;
    using place = this.#places.reserve(this.#originOf(subscription));
    if (place === null) {
      this.#waiting.add(subscription.name);
      return NOT_STARTED;
    }
    const end = this.#gates.begin(subscription);
    if (end === null) return NOT_STARTED;
    const abort = new AbortController();
    const span = startPart?.("POST", {
      kind: "client",
      attributes: requestAttributes(this.#urlOf(subscription.target), number),
    });
    const { traceparent, tracestate } = span ?? {};
    const trace = { traceparent, tracestate };
    const exchange = this.#exchange(claimed, subscription, { number, abort, ...trace });
    this.#running.set(abort, exchange);
    const result = await exchange;
    span?.end(endOfRequest(result));
    this.#running.delete(abort);
    end(result);
    return { result };
  }

  async close({ graceMs }: { graceMs: number }): Promise<void> {
    this.#closing = true;
    const ended = Promise.all(this.#running.values());
    const timer = setTimeout(() => {
      for (const abort of this.#running.keys()) abort.abort("interrupted" satisfies AbortReason);
    }, graceMs);
    await ended;
    clearTimeout(timer);
    this.#time.close();
    this.#places.close();
    this.#gates.close();
    this.#connections.close();
  }

  /** Connections are free again. */
  #wakeWaiting(): void {
    const names = [...this.#waiting];
    this.#waiting.clear();
    for (const name of names) this.#options.wake(name);
  }

  async #exchange(
    claimed: ClaimedDelivery,
    subscription: Endpoint,
    { number, abort, ...trace }: ExchangeOptions,
  ): Promise<TargetResult> {
    const { event } = claimed;
    const { target, timeoutMs } = subscription;
    const url = this.#urlOf(target);
    if (url === null) return failed("Cannot post: the URL is neither http nor https");
    const { signal } = abort;
    const cancelTimeout = this.#time.after(timeoutMs, () => {
      abort.abort("timed_out" satisfies AbortReason);
    });
    try {
      const leaving = target.forwardHeaders ? this.#headersOf(event) : null;
      const now = this.#now();
      const headers = endpointHeaders(claimed, subscription, {
        number,
        now,
        leaving,
        ...trace,
      });
      const answer = await this.#connections.post(url, { headers, body: event.body, signal });
      if (signal.aborted && !answer.whole)
        return endedEarly(signal, url.host, { timeoutMs, answer });
      return judgeAnswer(answer, { host: url.host, now: this.#now() });
    } catch (error) {
      if (signal.aborted) return endedEarly(signal, url.host, { timeoutMs });
      if (isOwnFault(error)) return this.#notConnected(error);
      return failed(`Cannot post to ${url.host}: ${describeConnectionError(error)}`);
    } finally {
      cancelTimeout();
    }
  }

  /** It was not the endpoint that failed, so nothing is charged, and its breaker learns nothing. */
  #notConnected(error: unknown): TargetResult {
    if (this.#places.noteShortage()) {
      this.#options.log.error({ err: error }, "cannot open connections, endpoints wait");
    }
    return { kind: "not_started" };
  }

  #originOf({ target }: Endpoint): string {
    return this.#urlOf(target)?.origin ?? target.url;
  }

  /** Parsed once for each configuration; null if it cannot be posted to. */
  #urlOf(target: Endpoint["target"]): URL | null {
    const known = this.#urls.get(target);
    if (known !== undefined) return known;
    const url = URL.canParse(target.url) ? new URL(target.url) : null;
    const usable = url?.protocol === "https:" || url?.protocol === "http:" ? url : null;
    this.#urls.set(target, usable);
    return usable;
  }
}

interface ExchangeOptions {
  number: number;
  abort: AbortController;
  traceparent: string | undefined;
  tracestate: string | undefined;
}

/** Not the whole URL: paths and queries of endpoints are often credentials. */
function requestAttributes(url: URL | null, number: number): SpanAttributes {
  if (url === null) return {};
  const port = url.port === "" ? (url.protocol === "https:" ? 443 : 80) : Number(url.port);
  return {
    "http.request.method": "POST",
    "url.scheme": url.protocol.slice(0, -1),
    "server.address": url.hostname,
    "server.port": port,
    ...(number > 1 && { "http.request.resend_count": number - 1 }),
  };
}

function endOfRequest(result: TargetResult): EndSpanOptions {
  const status = "response" in result ? result.response?.status : undefined;
  return {
    attributes: { "http.response.status_code": status },
    error: spanErrorOf(result) && String(status ?? result.kind),
  };
}

function endedEarly(
  signal: AbortSignal,
  host: string,
  { timeoutMs, answer }: { timeoutMs: number; answer?: Answer },
): TargetResult {
  const reason: AbortReason = signal.reason;
  if (reason === "interrupted") return { kind: "interrupted" };
  const state = answer ? `answered ${answer.status}, but not completely,` : "did not answer";
  return { kind: "timed_out", error: `${host} ${state} within ${timeoutMs} ms` };
}

function failed(error: string): TargetResult {
  return { kind: "failed", error, permanent: false };
}
