import { connectRpc, type OpenSubscriptionMessage } from "@hookgate/rpc";
import type { SubscribedEvent, TypesOf } from "./subscribed_event.ts";
import { SubscriberLink } from "./subscriber_link.ts";

/** Events that are handled at once unless told otherwise. */
const CONCURRENCY_DEFAULT = 20;

/** Options for {@linkcode subscribe}. */
export interface SubscribeOptions<Pattern extends string = string> {
  /** `host:port` of a dispatcher. */
  address: string;
  /** Name of the subscription: subscribers with one name share its events, each name gets everything it wants. */
  name: string;
  /** Types that are wanted, exact or with `*`, such as `payment.*`. @default what the name has; `*` where it is new */
  events?: readonly Pattern[];
  /** Sources that are wanted, exact or with `*`. @default what the name has; `*` where it is new */
  sources?: readonly string[];
  /** Where a name that is new begins: with what comes, with all that is stored, or at a time. @default {"now"} */
  start?: "now" | "earliest" | Date;
  /** Events that are handled at once. @default {20} */
  concurrency?: number;
  /** Bytes of bodies that are handled at once; a larger one comes alone. @default {8 MiB} */
  bytesMax?: number;
  /** Bearer token with the scope `subscribe:<name>`. @default none */
  token?: string;
  /** Certificates in PEM: the authority to trust, and this client's own where the dispatcher asks for one. @default plain text */
  tls?: SubscribeTls;
  /** Hears of lost connections and of handlers that failed. @default nothing */
  log?: SubscriberLog;
  /** Source of randomness in [0, 1), for the waits between connections. @default {Math.random} */
  random?: () => number;
}

/** Certificates and keys of a subscriber, in PEM. */
export interface SubscribeTls {
  /** Authority that the dispatcher's certificate is checked with. @default those of Node */
  ca?: string;
  /** Own certificate, with its key. */
  cert?: string;
  key?: string;
}

/** What a subscriber's log hears; any logger of that form will do. */
export interface SubscriberLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** Receives events until it is closed. */
export interface Subscriber {
  /** Resolves when the dispatcher has opened the subscription for the first time; rejects as `closed` does. */
  readonly opened: Promise<void>;
  /**
   * Resolves once it is closed. Rejects where the dispatcher refuses it for good: another filter for a name that is
   * there, a token without its scope. Whoever leaves it alone has the process end with that error.
   */
  readonly closed: Promise<void>;
  /** Takes no more events, waits for the handlers that run, acknowledges, and ends. */
  close(): Promise<void>;
}

/** The circumstances of one attempt. */
export interface SubscribedContext {
  deliveryId: string;
  /** 1 for the first try. */
  attempt: number;
  /** Aborted when the event is not this subscriber's any more: the connection was lost, or its time was up. */
  signal: AbortSignal;
}

/**
 * Handles one event: returning acknowledges it, throwing has it tried again as the subscription's retries say. An error
 * with `retry: false` ends it at once; one with a number in `retryAfterMs` chooses the wait.
 */
export type SubscribedHandler<Pattern extends string = string> = (
  event: SubscribedEvent<TypesOf<Pattern>>,
  context: SubscribedContext,
) => void | Promise<void>;

/**
 * Receives the events of a subscription until it is closed. A lost connection is made anew, with waits that grow; while a
 * handler runs its time is extended.
 */
export function subscribe<const Pattern extends string = string>(
  options: SubscribeOptions<Pattern>,
  handle: SubscribedHandler<Pattern>,
): Subscriber {
  const { address, token = null, tls, log, random = Math.random } = options;
  const { ca = null, cert = null, key = null } = tls ?? {};
  return new SubscriberLink({
    client: connectRpc({ address, security: { token, tls: tls ? { ca, cert, key } : null } }),
    open: openMessage(options),
    // What comes is of the types that were asked for.
    handle: handle as SubscribedHandler,
    random,
    ...(log && { log }),
  });
}

function openMessage(options: SubscribeOptions): OpenSubscriptionMessage {
  const { name, events = [], sources = [], start = "now" } = options;
  const { concurrency = CONCURRENCY_DEFAULT, bytesMax = 0 } = options;
  const atTime = start instanceof Date;
  return {
    subscription: name,
    types: [...events],
    sources: [...sources],
    startPosition: atTime
      ? "START_POSITION_TIME"
      : start === "earliest"
        ? "START_POSITION_EARLIEST"
        : "START_POSITION_NOW",
    startTimeMs: atTime ? start.getTime() : 0,
    outstandingEventsMax: concurrency,
    outstandingBytesMax: bytesMax,
  };
}
