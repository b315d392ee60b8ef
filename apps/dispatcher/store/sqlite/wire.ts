import type { Delivery, QuarantinedRequest, ReceivedEvent } from "@hookgate/types";
import { type CaptureResult, type NewDelivery, UNTRIED } from "../contract/captures.ts";
import { checkQuarantined } from "../contract/checks.ts";
import type { BucketQuery, BucketSum } from "../contract/metrics.ts";
import type { OperationName, Operations } from "../contract/operations.ts";
import type { ReleaseResult } from "../contract/quarantine.ts";
import type { Backlog } from "../contract/subscriptions.ts";
import { type CommitInput, packCaptures } from "./packed_captures.ts";
import { type PackedClaims, readClaims } from "./packed_claims.ts";
import { type PackedOutcomes, packOutcomes } from "./packed_outcomes.ts";
import { joinBytes } from "./packed_parts.ts";

/**
 * Operations whose arguments or results differ in the worker: bytes travel in one buffer, and the commit's answer leaves
 * out what the caller knows. The last four are not in the contract.
 */
interface OwnOperations {
  commit(input: CommitInput): CommitAnswer[] | null;
  claimDue(options: Parameters<Operations["claimDue"]>[0]): PackedClaims;
  settle(outcomes: PackedOutcomes): boolean[];
  release(id: string, input: CommitInput): ReleaseResult | null;
  quarantine(input: QuarantineInput): number;
  /** A part of the count, from after `after` on; `next` is where the next part begins, null if this was the last one. */
  backlog(
    name: string,
    options: { deliveriesMax: number; after?: number },
  ): Backlog & { next: number | null };
  /** A part of the window, from `after` on; the same. */
  readBuckets(query: BucketQuery & { after?: number }): { sums: BucketSum[]; next: number | null };
  /** Gives back what runs: it belongs to an earlier owner. Returns how many. */
  takeOverAll(): number;
  /** Copies the store to a new file at this path, in slices between other calls. Returns the file's size in bytes. */
  backUp(target: string): number;
  /** Whether the disk has room for captures above its reserve. */
  diskHasRoom(): boolean;
  /**
   * Lets what waits wait on over the steps that the owner's clock has made since its start, in milliseconds, as far as they are
   * not followed yet. The engine calls it before every other call.
   */
  rebase(steps: number): void;
}

type Signatures = OwnOperations & {
  [K in Exclude<OperationName, keyof OwnOperations>]: (
    ...args: Parameters<Operations[K]>
  ) => Awaited<ReturnType<Operations[K]>>;
};

/** Name of an operation of the worker. */
export type WorkerOperation = keyof Signatures;

/** What an operation of the worker takes. */
export type Args<K extends WorkerOperation> = Parameters<Signatures[K]>;

/** What an operation of the worker returns. */
export type Output<K extends WorkerOperation> = ReturnType<Signatures[K]>;

/** Every operation that runs in a transaction, as the worker runs it: the store's time, then the arguments. */
export type WorkerOperations = {
  [K in Exclude<WorkerOperation, "backUp">]: (now: number, ...args: Args<K>) => Output<K>;
};

/** Some of the worker's operations. */
export type OperationsOf<Names> = Pick<WorkerOperations, Names & keyof WorkerOperations>;

/** One call, from the main thread to the worker. */
export interface Call {
  number: number;
  operation: WorkerOperation;
  args: readonly unknown[];
  /** The store's time when the call was made: the worker cannot reach the clock. */
  now: number;
  /** All steps of that clock until then, in milliseconds. */
  steps: number;
}

/** The answer to one call. `unavailable`: nothing was written and a later call may succeed, now or once the disk has room. */
export type Reply = { number: number; value: unknown } | FailedReply;

/** The answer to a call that failed. */
export interface FailedReply {
  number: number;
  unavailable: boolean | "disk_reserve";
  error: Error;
}

