import type { Delivery, QuarantinedRequest, ReceivedEvent, Skipped } from "@hookgate/types";
import type { Capture, CaptureResult, NewDelivery } from "../contract/captures.ts";
import type { CommitInput } from "./commit.ts";
import type { StoredPart } from "./new_delivery.ts";
import type { Operations } from "./operations.ts";
import { isId } from "./rows.ts";

/** Name of an operation of the worker. */
export type OperationName = keyof Operations;

/** What an operation is given. */
export type Input<K extends OperationName> = Parameters<Operations[K]>[0];

/** What an operation gives. */
export type Output<K extends OperationName> = ReturnType<Operations[K]>;

/** One call, from the main thread to the worker. */
export interface Call {
  number: number;
  operation: OperationName;
  input: unknown;
  /** The store's time when the call was made: a thread has no access to the clock that was handed in. */
  now: number;
}

/** What became of one call. `unavailable`: nothing was written and a later call may succeed. */
export type Reply =
  | { number: number; value: unknown }
  | { number: number; unavailable: boolean; error: Error };

/** What the worker is started with. */
export interface WorkerInput {
  file: string;
  /** Whether deliveries that are running are an earlier owner's, to be given back. */
  takeOverAt: number | null;
}

/** From the main thread to the worker. */
export type ToWorker = Call | "close";

/** From the worker to the main thread. */
export type FromWorker =
  | { kind: "opened"; takenOver: number }
  | { kind: "refused"; error: Error }
  | { kind: "replies"; replies: Reply[] }
  | { kind: "closed" };

/** A capture without its bytes, which travel apart. */
export type PackedCapture = Omit<ReceivedEvent, "headers" | "body" | "bodySha256"> & {
  headersBytes: number;
  bodyBytes: number;
  deliveries: readonly NewDelivery[];
  skipped: readonly Skipped[];
};

/** A refused request without its bytes, which travel apart. */
export type PackedQuarantined = Omit<QuarantinedRequest, "headers" | "body" | "releasedAs"> & {
  headersBytes: number;
  bodyBytes: number;
};

/** What `quarantine` is given. */
export interface QuarantineInput {
  requests: readonly PackedQuarantined[];
  /** Headers and body of each request, one after the other. */
  bytes: Uint8Array;
}

/**
 * The worker's answer to one capture: null where it is a new event that is stored as it was given, with deliveries of which
 * none has an order. Otherwise the deliveries that were stored, by their place in the capture.
 */
export type CommitAnswer = {
  eventId: string;
  isNew: boolean;
  duplicate: boolean;
  parts: ({ index: number } & StoredPart)[];
} | null;

/**
 * Packs captures for the worker: all bytes in one buffer that nobody else holds, so that it is handed over instead of
 * copied again. (A body is often a view into a message's or a pool's buffer: neither may be handed over.)
 *
 * @throws {RangeError} where an id is none.
 */
export function packCaptures(captures: readonly Capture[], revision: number): CommitInput {
  const parts: Uint8Array[] = [];
  const packed = captures.map(({ event, deliveries, skipped }): PackedCapture => {
    assertIds(event, deliveries);
    const { headers, body, bodySha256, ...rest } = event;
    parts.push(bodySha256, headers, body);
    return { ...rest, headersBytes: headers.length, bodyBytes: body.length, deliveries, skipped };
  });
  return { revision, captures: packed, bytes: joinBytes(parts) };
}

/** Packs refused requests for the worker, as {@linkcode packCaptures} does captures. */
export function packQuarantined(quarantined: readonly QuarantinedRequest[]): QuarantineInput {
  const parts: Uint8Array[] = [];
  const requests = quarantined.map((request): PackedQuarantined => {
    const { headers, body, releasedAs: _, ...rest } = request;
    parts.push(headers, body);
    return { ...rest, headersBytes: headers.length, bodyBytes: body.length };
  });
  return { requests, bytes: joinBytes(parts) };
}

/** Makes a result of the worker's answer to `capture`. */
export function unpackAnswer(capture: Capture, answer: CommitAnswer, now: number): CaptureResult {
  const { event, deliveries } = capture;
  if (answer === null) {
    const part = { generation: 1, replayOf: null, order: null, held: false };
    const stored = deliveries.map((given) =>
      storedDelivery(given, { ...part, eventId: event.id, replay: null, now }),
    );
    return { eventId: event.id, duplicate: false, deliveries: stored };
  }
  const { eventId, duplicate, parts } = answer;
  const stored = parts.flatMap(({ index, ...part }) =>
    deliveries
      .slice(index, index + 1)
      .map((given) => storedDelivery(given, { ...part, eventId, replay: null, now })),
  );
  return { eventId, duplicate, deliveries: stored };
}

function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** A delivery as it is stored. */
export function storedDelivery(
  { id, subscription, claim }: Pick<NewDelivery, "id" | "subscription" | "claim">,
  { held, now, ...part }: StoredPart & Pick<Delivery, "eventId" | "replay"> & { now: number },
): Delivery {
  const runs = claim !== null && !held;
  return {
    ...part,
    id,
    subscription,
    state: runs ? "running" : "waiting",
    nextAttemptAt: runs || held ? null : now,
    attempt: 0,
    attemptBase: 0,
    interruptions: 0,
    suspect: false,
    reason: "",
    attempts: [],
  };
}

function assertIds(event: ReceivedEvent, deliveries: readonly NewDelivery[]): void {
  const prefixes = [
    [event.id, "evt"] as const,
    ...deliveries.map(({ id }) => [id, "dlv"] as const),
  ];
  for (const [id, prefix] of prefixes) {
    if (isId(id, prefix)) continue;
    const shown = JSON.stringify(id.slice(0, 60));
    throw new RangeError(`Cannot store ${shown}: an id is ${prefix}_ and 32 hexadecimal digits`);
  }
  if (event.bodySha256.length !== 32) {
    throw new RangeError(`Cannot store ${event.id}: a SHA-256 has 32 bytes`);
  }
}
