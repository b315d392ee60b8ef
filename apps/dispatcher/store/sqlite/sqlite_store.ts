import { Worker } from "node:worker_threads";
import type { Log } from "@hookgate/telemetry";
import type {
  HandshakeSeen,
  Pause,
  QuarantinedRequest,
  Replay,
  ReplayState,
  SecretUse,
  Subscription,
} from "@hookgate/types";
import type { Enrolment, MetricSums, QueueState } from "../contract/bookkeeping.ts";
import type { Capture, CaptureResult } from "../contract/captures.ts";
import { checkQuarantined, checkQuarantineQuery } from "../contract/check_quarantine.ts";
import type {
  CancelResult,
  ClaimedDelivery,
  Outcome,
  RetryResult,
} from "../contract/deliveries.ts";
import type { EventStore } from "../contract/event_store.ts";
import {
  type DeliverySummary,
  type EventDetail,
  type EventPage,
  type EventQuery,
  type Events,
  PAGE_EVENTS_MAX,
} from "../contract/events.ts";
import type { QuarantinePage, QuarantineQuery, ReleaseResult } from "../contract/quarantine.ts";
import type { ReplayStep, ReplayStepResult } from "../contract/replays.ts";
import type {
  Backlog,
  OpenedSubscription,
  PauseResult,
  ResumeResult,
  SubscriptionSet,
} from "../contract/subscriptions.ts";
import type { ClaimInput } from "./claims.ts";
import { prepareStoreFile } from "./file.ts";
import { packCaptures, packQuarantined, storedDelivery, unpackAnswer } from "./messages.ts";
import { TAKE_OVER_STEP_MAX } from "./recovery.ts";
import { isId } from "./rows.ts";
import { type SpawnStoreThread, SqliteThread } from "./thread.ts";

/** Options for {@linkcode openSqliteStore}. */
export interface SqliteStoreOptions {
  /** Directory of the store's file; made where it is missing. */
  dataDir: string;
  /** The owner, for the log. */
  dispatcherId: string;
  log: Pick<Log, "info" | "warn" | "error">;
  /** The store's clock, in milliseconds since 1970. @default {Date.now} */
  now?: () => number;
  /** Starts the thread that owns the file; for tests. */
  spawn?: SpawnStoreThread;
}

/**
 * Opens the embedded store below `dataDir` and gives back what an earlier owner left running.
 *
 * @throws {Error} with a message for an operator where the directory or the file is refused: in use by another
 * dispatcher, written by a newer version, not writable.
 */
export async function openSqliteStore(options: SqliteStoreOptions): Promise<SqliteStore> {
  const { dataDir, dispatcherId, log, now = Date.now } = options;
  const { spawn = (url, workerOptions) => new Worker(url, workerOptions) } = options;
  const file = prepareStoreFile(dataDir);
  const thread = new SqliteThread({ file, now, log, spawn });
  const takenOver = await thread.start();
  log.info({ file, dispatcherId, takenOver }, "store opened");
  return new SqliteStore(thread, now);
}

/** The contract over a thread: packs what goes there, unpacks what comes back. */
export class SqliteStore implements EventStore {
  readonly kind = "sqlite";
  readonly shared = false;
  readonly #thread: SqliteThread;
  readonly #now: () => number;

  constructor(thread: SqliteThread, now: () => number) {
    this.#thread = thread;
    this.#now = now;
  }

  now(): number {
    return this.#now();
  }

  async commit(
    captures: readonly Capture[],
    { revision }: { revision: number },
  ): Promise<CaptureResult[] | null> {
    const input = packCaptures(captures, revision);
    const now = this.#now();
    const transfer = [input.bytes.buffer as ArrayBuffer];
    const answers = await this.#thread.call("commit", input, { now, transfer });
    if (!answers) return null;
    return captures.map((capture, index) => unpackAnswer(capture, answers[index] ?? null, now));
  }

  claimDue(input: ClaimInput): Promise<ClaimedDelivery[]> {
    return this.#thread.call("claimDue", input);
  }

  settle(outcomes: readonly Outcome[]): Promise<boolean[]> {
    return this.#thread.call("settle", outcomes);
  }

  nextDueAt(subscriptions: readonly string[]): Promise<number | null> {
    return this.#thread.call("nextDueAt", subscriptions);
  }

  dueSeconds({ limit }: { limit: number }): Promise<number[]> {
    return this.#thread.call("dueSeconds", limit);
  }

  heartbeat(dispatcherId: string): Promise<void> {
    return this.#thread.call("heartbeat", dispatcherId);
  }

  async takeOver(input: { dispatcherId: string; staleMs: number }): Promise<number> {
    let taken = 0;
    for (;;) {
      const step = await this.#thread.call("takeOver", input);
      taken += step;
      if (step < TAKE_OVER_STEP_MAX) return taken;
    }
  }

  reclaim(input: { dispatcherId: string; liveTokens: ReadonlySet<string> }): Promise<number> {
    return this.#thread.call("reclaim", input);
  }

  subscriptions(): Promise<SubscriptionSet> {
    return this.#thread.call("subscriptions", null);
  }

  publishSubscriptions(definitions: readonly Subscription[]): Promise<SubscriptionSet> {
    return this.#thread.call("publishSubscriptions", definitions);
  }

  openSubscription(definition: Subscription): Promise<OpenedSubscription> {
    return this.#thread.call("openSubscription", definition);
  }

  pauseSubscription(name: string, pause: Omit<Pause, "at">): Promise<PauseResult> {
    return this.#thread.call("pauseSubscription", { name, pause });
  }

