import { connectRpc, type OpenSubscriptionMessage } from "@hookgate/rpc";
import type { SubscribedHandler, Subscriber, SubscriberLog } from "./subscriber.ts";
import { SubscriberLink } from "./subscriber_link.ts";

/** Default number of events handled at once. */
const CONCURRENCY_DEFAULT = 20;

/** Default time for one event, in milliseconds. */
const TIMEOUT_MS_DEFAULT = 600_000;

/** Options for {@linkcode subscribe}. */
export interface SubscribeOptions<Pattern extends string = string> {
  /** `host:port` of a dispatcher. */
  address: string;
  /** Name of the subscription: subscribers with the same name share its events, each name gets everything it wants. */
  name: string;
  /** Wanted types, exact or with `*`, such as `payment.*`. @default those of the existing name; `*` for a new one */
  events?: readonly Pattern[];
  /** Wanted sources, exact or with `*`. @default those of the existing name; `*` for a new one */
  sources?: readonly string[];
  /**
   * Replace the filter of an existing name with `events` and `sources`, for instance because a new release wants one type
   * more. A name in the configuration is refused: change it there. Only the first connection does it: one that reconnects after
   * somebody else has changed the filter ends, and does not change it back. @default {false}
   */
  change?: boolean;
  /** Where a new name starts: with new events, with all stored events, or at a time. @default {"now"} */
  start?: "now" | "earliest" | Date;
  /** Most events handled at once. @default {20} */
  concurrency?: number;
  /** Most bytes of bodies handled at once; a larger body comes alone. @default {8 MiB} */
  bytesMax?: number;
  /**
   * Longest time that the handler may take for one event, in milliseconds. After it the event is refused, so that it is
   * tried again, and its place is free: a handler that never ends must not hold it for ever. @default {600_000}
   */
  timeoutMs?: number;
  /** Bearer token with the scope `subscribe:<name>`. @default none */
  token?: string;
  /** Certificates in PEM: the authority to trust, and this client's own if the dispatcher requires one. @default plain text */
  tls?: SubscribeTls;
  /** Gets lost connections and failed handlers. @default none */
  log?: SubscriberLog;
  /** Source of randomness in [0, 1), for the waits before reconnecting. @default {Math.random} */
  random?: () => number;
}

/** Certificates and keys of a subscriber, in PEM. */
export interface SubscribeTls {
  /** Authority that signs the dispatcher's certificate. @default those of Node */
  ca?: string;
  /** This client's certificate, with its key. */
  cert?: string;
  key?: string;
}

/**
 * Receives the events of a subscription until it is closed. Reconnects after a lost connection, with growing waits;
 * extends an event's time while its handler runs.
 */
export function subscribe<const Pattern extends string = string>(
  options: SubscribeOptions<Pattern>,
  handle: SubscribedHandler<Pattern>,
): Subscriber {
  const { address, token = null, tls, log, random = Math.random } = options;
  const { timeoutMs = TIMEOUT_MS_DEFAULT } = options;
  if (!(timeoutMs > 0 && timeoutMs < 2 ** 31)) {
    throw new RangeError(
      `Cannot subscribe: timeoutMs is a number from 1 to 2147483647, not ${timeoutMs}`,
    );
  }
  const { ca = null, cert = null, key = null } = tls ?? {};
  return new SubscriberLink({
    client: connectRpc({ address, security: { token, tls: tls ? { ca, cert, key } : null } }),
    open: openMessage(options),
    // The dispatcher only sends events of the requested types.
    handle: handle as SubscribedHandler,
    timeoutMs,
    random,
    ...(log && { log }),
  });
}

function openMessage(options: SubscribeOptions): OpenSubscriptionMessage {
  const { name, events = [], sources = [], start = "now" } = options;
  const { concurrency = CONCURRENCY_DEFAULT, bytesMax = 0, change = false } = options;
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
    change,
  };
}
