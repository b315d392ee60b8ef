import { setTimeout as delay } from "node:timers/promises";
import { LineBudget, takeFitting } from "@hookgate/async";
import {
  type EnrolledSecretMessage,
  handshakeFromMessage,
  type ReportRequest,
  type ReportResponse,
  type RequestCountMessage,
  RpcError,
  secretUseFromMessage,
} from "@hookgate/rpc";
import type { Log } from "@hookgate/telemetry";
import {
  enrolledSecret,
  enrolledSecretId,
  type HandshakeSeen,
  type QuarantinedRequest,
  type SecretUse,
  type Source,
} from "@hookgate/types";
import type { Bookkeeping, Enrolment } from "../store/contract/bookkeeping.ts";
import { EDGE_IS_THERE } from "../store/contract/buckets.ts";
import { type StoreTime, StoreUnavailableError } from "../store/contract/event_store.ts";
import type { Metrics, RequestCount } from "../store/contract/metrics.ts";
import type { Quarantine } from "../store/contract/quarantine.ts";
import { type Diagnose, Diagnoses } from "./diagnoses.ts";
import { knownSources } from "./known_sources.ts";
import { RefusedIntake } from "./refused_intake.ts";

/** Reports that may wait; above it they are refused. Their size is bounded by the budget of refused requests. */
const REPORTS_WAITING_MAX = 64;

/** Entries of each kind in one report; more are ignored. */
const ENTRIES_MAX = 1_000;

/** Refused requests in one write: few, because the commits of events wait for it. */
const WRITE = {
  itemsMax: 64,
  bytesMax: 256 * 1024,
  bytesOf: ({ body, headers }: QuarantinedRequest) => body.length + headers.length,
};

/** Writes of refused requests take a tenth of the store's time: after each it is left alone for so many times as long … */
const LEFT_ALONE_FACTOR = 9;

/** … but for no longer than this, in milliseconds: the edge waits for its report. */
const LEFT_ALONE_MS_MAX = 200;

/** Longest secret, and longest id of one, in characters. */
const SECRET_CHARS_MAX = 4_096;
const SECRET_ID_CHARS_MAX = 200;

/** Least time between two log lines about requests that were not kept, in milliseconds. */
const LINE_EVERY_MS = 60_000;

/** Options for {@linkcode Reports}. */
export interface ReportsOptions {
  store: StoreTime &
    Pick<Quarantine, "quarantine"> &
    Pick<Metrics, "recordRequests"> &
    Pick<Bookkeeping, "recordSecretUses" | "recordHandshakes" | "enrol" | "enrolments">;
  /** The sources of the current configuration. */
  sources: () => readonly Source[];
  diagnose: Diagnose;
  /** Starts what diagnoses. @default {nothing is to be started} */
  startDiagnosing?: () => Promise<void>;
  /** A refused request as it is to be kept. @default as it came */
  protect?: (request: QuarantinedRequest) => Promise<QuarantinedRequest>;
  /** The paths that take test events now. @default {none} */
  trials?: () => Promise<readonly { word: string; secret: string; until: number }[]>;
  /** A monotonic clock for rates and durations, in milliseconds. @default {performance.now} */
  clock?: () => number;
  /** @default {setTimeout} */
  delay?: (ms: number) => Promise<unknown>;
  log: Log;
}

/** The valid part of a report. */
interface Noticed {
  refused: readonly QuarantinedRequest[];
  secretUses: readonly SecretUse[];
  handshakes: readonly HandshakeSeen[];
  enrolled: readonly EnrolledSecretMessage[];
  /** Null if the edge has not said. */
  requests: readonly RequestCount[] | null;
}

/**
 * Records what edges report: refused requests, uses of secrets, handshakes, delivered secrets. Refused requests are written
 * one report at a time and in small writes, so that events are committed in between even in a flood.
 */