  resumeSubscription(name: string): Promise<ResumeResult> {
    return this.#thread.call("resumeSubscription", name);
  }

  backlog(name: string, { deliveriesMax }: { deliveriesMax: number }): Promise<Backlog> {
    return this.#thread.call("backlog", { name, deliveriesMax });
  }

  async listEvents(query: EventQuery): Promise<EventPage> {
    const { limit, cursor, state, unhandled } = query;
    if (!Number.isInteger(limit) || limit < 1 || limit > PAGE_EVENTS_MAX) {
      throw new RangeError(
        `Cannot list events: limit ${limit} is not from 1 to ${PAGE_EVENTS_MAX}`,
      );
    }
    if (cursor !== undefined && !isId(cursor, "evt")) {
      throw new RangeError("Cannot list events: the cursor is not one of a page before");
    }
    if (state !== undefined && unhandled) {
      throw new RangeError("Cannot list events: unhandled ones have no deliveries in any state");
    }
    return this.#thread.call("listEvents", query);
  }

  getEvent(id: string): Promise<EventDetail | null> {
    return this.#thread.call("getEvent", id);
  }

  getDelivery(id: string): Promise<DeliverySummary | null> {
    return this.#thread.call("getDelivery", id);
  }

  retryDelivery(id: string): Promise<RetryResult> {
    return this.#thread.call("retryDelivery", id);
  }

  cancelDelivery(id: string, { reason }: { reason: string }): Promise<CancelResult> {
    return this.#thread.call("cancelDelivery", { id, reason });
  }

  createReplay(replay: Replay): Promise<void> {
    return this.#thread.call("createReplay", replay);
  }

  replays(): Promise<Replay[]> {
    return this.#thread.call("replays", null);
  }

  setReplayState(id: string, state: ReplayState): Promise<Replay | null> {
    return this.#thread.call("setReplayState", { id, state });
  }

  async stepReplay(id: string, step: ReplayStep): Promise<ReplayStepResult> {
    const now = this.#now();
    const answer = await this.#thread.call("stepReplay", { id, step }, { now });
    if (answer.outcome !== "written") return answer;
    const deliveries = answer.made.flatMap(({ index, ...part }) => {
      const given = step.deliveries[index];
      if (!given) return [];
      const { eventId } = given;
      return storedDelivery({ ...given, claim: null }, { ...part, eventId, replay: id, now });
    });
    return { outcome: "written", replay: answer.replay, deliveries };
  }

  replayBacklog(id: string, { limit }: { limit: number }): Promise<number> {
    return this.#thread.call("replayBacklog", { id, limit });
  }

  pruneEvents(options: Parameters<Events["pruneEvents"]>[0]): ReturnType<Events["pruneEvents"]> {
    return this.#thread.call("pruneEvents", options);
  }

  metrics({ windowMs }: { windowMs: number }): Promise<MetricSums> {
    return this.#thread.call("metrics", windowMs);
  }

  queueState(): Promise<QueueState> {
    return this.#thread.call("queueState", null);
  }

  async quarantine(requests: readonly QuarantinedRequest[]): Promise<number> {
    checkQuarantined(requests);
    const input = packQuarantined(requests);
    const transfer = [input.bytes.buffer as ArrayBuffer];
    return this.#thread.call("quarantine", input, { transfer });
  }

  async listQuarantine(query: QuarantineQuery): Promise<QuarantinePage> {
    checkQuarantineQuery(query);
    return this.#thread.call("listQuarantine", query);
  }

  getQuarantined(id: string): Promise<QuarantinedRequest | null> {
    return this.#thread.call("getQuarantined", id);
  }

  async release(
    id: string,
    { capture, revision }: { capture: Capture; revision: number },
  ): Promise<ReleaseResult | null> {
    const input = { id, ...packCaptures([capture], revision) };
    const now = this.#now();
    const transfer = [input.bytes.buffer as ArrayBuffer];
    const answer = await this.#thread.call("release", input, { now, transfer });
    if (answer?.outcome !== "released") return answer;
    const { eventId, deliveries } = unpackAnswer(capture, answer.answer, now);
    return { outcome: "released", eventId, deliveries };
  }

  async pruneQuarantine({ receivedBefore }: { receivedBefore: number }): Promise<number> {
    let removed = 0;
    for (;;) {
      const step = await this.#thread.call("pruneQuarantine", receivedBefore);
      removed += step;
      if (step === 0) return removed;
    }
  }

  recordSecretUses(uses: readonly SecretUse[]): Promise<void> {
    return this.#thread.call("recordSecretUses", uses);
  }

  secretUses(): Promise<SecretUse[]> {
    return this.#thread.call("secretUses", null);
  }

  recordHandshakes(seen: readonly HandshakeSeen[]): Promise<void> {
    return this.#thread.call("recordHandshakes", seen);
  }

  handshakes(): Promise<HandshakeSeen[]> {
    return this.#thread.call("handshakes", null);
  }

  openEnrolment(input: { source: string; until: number }): Promise<void> {
    return this.#thread.call("openEnrolment", input);
  }

  enrol(input: { source: string; secret: string }): Promise<boolean> {
    return this.#thread.call("enrol", input);
  }

  enrolments(): Promise<readonly Enrolment[]> {
    return this.#thread.call("enrolments", null);
  }

  /** Whether the disk has room for captures above its reserve. */
  diskHasRoom(): Promise<boolean> {
    return this.#thread.call("diskHasRoom", null);
  }

  close(): Promise<void> {
    return this.#thread.close();
  }
}