/** What the worker is started with. */
export interface WorkerInput {
  file: string;
  /** When to give back what an earlier owner left running; null if what runs is this owner's own. */
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

/** How an operation crosses to the worker and back, unless its arguments and result are simply copied. */
export interface Crossing<K extends OperationName> {
  /** The worker's arguments; `owned` is handed over instead of copied. */
  pack?: (...args: Parameters<Operations[K]>) => { args: Args<K>; owned: ArrayBufferView[] };
  /** The result, from the worker's. */
  unpack?: (
    output: Output<K>,
    now: number,
    ...args: Parameters<Operations[K]>
  ) => Awaited<ReturnType<Operations[K]>>;
  /** Bytes in the worker's result, which nobody else holds: handed over instead of copied. */
  bytesOf?: (output: Output<K>) => ArrayBufferView[];
}

/** The operations that are more than copied. */
export const CROSSINGS: { readonly [K in OperationName]?: Crossing<K> } = {
  commit: {
    pack(captures, { revision }) {
      const input = packCaptures(captures, revision);
      return { args: [input], owned: [input.bytes, input.numbers] };
    },
    unpack(answers, now, captures) {
      if (!answers) return null;
      return captures.map((capture, index) => unpackAnswer(capture, answers[index] ?? null, now));
    },
  },
  release: {
    pack(id, { capture, revision }) {
      const input = packCaptures([capture], revision);
      return { args: [id, input], owned: [input.bytes, input.numbers] };
    },
  },
  quarantine: {
    pack(requests) {
      const input = packQuarantined(requests);
      return { args: [input], owned: [input.bytes] };
    },
  },
  claimDue: {
    bytesOf: ({ numbers, bytes }) => [numbers, bytes],
    unpack: (packed, _now, { claim }) => readClaims(packed, claim),
  },
  settle: {
    pack(outcomes) {
      const packed = packOutcomes(outcomes);
      return { args: [packed], owned: [packed.numbers, packed.ids] };
    },
  },
  // One part of each; the store adds them up.
  backlog: {
    unpack: ({ deliveries, bytes, oldestDueAt }) => ({ deliveries, bytes, oldestDueAt }),
  },
  readBuckets: { unpack: ({ sums }) => sums },
  readBodies: {
    bytesOf: ({ events }) => events.flatMap(({ headers, body }) => [headers, body]),
  },
  getEvent: { bytesOf: (detail) => (detail ? bytesOfEvent(detail.event) : []) },
  getQuarantined: {
    bytesOf: (request) =>
      request ? [request.headers, request.body, request.sealed ?? []].flat() : [],
  },
};

function bytesOfEvent({ headers, body, bodySha256 }: ReceivedEvent): Uint8Array[] {
  return [headers, body, bodySha256];
}

/** A refused request without its bytes, which travel separately. */
export type PackedQuarantined = Omit<
  QuarantinedRequest,
  "headers" | "body" | "sealed" | "releasedAs"
> & {
  headersBytes: number;
  bodyBytes: number;
  /** Null if nothing is kept encrypted. */
  sealedBytes: number | null;
};

/** What the worker's `quarantine` takes. */
export interface QuarantineInput {
  requests: readonly PackedQuarantined[];
  /** Headers, body and what is encrypted of each request, one after the other. */
  bytes: Uint8Array;
}

/** How a new delivery was stored. */
export interface StoredPart {
  generation: number;
  replayOf: string | null;
  order: Delivery["order"];
  /** It waits for an earlier one of its key, with or without a claim. */
  held: boolean;
}

/**
 * The worker's answer to one capture. Null, nearly always: a new event, stored as it was given, without a further flag, none of
 * its deliveries in an order. Otherwise the deliveries that were stored, by their place in the capture; those of a duplicate without a claim.
 */
export type CommitAnswer = {
  eventId: string;
  isNew: boolean;
  duplicate: boolean;
  /** Whether it is stored with the flag `seen_before`. */
  seenBefore: boolean;
  parts: ({ index: number } & StoredPart)[];
} | null;

/**
 * Packs refused requests for the worker, as `packCaptures` does captures.
 *
 * @throws {RangeError} for a malformed id.
 */
export function packQuarantined(quarantined: readonly QuarantinedRequest[]): QuarantineInput {
  checkQuarantined(quarantined);
  const parts: Uint8Array[] = [];
  const requests = quarantined.map((request): PackedQuarantined => {
    const { headers, body, sealed, releasedAs: _, ...rest } = request;
    parts.push(headers, body, ...(sealed === undefined ? [] : [sealed]));
    const sealedBytes = sealed?.length ?? null;
    return { ...rest, headersBytes: headers.length, bodyBytes: body.length, sealedBytes };
  });
  return { requests, bytes: joinBytes(parts) };
}

/** The result of a capture, from the worker's answer. */
export function unpackAnswer(
  { event, deliveries }: AnsweredCapture,
  answer: CommitAnswer,
  now: number,
): CaptureResult {
  if (answer === null) {
    const part = { generation: 1, replayOf: null, order: null, held: false };
    const stored = deliveries.map((given) =>
      storedDelivery(given, { ...part, eventId: event.id, replay: null, now }),
    );
    return { eventId: event.id, duplicate: false, deliveries: stored };
  }
  const { eventId, duplicate, seenBefore, parts } = answer;
  const stored = parts.flatMap(({ index, ...part }) =>
    deliveries.slice(index, index + 1).map(({ claim, ...given }) => {
      const delivery = { ...given, claim: duplicate ? null : claim };
      return storedDelivery(delivery, { ...part, eventId, replay: null, now });
    }),
  );
  return { eventId, duplicate, deliveries: stored, ...(seenBefore && { seenBefore }) };
}

/** What an answer is completed with. */
interface AnsweredCapture {
  event: Pick<ReceivedEvent, "id">;
  deliveries: readonly NewDelivery[];
}

/** A delivery as it is stored. */
export function storedDelivery(
  { id, subscription, claim }: Pick<NewDelivery, "id" | "subscription" | "claim">,
  { held, now, ...part }: StoredPart & Pick<Delivery, "eventId" | "replay"> & { now: number },
): Delivery {
  const runs = claim !== null && !held;
  return {
    ...UNTRIED,
    ...part,
    id,
    subscription,
    state: runs ? "running" : "waiting",
    nextAttemptAt: runs || held ? null : now,
  };
}
