import { TokenBucket, type TokenRate } from "@hookgate/async";
import type { Log } from "@hookgate/telemetry";
import { isUnread, type QuarantinedRequest, type Source } from "@hookgate/types";

/** What a diagnosis needs in addition to the request. */
export interface DiagnoseOptions {
  /** The source that refused it. */
  source: Source;
  /** Every source, including this one. */
  sources: readonly Source[];
  /** The time, in milliseconds since 1970. */
  now: number;
}

/** Returns the likely reasons for a refusal, one sentence each, likeliest first. */
export type Diagnose = (
  request: QuarantinedRequest,
  options: DiagnoseOptions,
) => readonly string[] | Promise<readonly string[]>;

/** Time for diagnoses, in milliseconds of each second: events come first. */
const DIAGNOSIS_MS: TokenRate = { perSecond: 100, burst: 1_000 };

/** Share of it that one source may use, so that a flood to one leaves time for the others. */
const SOURCE_SHARE = 0.5;

/** Larger bodies are not diagnosed, in bytes: each guess would hash them again. */
const DIAGNOSED_BODY_BYTES_MAX = 256 * 1024;

/** Options for {@linkcode Diagnoses}. */
export interface DiagnosesOptions {
  diagnose: Diagnose;
  /** Starts what diagnoses, so that its start is not charged to the first request. @default {nothing is to be started} */
  startDiagnosing?: () => Promise<void>;
  /** The time, in milliseconds since 1970. */
  now: () => number;
  /** A monotonic clock, in milliseconds. @default {performance.now} */
  clock?: () => number;
  log: Log;
}

/**
 * Diagnoses refused requests for as long as the second's budget lasts, that of all sources and that of each. Those whose body was
 * not read cost nothing: why that is, is known.
 */
export class Diagnoses {
  readonly #options: DiagnosesOptions;
  readonly #clock: () => number;
  readonly #budget: TokenBucket;
  readonly #bySource = new Map<string, TokenBucket>();

  constructor(options: DiagnosesOptions) {
    this.#options = options;
    this.#clock = options.clock ?? (() => performance.now());
    this.#budget = this.#newBudget(1);
  }

  /** The request with its diagnosis; unchanged if there is no time for one. Call it again only once it has settled. */
  async add(
    request: QuarantinedRequest,
    { sources }: { sources: readonly Source[] },
  ): Promise<QuarantinedRequest> {
    if (request.body.length > DIAGNOSED_BODY_BYTES_MAX) return request;
    const budgets = isUnread(request.reason)
      ? []
      : [this.#budget, this.#budgetOf(request.source, sources)];
    if (budgets.some(({ left }) => left <= 0)) return request;
    const { ms, diagnosis } = await this.#diagnose(request, sources);
    for (const budget of budgets) budget.spend(ms);
    return { ...request, diagnosis };
  }

  /** The diagnosis, whatever it costs: for an operator who asks for it. Empty if there is none. */
  async ask(
    request: QuarantinedRequest,
    { sources }: { sources: readonly Source[] },
  ): Promise<readonly string[]> {
    return (await this.#diagnose(request, sources)).diagnosis;
  }

  async #diagnose(
    request: QuarantinedRequest,
    sources: readonly Source[],
  ): Promise<{ diagnosis: readonly string[]; ms: number }> {
    const { diagnose, startDiagnosing, now, log } = this.#options;
    const source = sources.find(({ name }) => name === request.source);
    if (!source) return { diagnosis: [], ms: 0 };
    let startedAt = this.#clock();
    try {
      await startDiagnosing?.();
      startedAt = this.#clock();
      const diagnosis = await diagnose(request, { source, sources, now: now() });
      return { diagnosis, ms: this.#clock() - startedAt };
    } catch (error) {
      log.error({ err: error, id: request.id }, "diagnosis failed, the refused request has none");
      return { diagnosis: [], ms: this.#clock() - startedAt };
    }
  }

  #budgetOf(name: string, sources: readonly Source[]): TokenBucket {
    const before = this.#bySource.get(name);
    if (before !== undefined) return before;
    // Only here, so that sources of earlier configurations do not pile up.
    const names = new Set(sources.map((source) => source.name));
    for (const known of this.#bySource.keys()) if (!names.has(known)) this.#bySource.delete(known);
    const made = this.#newBudget(SOURCE_SHARE);
    this.#bySource.set(name, made);
    return made;
  }

  #newBudget(share: number): TokenBucket {
    const { perSecond, burst } = DIAGNOSIS_MS;
    const rate = { perSecond: perSecond * share, burst: burst * share };
    return new TokenBucket({ ...rate, monotonic: this.#clock });
  }
}
