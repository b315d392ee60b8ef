import type { Delivery, HandlerEvent } from "@hookgate/types";

/** What a test asks of the gateway's process; each is answered by its number. */
export type Call =
  | { call: "start"; options: StartCall }
  | { call: "send"; source: string; type: string; data: unknown }
  | { call: "deliveries"; eventId: string }
  | { call: "delivered"; eventId: string; timeoutMs: number }
  | { call: "advance"; ms: number };

/** How a gateway is started. */
export interface StartCall {
  /** Absolute path of a configuration; null for one of `sources` and `handlers`. */
  config: string | null;
  /** Sources, as a configuration has them. */
  sources: Readonly<Record<string, object>>;
  /** By pattern of types: the absolute path of a handler's file; null for a function of the test. */
  handlers: Readonly<Record<string, string | null>>;
  logLevel: string;
}

/** Answers of calls, by name. */
export interface Answers {
  start: { url: string };
  send: SentEvent;
  deliveries: Delivery[];
  delivered: Delivery[];
  advance: undefined;
}

/** An event that was accepted. */
export interface SentEvent {
  /** `evt_…` */
  id: string;
  /** It was stored before: an event with the same identity was sent already. */
  duplicate: boolean;
}

/** What a test's process sends. */
export type ToGateway = ({ id: number } & Call) | { ran: number; error: ThrownError | null };

/** What the gateway's process sends. */
export type FromGateway =
  | { id: number; value: unknown }
  | { id: number; error: string }
  | RunMessage
  | { aborted: number };

/** One attempt that a function of the test is to make; it answers by this number. */
export interface RunMessage {
  run: number;
  pattern: string;
  event: HandlerEvent;
  context: { deliveryId: string; attempt: number };
}

/** What a function of the test threw. */
export interface ThrownError {
  name: string;
  message: string;
  stack: string;
  retry?: boolean;
}
