import { deadline, LineBudget } from "@hookgate/async";
import {
  handshakeToMessage,
  quarantinedToMessage,
  type ReportRequest,
  type ReportResponse,
  type RequestCountMessage,
  RpcError,
  secretUseToMessage,
} from "@hookgate/rpc";
import type { VerifySecret } from "@hookgate/signature";
import type { Log } from "@hookgate/telemetry";
import {
  enrolledSecretId,
  type HandshakeSeen,
  type QuarantinedRequest,
  type SecretUse,
} from "@hookgate/types";
import { RefusedBuffer } from "./refused_buffer.ts";
import type { RequestCounts } from "./request_counts.ts";
import { SecretUses } from "./secret_uses.ts";

/** Refused requests that wait to be sent. Requests in flight have bounds of their own. */
const REFUSED_MAX = { requestsMax: 1_000, bytesMax: 32 * 1024 * 1024 };

/** Refused requests in one message, which holds both loops while it is written and read. */
const MESSAGE_REFUSED_MAX = { requestsMax: 500, bytesMax: 1024 * 1024 };

/** Other entries of each kind in one message. */
const MESSAGE_ENTRIES_MAX = 1_000;

/** How often to report. */
const REPORT_EVERY_MS = 1_000;

/** How often counts of requests are reported even if there are none, in milliseconds: the dispatcher learns that the edge is there. */
const COUNTS_EVERY_MS = 10_000;

/** When the edge stops, the last report may take this long. */
const LAST_REPORT_MS_MAX = 500;

/** At most one line about losses is logged in this time. */
const LINE_EVERY_MS = 10_000;

/** What became of a secret that a handshake delivered. */
export type EnrolOutcome = "kept" | "closed" | "unavailable";

/** Options for {@linkcode Report}. */
export interface ReportOptions {
  /** The dispatcher. */
  client: { report(request: ReportRequest): Promise<ReportResponse> };
  /** Whether the dispatcher is connected. Otherwise nothing is sent or logged. */
  connected: () => boolean;
  /** Requests that were answered. */
  counts: Pick<RequestCounts, "take" | "restore">;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  /** @default {1_000} */
  everyMs?: number;
}

/**
 * Reports to the dispatcher what the edge noticed: refused requests, uses of secrets, handshakes, counts of answers. Bounded and best effort:
 * no answer waits for it, except to a handshake that delivers a secret.
 */
export class Report {
  /** Whether some handshakes deliver secrets: then it reports even if there is nothing new, to learn about them. */
  enrols = false;
  readonly #client: ReportOptions["client"];
  readonly #connected: () => boolean;
  readonly #log: Log;
  readonly #lines: LineBudget;
  readonly #timer: NodeJS.Timeout;
  readonly #refused = new RefusedBuffer(REFUSED_MAX);
  readonly #uses = new SecretUses();
  readonly #counts: ReportOptions["counts"];
  readonly #monotonic: () => number;
  #countedAt: number;
  /** The latest one of each source and outcome. */
  readonly #handshakes = new Map<string, HandshakeSeen>();
  #enrolmentsOpen: ReadonlySet<string> = new Set();
  #enrolled: ReadonlyMap<string, readonly VerifySecret[]> | null = null;
  /** Secrets of test events by the word in their path, and until when, on the monotonic clock. */
  #trials: ReadonlyMap<string, { secret: string; until: number }> = new Map();
  #sending: Promise<void> | null = null;

  constructor(options: ReportOptions) {
    const { client, connected, counts, log, monotonic, everyMs = REPORT_EVERY_MS } = options;
    this.#counts = counts;
    this.#monotonic = monotonic;
    this.#countedAt = monotonic();
    this.#client = client;
    this.#connected = connected;
    this.#log = log;
    this.#lines = new LineBudget({ monotonic, linesMax: 1, windowMs: LINE_EVERY_MS });
    this.#timer = setInterval(() => this.#tick(), everyMs);
  }

  /** Whether a refused request would probably be kept; its size is not known yet. */
  hasRoom(sender: Pick<QuarantinedRequest, "source" | "address">): boolean {
    return this.#refused.hasRoom(sender, 0);
  }

  /** Reports a refused request. */
  refused(request: QuarantinedRequest): void {
    this.#refused.add(request);
  }

  /** Counts a request that this secret verified. */
  used(source: string, secretId: string, at: number): void {
    this.#uses.add(source, secretId, at);
  }

  /** Reports a handshake. */
  handshake(seen: HandshakeSeen): void {
    this.#handshakes.set(`${seen.source} ${seen.ok}`, seen);
  }

  /** Secrets that handshakes have delivered; null until the dispatcher has sent them. */
  enrolled(source: string): readonly VerifySecret[] | null {
    return this.#enrolled === null ? null : (this.#enrolled.get(source) ?? []);
  }

  /** The secret of the test events with this word in their path; null if there are none now. */
  trial(word: string): string | null {
    const trial = this.#trials.get(word);
    return trial !== undefined && trial.until > this.#monotonic() ? trial.secret : null;
  }

