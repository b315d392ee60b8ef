import {
  type Delivery,
  inFlagOrder,
  type QuarantinedRequest,
  type ReceivedEvent,
  type Replay,
} from "@hookgate/types";
import type { FindCursor } from "mongodb";
import type { Claim } from "../contract/deliveries.ts";
import { completeAttempt } from "../contract/version_1.ts";
import type {
  DeliveryDocument,
  EventDocument,
  QuarantineDocument,
  ReplayDocument,
} from "./collections.ts";
import { CALL_MS_MAX } from "./transactions/calls.ts";

/** Documents in one reply, as far as they fit into 16 MB. The server's default first reply has 101. */
const REPLY_DOCUMENTS_MAX = 1_000;

/** Projection of an event or refused request without its bytes, for lists. */
export const WITHOUT_BYTES = { headers: 0, body: 0, sealed: 0 } as const;

/** The server ends a query that nobody waits for any more. */
export const IN_TIME = { maxTimeMS: CALL_MS_MAX } as const;

/** Reads everything a query finds; the query has to bound it. */
export function readAll<T>(found: FindCursor<T>): Promise<T[]> {
  return found.batchSize(REPLY_DOCUMENTS_MAX).maxTimeMS(CALL_MS_MAX).toArray();
}

/** Reads the first document a query finds; null if there is none. */
export function readFirst<T>(found: FindCursor<T>): Promise<T | null> {
  return found.limit(1).maxTimeMS(CALL_MS_MAX).next();
}

/** Whether a delivery runs under this very claim. */
export function holds(
  { state, claim: held }: Pick<DeliveryDocument, "state" | "claim">,
  { dispatcherId, token }: Claim,
): boolean {
  return state === "running" && held?.token === token && held.dispatcherId === dispatcherId;
}

/** Converts a document to an event with its bytes. */
export function eventOf(document: EventDocument): ReceivedEvent {
  const { headers, body } = document;
  return { ...summaryOf(document), headers: copyOf(headers), body: copyOf(body) };
}

/** Converts a document to an event without headers and body. */
export function summaryOf(
  document: Omit<EventDocument, "headers" | "body">,
): Omit<ReceivedEvent, "headers" | "body"> {
  return {
    id: document._id,
    source: document.source,
    provider: document.provider,
    type: document.type,
    providerType: document.providerType,
    receivedAt: document.receivedAt,
    providerEventId: document.providerEventId,
    secretId: document.secretId,
    address: document.address,
    addressChain: document.addressChain,
    bodySha256: copyOf(document.bodySha256),
    // As the embedded store, whose flags are bits.
    flags: inFlagOrder(document.flags),
  };
}

/** Converts a document to a delivery. */
export function deliveryOf(document: DeliveryDocument): Delivery {
  return {
    id: document._id,
    eventId: document.eventId,
    subscription: document.subscription,
    generation: document.generation,
    replayOf: document.replayOf,
    state: document.state,
    nextAttemptAt: document.nextAttemptAt,
    attempt: document.attempt,
    attemptBase: document.attemptBase,
    interruptions: document.interruptions,
    suspect: document.suspect,
    failure: document.failure ?? null,
    reason: document.reason,
    attempts: document.attempts.map(completeAttempt),
    order: document.order ?? null,
    replay: document.replay ?? null,
  };
}

/** Converts a document to a replay. */
export function replayOf({ _id, ...fields }: ReplayDocument): Replay {
  return { id: _id, ...fields };
}

/** Converts a document to a refused request with its bytes. */
export function quarantinedOf(document: QuarantineDocument): QuarantinedRequest {
  const { headers, body, sealed } = document;
  const bytes = { headers: copyOf(headers), body: copyOf(body) };
  const encrypted = sealed === undefined ? {} : { sealed: copyOf(sealed) };
  return { ...quarantinedSummaryOf(document), ...bytes, ...encrypted };
}

/** Converts a document to a refused request without headers and body. */
export function quarantinedSummaryOf(
  document: Omit<QuarantineDocument, "headers" | "body">,
): Omit<QuarantinedRequest, "headers" | "body"> {
  return {
    id: document._id,
    source: document.source,
    provider: document.provider,
    receivedAt: document.receivedAt,
    reason: document.reason,
    diagnosis: document.diagnosis,
    address: document.address,
    addressChain: document.addressChain,
    method: document.method,
    url: document.url,
    releasedAs: document.releasedAs,
  };
}

/** The driver returns views of its receive buffer: one small body would keep a whole batch in memory. */
export function copyOf(bytes: Uint8Array): Uint8Array {
  return new Uint8Array(bytes);
}