export class Reports {
  readonly #options: ReportsOptions;
  readonly #intake: RefusedIntake;
  readonly #diagnoses: Diagnoses;
  #turn: Promise<unknown> = Promise.resolve();
  #waiting = 0;
  #left = 0;
  /** Until then the store is left alone, on the monotonic clock. */
  #aloneUntil = 0;
  readonly #lines: LineBudget;

  /** Whether the disk is above its reserve; below it no refused request is kept. */
  diskHasRoom = true;

  constructor(options: ReportsOptions) {
    const { clock = () => performance.now(), store } = options;
    this.#options = options;
    this.#lines = new LineBudget({ monotonic: clock, linesMax: 1, windowMs: LINE_EVERY_MS });
    this.#intake = new RefusedIntake(clock);
    this.#diagnoses = new Diagnoses({ ...options, clock, now: () => store.now() });
  }

  /** Why a request that is kept was likely refused, for an operator: what came in a flood was kept without a diagnosis. */
  async diagnose(request: QuarantinedRequest): Promise<readonly string[]> {
    const { sources, store } = this.#options;
    return this.#diagnoses.ask(request, {
      sources: withEnrolled(sources(), await store.enrolments()),
    });
  }

  /** Serves one report. */
  async report(request: ReportRequest): Promise<ReportResponse> {
    if (this.#waiting >= REPORTS_WAITING_MAX) {
      throw new RpcError("RESOURCE_EXHAUSTED", "too many reports are waiting; report less often");
    }
    this.#waiting += 1;
    // Chosen now, so that requests that will not be kept do not wait in memory.
    const noticed = this.#choose(request);
    try {
      return await this.#take(noticed);
    } catch (cause) {
      if (!(cause instanceof StoreUnavailableError)) throw cause;
      throw new RpcError("UNAVAILABLE", "the store does not answer; report again", { cause });
    } finally {
      this.#waiting -= 1;
    }
  }

  #choose({ refused, secretUses, handshakes, enrolled, counts }: ReportRequest): Noticed {
    const configured = new Set(this.#options.sources().map(({ name }) => name));
    const sources = knownSources(this.#options.sources());
    const chosen = this.diskHasRoom
      ? this.#intake.take(refused.slice(0, ENTRIES_MAX), { sources })
      : [];
    this.#leave(refused.length - chosen.length);
    const known = ({ source }: { source: string }) => configured.has(source);
    return {
      refused: chosen,
      secretUses: secretUses
        .slice(0, ENTRIES_MAX)
        .filter(known)
        .map(secretUseFromMessage)
        .filter(isUse),
      handshakes: handshakes.slice(0, ENTRIES_MAX).filter(known).map(handshakeFromMessage),
      enrolled: enrolled.slice(0, ENTRIES_MAX).filter(known).filter(isSecret),
      requests: counts == null ? null : countsOf(counts.requests, sources),
    };
  }

  /** First what may safely be reported twice, then what is counted, last what is best effort. */
  async #take(noticed: Noticed): Promise<ReportResponse> {
    const { refused, secretUses, handshakes, enrolled, requests } = noticed;
    const { store } = this.#options;
    for (const delivered of enrolled) await this.#enrol(delivered);
    if (handshakes.length > 0) await store.recordHandshakes(handshakes);
    const enrolments = await store.enrolments();
    const trials = (await this.#options.trials?.()) ?? [];
    if (secretUses.length > 0) await store.recordSecretUses(secretUses);
    if (requests !== null) await store.recordRequests([EDGE_IS_THERE, ...requests]);
    const refusedKept = refused.length === 0 ? 0 : await this.#keepInTurn(refused, enrolments);
    const now = store.now();
    return {
      refusedKept,
      enrolmentsOpen: enrolments
        .filter(({ openUntil }) => openUntil !== null && openUntil > now)
        .map(({ source }) => source),
      enrolled: enrolments.flatMap(({ source, secrets }) =>
        secrets.map((value) => ({ source, value })),
      ),
      trials: trials.map(({ word, secret, until }) => ({ word, secret, leftMs: until - now })),
    };
  }

  async #enrol({ source, value: secret, word = "", address = "" }: EnrolledSecretMessage) {
    const { store, log } = this.#options;
    const facts = { source, address, secretId: enrolledSecretId(secret) };
    if (await store.enrol({ source, secret, word, address })) {
      log.warn(facts, "delivered secret enrolled");
    } else {
      log.warn(facts, "delivered secret ignored: no enrolment is open, or its URL lacks the word");
    }
  }

  /** Keeps the requests of one report after those of another. */
  #keepInTurn(
    requests: readonly QuarantinedRequest[],
    enrolments: readonly Enrolment[],
  ): Promise<number> {
    const kept = this.#turn.then(() => this.#keep(requests, enrolments));
    this.#turn = kept;
    return kept;
  }

  /** Never rejects. */
  async #keep(
    requests: readonly QuarantinedRequest[],
    enrolments: readonly Enrolment[],
  ): Promise<number> {
    let kept = 0;
    const { store, clock = () => performance.now(), delay: wait = delay } = this.#options;
    const { protect = async (request) => request } = this.#options;
    const sources = withEnrolled(this.#options.sources(), enrolments);
    try {
      for (const batch of batches(requests)) {
        const aloneMs = this.#aloneUntil - clock();
        if (aloneMs > 0) await wait(aloneMs);
        const diagnosed: QuarantinedRequest[] = [];
        for (const request of batch) {
          diagnosed.push(await protect(await this.#diagnoses.add(request, { sources })));
        }
        const startedAt = clock();
        kept += await store.quarantine(diagnosed);
        const endedAt = clock();
        const alone = Math.min((endedAt - startedAt) * LEFT_ALONE_FACTOR, LEFT_ALONE_MS_MAX);
        this.#aloneUntil = endedAt + alone;
      }
    } catch (error) {
      // The rest of the report is recorded, and a retry would count it twice.
      this.#options.log.warn(
        { err: error },
        "quarantine failed, refused requests of this report are dropped",
      );
    }
    return kept;
  }

  #leave(requests: number): void {
    this.#left += requests;
    if (this.#left === 0 || this.#lines.take() === null) return;
    this.#options.log.warn(
      { requests: this.#left },
      "too many refused requests, some were dropped",
    );
    this.#left = 0;
  }
}

/** Outcomes are names of the edge's code. */
const OUTCOME = /^[a-z_]{1,40}$/;

/** Counts of requests that can be true. A source that is not ours is one that the path does not name. */
function countsOf(
  requests: readonly RequestCountMessage[],
  sources: ReadonlySet<string>,
): RequestCount[] {
  const counted = requests.slice(0, ENTRIES_MAX).filter(({ outcome }) => OUTCOME.test(outcome));
  return counted.map(({ source, timeMs, times, ...rest }) => ({
    ...rest,
    source: sources.has(source) ? source : "",
    timedMs: timeMs,
    times,
  }));
}

/** The sources with the secrets of enrolments added to those of the configuration. */
function withEnrolled(
  sources: readonly Source[],
  enrolments: readonly Enrolment[],
): readonly Source[] {
  const delivered = new Map(enrolments.map(({ source, secrets }) => [source, secrets]));
  return sources.map((source) => {
    const secrets = (delivered.get(source.name) ?? []).map(enrolledSecret);
    return secrets.length === 0 ? source : { ...source, secrets: [...source.secrets, ...secrets] };
  });
}

/** Small groups that are written together, each of at least one request. */
function* batches(requests: readonly QuarantinedRequest[]): Generator<QuarantinedRequest[]> {
  const left = [...requests];
  while (left.length > 0) yield takeFitting(left, WRITE);
}

function isUse({ secretId, uses, firstUsedAt, lastUsedAt }: SecretUse): boolean {
  if (secretId === "" || secretId.length > SECRET_ID_CHARS_MAX) return false;
  return uses > 0 && firstUsedAt >= 0 && lastUsedAt >= firstUsedAt;
}

function isSecret({ value }: EnrolledSecretMessage): boolean {
  return value !== "" && value.length <= SECRET_CHARS_MAX;
}
