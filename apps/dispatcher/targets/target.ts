import type { Span, StartSpanOptions } from "@hookgate/telemetry";
import type { AttemptResponse, Subscription, Target, TargetOf } from "@hookgate/types";
import type { ClaimedDelivery } from "../store/contract/deliveries.ts";

/** How an attempt ended, as the target saw it. */
export type TargetResult =
  | { kind: "succeeded"; response?: AttemptResponse }
  | {
      kind: "failed";
      error: string;
      permanent: boolean;
      waitMs?: number;
      response?: AttemptResponse;
    }
  /** There are too many at once for the endpoint (429, or 503 with Retry-After): the subscription waits, in milliseconds. */
  | { kind: "limited"; error: string; waitMs: number; response: AttemptResponse }
  /** Deliveries are no longer wanted (410): the subscription is paused, the delivery waits. */
  | { kind: "gone"; error: string; response?: AttemptResponse }
  /** It did not end in time. It may still be running, but its slot is free. */
  | { kind: "timed_out"; error: string }
  /** What ran it died. `alone`: nothing else can have caused that. */
  | { kind: "host_lost"; error: string; alone: boolean }
  /** The dispatcher shut down while it ran, or its stream was lost. */
  | { kind: "interrupted" }
  /** It was not started, because the target is closing or has no room any more. */
  | { kind: "not_started" };

/** What a result is as the error of a span; undefined if the target has not failed. */
export function spanErrorOf({ kind }: TargetResult): string | undefined {
  const isNone = kind === "succeeded" || kind === "interrupted" || kind === "not_started";
  return isNone ? undefined : kind;
}

/** Where a handler failed. */
export interface FailurePlace {
  /** The first frame of its own code: `handle (crm.ts:3)`, the path as seen from the handler's file; empty if there is none. */
  frame: string;
  /** SHA-256 of its file as it was imported, in hexadecimal digits; empty if it was not read. */
  fileSha256: string;
}

/** What an attempt returns. */
export interface TargetAttempt {
  result: TargetResult;
  /** Only a handler's. */
  place?: FailurePlace | undefined;
  /** Call it once the outcome is written, or given up. */
  settled?: (() => void) | undefined;
}

/** How much runs, or may start. */
export interface Room {
  deliveries: number;
  /** Of bodies. If nothing runs, one delivery of any size may start. */
  bytes: number;
}

/** Begins the span of a part of an attempt. What is sent with its `traceparent` continues the event's trace. */
export type StartPart = (name: string, options: Omit<StartSpanOptions, "parent" | "as">) => Span;

/** Options for {@linkcode DeliveryTarget.attempt}. */
export interface TargetAttemptOptions {
  /** 1 for the first attempt. */
  number: number;
  /** The delivery may kill what runs it, so nothing else may run there. */
  alone: boolean;
  /** @default {undefined} nothing is traced */
  startPart?: StartPart | undefined;
}

/** A subscription with a target of this kind. */
export type SubscriptionOf<Kind extends Target["kind"]> = Subscription & {
  target: TargetOf<Kind>;
  /** Only a handler's may be null. */
  concurrency: Kind extends "handler" ? number | null : number;
};

/** Where deliveries of one kind go. */
export interface DeliveryTarget<Kind extends Target["kind"] = Target["kind"]> {
  /** What may start now in addition to what is `running`: all deliveries of the subscription that are claimed. */
  room(subscription: SubscriptionOf<Kind>, running: Room): Room;

  /** Makes one attempt. Never rejects: whatever happens is a result. */
  attempt(
    claimed: ClaimedDelivery,
    subscription: SubscriptionOf<Kind>,
    options: TargetAttemptOptions,
  ): Promise<TargetAttempt>;

  /** Starts nothing more, waits `graceMs` for what runs, interrupts the rest. */
  close(options: { graceMs: number }): Promise<void>;
}
