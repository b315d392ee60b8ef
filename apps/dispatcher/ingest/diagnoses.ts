import { nextTurn, TokenBucket } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import type { QuarantinedRequest, Source } from "@hookgate/types";

/** Returns the likely reasons for a refusal, one sentence each, likeliest first. Pure and offline, but slow: an HMAC for each guess. */
export type Diagnose = (
  request: QuarantinedRequest,
  options: { source: Source; sources: readonly Source[]; now: number },
) => readonly string[];

/** Time for diagnoses, in milliseconds of each second: events come first. */
const DIAGNOSIS_MS = { perSecond: 50, burst: 500 };

/** Larger bodies are not diagnosed, in bytes: each guess would hash them again. */
const DIAGNOSED_BODY_BYTES_MAX = 256 * 1024;

/** Options for {@linkcode Diagnoses}. */
export interface DiagnosesOptions {
  diagnose: Diagnose;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  clock?: () => number;
  log: Log;
}

/** Diagnoses refused requests between other work, one at a time, for as long as the second's budget lasts. */
export class Diagnoses {
  readonly #options: DiagnosesOptions;
  readonly #clock: () => number;
  readonly #budget: TokenBucket;

  constructor(options: DiagnosesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#budget = new TokenBucket({ ...DIAGNOSIS_MS, monotonic: this.#clock });
  }

  /** The request with its diagnosis; unchanged if there is no time for one. */
  async add(
    request: QuarantinedRequest,
    { sources }: { sources: readonly Source[] },
  ): Promise<QuarantinedRequest> {
    if (request.body.length > DIAGNOSED_BODY_BYTES_MAX) return request;
    if (this.#budget.left <= 0) return request;
    const { diagnose, now, log } = this.#options;
    const source = sources.find(({ name }) => name === request.source);
    if (!source) return request;
    await nextTurn();
    const startedAt = this.#clock();
    try {
      return { ...request, diagnosis: diagnose(request, { source, sources, now: now() }) };
    } catch (error) {
      log.error(
        { err: error, id: request.id },
        "diagnosis failed, the refused request is kept without one",
      );
      return request;
    } finally {
      this.#budget.spend(this.#clock() - startedAt);
    }
  }
}
