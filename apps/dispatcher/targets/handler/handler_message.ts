import type { ReceivedEvent } from "@hookgate/types";

/**
 * File descriptors of a handler host: frames to it, frames from it, and the reports of its watchdog. One for each direction: a write
 * to a host that has just exited closes its descriptor, and what the host said last must not be lost with it.
 */
export const TO_HOST_FD = 3;
export const FROM_HOST_FD = 4;
export const REPORTS_FD = 5;

/** The part of an event that a handler host needs; it parses the body itself. */
export type HostEvent = Pick<
  ReceivedEvent,
  "id" | "source" | "provider" | "type" | "receivedAt" | "headers" | "body" | "flags"
>;

/** One attempt, as a handler host makes it. */
export interface HostAttempt {
  /** Identifies the attempt in the host's answer; unique within one host and increasing. */
  key: number;
  subscription: string;
  /** Absolute path of the handler's module. */
  path: string;
  timeoutMs: number;
  deliveryId: string;
  /** 1 for the first try. */
  number: number;
  /** Continues the event's trace; missing if it is not traced. */
  traceparent?: string;
  /** Goes with it; missing if there is nothing to say. */
  tracestate?: string;
  event: HostEvent;
}

/** How an attempt ended in its host. */
export type HostResult =
  | { kind: "succeeded" }
  /** `frame`: see `FailurePlace`. */
  | { kind: "failed"; error: string; permanent: boolean; frame: string }
  /**
   * `blocked`: for most of the time the host's loop was blocked, perhaps by another handler. `starved`: for most of the time it
   * had no core.
   */
  | { kind: "timed_out"; error: string; blocked: boolean; starved: boolean }
  | { kind: "interrupted" }
  | { kind: "not_started" };

/** The result of an attempt and, if it is traced and has begun, when it did, in milliseconds since 1970. */
export type HostAnswer = [key: number, result: HostResult, begunAt?: number];

/** Levels of a handler's log. */
export const LINE_LEVELS = ["debug", "info", "warn", "error"] as const;

/** A line that a handler logged. */
export interface HostLine {
  level: (typeof LINE_LEVELS)[number];
  message: string;
  /** JSON, or empty: what a handler logs may not survive in any other form. */
  fields: string;
  eventId: string;
  deliveryId: string;
}

/**
 * Dispatcher to host. `prepare`: import a module that attempts of this subscription will want. `resume`: what was sent before and has not
 * started is made elsewhere. `abort`: end what runs, the dispatcher is shutting down.
 */
export type ToHost =
  | { kind: "run"; attempts: readonly HostAttempt[] }
  | { kind: "prepare"; subscription: string; path: string }
  | { kind: "resume" }
  | { kind: "abort" };

/** The attempt in whose asynchronous context something happens; it may have ended long ago. */
export interface Culprit {
  key: number;
  subscription: string;
}

/** Host to dispatcher. */
export type FromHost =
  | { kind: "ready" }
  | Beat
  /** `key`: of the attempt that wants it; 0 if none does yet. */
  | { kind: "importing"; path: string; key: number }
  /** `sha256`: of the file, in hexadecimal digits; empty if it cannot be read. */
  | { kind: "imported"; path: string; ok: boolean; sha256: string }
  | { kind: "output"; results: readonly HostAnswer[]; lines: readonly HostLine[] }
  /** It is about to end, because of this error or of an exit that a handler asked for. */
  | { kind: "fatal"; error: string; culprit: Culprit | null };

/** A heartbeat. */
export interface Beat {
  kind: "beat";
  /** Promises still pending after their attempt timed out. */
  abandoned: number;
  /** How late it is, without the time in which the host had no core. */
  lagMs: number;
  /** Share of the time since the last one in which the loop was busy. */
  busy: number;
  /** The first key that has not started; null if all have. */
  waitingFrom: number | null;
}

/** A line of the watchdog. */
export type WatchReport =
  /** The loop is blocked. Attempts whose key is above `started` will not start. `loading`: modules were loaded in that turn. */
  | { kind: "blocked"; started: number; loading: boolean }
  /** Who blocks it: the attempt that runs, or whose module is imported. */
  | { kind: "blocker"; culprit: Culprit }
  /** The same, of an attempt whose handler has not returned its promise yet. */
  | { kind: "called"; key: number };

/** Between two heartbeats of a host, in milliseconds. */
export const BEAT_MS = 250;

/** Between two turns of a host's loop that the watchdog can see, in milliseconds. */
export const TURN_MS = 50;

/** What a host's loop and its watchdog share: the places of an `Int32Array`. */
export const SHARED = {
  /** Counts up as long as the loop turns. */
  turns: 0,
  /** 1 from a report that the loop is blocked until `resume`. */
  recalled: 1,
  /** The highest key that has started. */
  started: 2,
  /** The number in `turns` when a module was last loaded. */
  loadedAt: 3,
  /** The key of the attempt whose handler was called and has not returned its promise; 0 if there is none. */
  called: 4,
} as const;

/** Name of the global function that returns the {@linkcode Culprit} of the running code, for the watchdog. */
export const CULPRIT_GLOBAL = "hookgate.culprit";
