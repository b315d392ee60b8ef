import type { ReceivedEvent } from "@hookgate/types";

/** The part of an event that a handler host needs; it parses the body itself. */
export type HostEvent = Pick<
  ReceivedEvent,
  "id" | "source" | "provider" | "type" | "receivedAt" | "headers" | "body" | "flags"
>;

/** One attempt, as it is sent to a handler host. */
export interface HostAttempt {
  /** Identifies the attempt in the host's answer; unique within one host. */
  key: number;
  /** Absolute path of the handler's module. */
  path: string;
  timeoutMs: number;
  deliveryId: string;
  /** 1 for the first try. */
  number: number;
  event: HostEvent;
}

/** How an attempt ended in its host. */
export type HostResult =
  | { kind: "succeeded" }
  | { kind: "failed"; error: string; permanent: boolean }
  /** `blocked`: for most of the time the host's loop was blocked, perhaps by another handler. */
  | { kind: "timed_out"; error: string; blocked: boolean }
  | { kind: "interrupted" }
  | { kind: "not_started" };

/** Levels of a handler's log. */
export const LINE_LEVELS = ["debug", "info", "warn", "error"] as const;

/** A line that a handler logged. */
export interface HostLine {
  level: (typeof LINE_LEVELS)[number];
  message: string;
  /** JSON, or empty. Values that a handler logs may not survive IPC in any other form. */
  fields: string;
  eventId: string;
  deliveryId: string;
}

/** Dispatcher to host. `abort`: end what runs, the dispatcher is shutting down. */
export type ToHost = { kind: "run"; attempts: readonly HostAttempt[] } | { kind: "abort" };

/** Host to dispatcher. */
export type FromHost =
  | { kind: "ready" }
  /** A heartbeat. `abandoned`: promises still pending after their attempt timed out. `lagMs`: how late it is. */
  | { kind: "beat"; abandoned: number; lagMs: number }
  | { kind: "importing"; path: string }
  | { kind: "imported"; path: string; ok: boolean }
  | { kind: "output"; results: readonly [key: number, HostResult][]; lines: readonly HostLine[] }
  /** It is about to exit because of this error. */
  | { kind: "fatal"; error: string };

/** Between two heartbeats of a host, in milliseconds. */
export const BEAT_MS = 250;
