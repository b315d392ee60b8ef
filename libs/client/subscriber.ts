import type { WebhookEvent } from "@hookgate/types";

/** The types that a pattern stands for: a name is itself, a star is any text. */
export type TypesOf<Pattern extends string> = Pattern extends `${infer Start}*${infer End}`
  ? `${Start}${string}${TypesOf<End>}`
  : Pattern;

/** An event as passed to a subscriber's handler. */
export interface SubscribedEvent<Type extends string = string, Data = unknown>
  extends Omit<WebhookEvent<Data>, "type" | "signature"> {
  /** Stable across retries and replays: remember it to be idempotent. */
  id: string;
  type: Type;
  source: string;
  provider: string;
  receivedAt: Date;
  /** By lower-case name; several values of one name are joined by `, `. Credentials are left out. */
  headers: Readonly<Record<string, string>>;
  /** The exact bytes received. */
  body: Uint8Array;
  /** What Hookgate noticed, such as `may_repeat` or `id_not_signed`; usually empty. */
  flags: readonly string[];
}

/** The context of one attempt. */
export interface SubscribedContext {
  deliveryId: string;
  /** 1 for the first try. */
  attempt: number;
  /** Continues the event's trace, as the header of this name does (W3C Trace Context); missing if it is not traced. */
  traceparent?: string;
  /** Goes with it, as the header of this name; missing if there is nothing to say. */
  tracestate?: string;
  /** Aborted when the event no longer belongs to this subscriber: the connection was lost, or its time was up. */
  signal: AbortSignal;
}

/**
 * Handles one event: returning acknowledges it, throwing retries it according to the subscription's retry policy. An
 * error with `retry: false` makes it dead at once; one with a number in `retryAfterMs` sets the wait.
 */
export type SubscribedHandler<Pattern extends string = string> = (
  event: SubscribedEvent<TypesOf<Pattern>>,
  context: SubscribedContext,
) => void | Promise<void>;

/** The log of a subscriber; any logger of this form will do. */
export interface SubscriberLog {
  info(fields: Record<string, unknown>, message: string): void;
  warn(fields: Record<string, unknown>, message: string): void;
}

/** Receives events until it is closed. */
export interface Subscriber {
  /** Resolves when the dispatcher has opened the subscription for the first time; rejects if it ends before that. */
  readonly opened: Promise<void>;
  /**
   * Resolves once it is closed. Rejects if the dispatcher refuses it for good: another filter for an existing name, a deleted name, or a
   * token without its scope. If nothing handles this rejection, the process ends with that error.
   */
  readonly closed: Promise<void>;
  /** Takes no more events, waits for running handlers, acknowledges, and ends. */
  close(): Promise<void>;
  /**
   * Ends at once. Signals of running handlers are aborted, and their events are with the next subscriber of this name as if they had
   * not been sent.
   */
  leave(): void;
}
