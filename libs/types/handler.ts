import type { WebhookEvent } from "./webhook_event.ts";

/** What a handler is given: the specification's event, and what Hookgate knows of it. */
export interface HandlerEvent<T = unknown> extends WebhookEvent<T> {
  /** Stable across retries and replays: what an idempotent handler remembers. */
  id: string;
  source: string;
  provider: string;
  receivedAt: Date;
  /** By lower-case name; several values of one name are joined by `, `. Credentials are left out. */
  headers: Readonly<Record<string, string>>;
  /** The exact bytes received. */
  body: Uint8Array;
}

/** Writes one line to the dispatcher's log, with the event's and delivery's ids. */
export interface HandlerLog {
  debug(message: string, fields?: Record<string, unknown>): void;
  info(message: string, fields?: Record<string, unknown>): void;
  warn(message: string, fields?: Record<string, unknown>): void;
  error(message: string, fields?: Record<string, unknown>): void;
}

/** The circumstances of one attempt. */
export interface HandlerContext {
  deliveryId: string;
  /** 1 for the first try. */
  attempt: number;
  /** Aborted when the attempt's time is up or the dispatcher shuts down. */
  signal: AbortSignal;
  log: HandlerLog;
}

/** A handler: returning delivers, throwing fails the attempt. */
export type Handler<T = unknown> = (
  event: HandlerEvent<T>,
  context: HandlerContext,
) => void | Promise<void>;
