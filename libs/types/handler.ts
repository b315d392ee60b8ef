import type { EventFlag } from "./received_event.ts";
import type { WebhookEvent } from "./webhook.ts";

/** The event passed to a handler: the specification's, and what Hookgate knows about it. */
export interface HandlerEvent<T = unknown> extends WebhookEvent<T> {
  /** Stable across retries and replays: remember it to be idempotent. */
  id: string;
  source: string;
  provider: string;
  receivedAt: Date;
  /** By lower-case name; several values of one name are joined by `, `. Credentials are left out. */
  headers: Readonly<Record<string, string>>;
  /** The exact bytes received. */
  body: Uint8Array;
  /** What Hookgate noticed, such as `may_repeat` or `id_not_signed`; usually empty. */
  flags: readonly EventFlag[];
}

/** Writes lines to the dispatcher's log, with the ids of event and delivery. */
export interface HandlerLog {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** The context of one attempt. */
export interface HandlerContext {
  deliveryId: string;
  /** 1 for the first try. */
  attempt: number;
  /** Continues the event's trace, as the header of this name does (W3C Trace Context); missing if it is not traced. */
  traceparent?: string;
  /** Goes with it, as the header of this name; missing if there is nothing to say. */
  tracestate?: string;
  /** Aborted when the attempt's time is up or the dispatcher shuts down. */
  signal: AbortSignal;
  log: HandlerLog;
}

/** A handler: returning delivers, throwing fails the attempt. */
export type Handler<T = unknown> = (
  event: HandlerEvent<T>,
  context: HandlerContext,
) => void | Promise<void>;

/** Thrown by a handler if a retry cannot help: the delivery is dead at once. */
export class PermanentError extends Error {
  override name = "PermanentError";
  /** The dispatcher checks this: any error with `retry: false` has the same effect. */
  readonly retry = false;
}