  /** Sends a secret that a handshake delivered; `kept` once the dispatcher has stored it. Never rejects. */
  async enrol(
    delivered: { source: string; value: string; word: string; address: string },
    { timeoutMs }: { timeoutMs: number },
  ): Promise<EnrolOutcome> {
    const { source, value } = delivered;
    if (this.#enrolled === null) return "unavailable";
    if (!this.#enrolmentsOpen.has(source)) return "closed";
    const outcome = this.#client
      .report({ ...NOTHING, enrolled: [delivered] })
      .then((response): EnrolOutcome => {
        this.#learn(response);
        const id = enrolledSecretId(value);
        return this.enrolled(source)?.some((secret) => secret.id === id) ? "kept" : "closed";
      })
      .catch((error: unknown): EnrolOutcome => {
        this.#warn({ err: error, source }, "cannot keep a delivered secret, answered 503");
        return "unavailable";
      });
    return deadline(outcome, { ms: timeoutMs, late: () => "unavailable" as const });
  }

  /** Sends what is left, but does not wait long for it. */
  async close(): Promise<void> {
    clearInterval(this.#timer);
    if (!this.#connected()) return;
    const last = Promise.resolve(this.#sending).then(() => this.#flush());
    await deadline(last, { ms: LAST_REPORT_MS_MAX, late: () => {} });
  }

  #tick(): void {
    if (this.#connected()) void this.#flush();
  }

  /** One report at a time; a call during one waits for that one. */
  #flush(): Promise<void> {
    this.#sending ??= this.#send().finally(() => {
      this.#sending = null;
    });
    return this.#sending;
  }

  /** Sends what there is now. What comes meanwhile is for the next report: under load this one would never end. */
  async #send(): Promise<void> {
    let left = this.#refused.size;
    let others = this.#takeOthers();
    if (left === 0 && isEmpty(others) && !this.enrols) return;
    do {
      const refused = this.#refused.peek(MESSAGE_REFUSED_MAX);
      if (!(await this.#sendMessage(refused, others))) return;
      left -= refused.length;
      others = NO_OTHERS;
    } while (left > 0);
  }

  /** Everything but refused requests. */
  #takeOthers(): Others {
    const secretUses = this.#uses.take(MESSAGE_ENTRIES_MAX);
    const handshakes = [...this.#handshakes].slice(0, MESSAGE_ENTRIES_MAX);
    for (const [key] of handshakes) this.#handshakes.delete(key);
    const requests = this.#counts.take();
    const isDue = this.#monotonic() - this.#countedAt >= COUNTS_EVERY_MS;
    const counts = requests.length > 0 || isDue ? { counts: { requests } } : {};
    return { secretUses, handshakes, ...counts };
  }

  /** Returns whether the dispatcher has taken it. Never rejects. */
  async #sendMessage(refused: readonly QuarantinedRequest[], others: Others): Promise<boolean> {
    const { secretUses, handshakes, counts } = others;
    try {
      const response = await this.#client.report({
        refused: refused.map(quarantinedToMessage),
        secretUses: secretUses.map(secretUseToMessage),
        handshakes: handshakes.map(([, seen]) => handshakeToMessage(seen)),
        enrolled: [],
        ...(counts && { counts }),
      });
      if (counts) this.#countedAt = this.#monotonic();
      this.#refused.remove(refused.length);
      this.#refused.drop(Math.max(0, refused.length - response.refusedKept));
      this.#learn(response);
      this.#logDropped();
      return true;
    } catch (error) {
      this.#uses.restore(secretUses);
      this.#counts.restore(counts?.requests ?? []);
      for (const [key, seen] of handshakes) {
        if (!this.#handshakes.has(key)) this.#handshakes.set(key, seen);
      }
      this.#fail(error, refused.length);
      return false;
    }
  }

  #learn({ enrolmentsOpen, enrolled, trials }: ReportResponse): void {
    const now = this.#monotonic();
    this.#trials = new Map(
      trials.map(({ word, secret, leftMs }) => [word, { secret, until: now + leftMs }]),
    );
    this.#enrolmentsOpen = new Set(enrolmentsOpen);
    const bySource = new Map<string, VerifySecret[]>();
    for (const { source, value } of enrolled) {
      const secrets = bySource.get(source) ?? [];
      secrets.push({ id: enrolledSecretId(value), value });
      bySource.set(source, secrets);
    }
    this.#enrolled = bySource;
  }

  /** A dispatcher that is away gets everything later. What one has refused is not sent to it again. */
  #fail(error: unknown, refused: number): void {
    if (error instanceof RpcError && RETRIED.has(error.code)) return;
    this.#refused.remove(refused);
    this.#refused.drop(refused);
    this.#warn(
      { err: error },
      "report refused by the dispatcher, its refused requests are dropped",
    );
  }

  #warn(fields: object, message: string): void {
    const omitted = this.#lines.take();
    if (omitted !== null) this.#log.warn({ ...fields, omitted }, message);
  }

  #logDropped(): void {
    const requests = this.#refused.takeDropped();
    if (requests === 0) return;
    const omitted = this.#lines.take();
    if (omitted === null) this.#refused.drop(requests);
    else this.#log.warn({ requests }, "refused requests dropped: no room to keep them");
  }
}

/** What a message has besides refused requests. */
interface Others {
  secretUses: readonly SecretUse[];
  handshakes: readonly (readonly [key: string, seen: HandshakeSeen])[];
  counts?: { requests: RequestCountMessage[] };
}

const NO_OTHERS: Others = { secretUses: [], handshakes: [] };

function isEmpty({ secretUses, handshakes, counts }: Others): boolean {
  return secretUses.length === 0 && handshakes.length === 0 && counts === undefined;
}

const NOTHING: ReportRequest = { refused: [], secretUses: [], handshakes: [], enrolled: [] };

const RETRIED: ReadonlySet<string> = new Set([
  "UNAVAILABLE",
  "DEADLINE_EXCEEDED",
  "CANCELLED",
  "RESOURCE_EXHAUSTED",
]);
