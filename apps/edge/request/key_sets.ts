import { deadline, LineBudget } from "@hookgate/async";
import { fetchKeySet, type OutsideFetch } from "@hookgate/outbound";
import { readKeySet } from "@hookgate/signature";
import type { Log } from "@hookgate/telemetry";

/** Time for one fetch, in milliseconds. */
const FETCH_MS_MAX = 1_000;

/** Senders withdraw keys, too: a set that is older is fetched again, while the old one is used. */
const REFRESH_MS = 3_600_000;

/**
 * A set is fetched at most once in this time, in milliseconds, whatever keys are asked for. A forger can name any number of
 * keys, but cannot make the genuine one wait longer: one fetch brings all keys, and senders publish them before they use them.
 */
const FETCH_EVERY_MS = 1_000;

const LINE_EVERY_MS = 10_000;

/** Options for {@linkcode KeySets}. */
export interface KeySetsOptions {
  fetch: OutsideFetch;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Options for {@linkcode KeySets.get}. */
export interface GetKeySetOptions {
  /** The name of the key that is needed. */
  kid: string;
  /** The set whose key of this name did not make the signature. @default none */
  refused?: string;
  timeoutMs: number;
}

interface KeySet {
  /** The newest that could be fetched; null if none ever could. */
  json: string | null;
  /** When that was, in monotonic time. */
  fetchedAt: number;
  /** When the last fetch began, and whether it succeeded. */
  triedAt: number;
  failed: boolean;
  fetching: Promise<void> | null;
}

/**
 * The key sets that senders publish, by URL. The URLs are in recipes, so there are few of them, and none is a stranger's
 * choice.
 */
export class KeySets {
  readonly #fetch: OutsideFetch;
  readonly #log: Log;
  readonly #lines: LineBudget;
  readonly #monotonic: () => number;
  readonly #sets = new Map<string, KeySet>();

  constructor({ fetch, log, monotonic }: KeySetsOptions) {
    this.#fetch = fetch;
    this.#log = log;
    this.#lines = new LineBudget({ monotonic, linesMax: 1, windowMs: LINE_EVERY_MS });
    this.#monotonic = monotonic;
  }

  /**
   * The key set at a URL, in JSON. If it has no key of this name, or is the one that has refused a request, it was fetched within the
   * last second: the request is not genuine. Null if we cannot get such a set within this time, a fault of ours. Never rejects.
   */
  async get(url: string, { kid, refused, timeoutMs }: GetKeySetOptions): Promise<string | null> {
    const set = this.#sets.get(url) ?? unfetched();
    this.#sets.set(url, set);
    const serves = () => set.json !== refused && hasKey(set, kid);
    const now = this.#monotonic();
    const isDue = set.fetching === null && now - set.triedAt >= FETCH_EVERY_MS;
    if (serves()) {
      if (isDue && now - set.fetchedAt >= REFRESH_MS) this.#load(url, set);
      return set.json;
    }
    if (isDue) this.#load(url, set);
    const { fetching } = set;
    if (fetching !== null) {
      if (timeoutMs <= 0) return null;
      await deadline(fetching, { ms: timeoutMs, late: () => undefined });
      // What was asked for may have come with a fetch that began before.
      if (set.fetching === fetching) return null;
    }
    return set.failed && !serves() ? null : set.json;
  }

  /** It continues when a caller's time is up, so that a later call finds its result. */
  #load(url: string, set: KeySet): void {
    set.triedAt = this.#monotonic();
    set.fetching = fetchKeySet(url, { timeoutMs: FETCH_MS_MAX, fetch: this.#fetch })
      .then((json) => {
        if (readKeySet(json) === null) throw new Error("Cannot read any key of the set");
        set.json = json;
        set.fetchedAt = this.#monotonic();
        set.failed = false;
      })
      .catch((error: unknown) => {
        set.failed = true;
        const omitted = this.#lines.take();
        if (omitted === null) return;
        this.#log.warn(
          { url, err: error, omitted },
          "cannot fetch a key set, known keys still count",
        );
      })
      .finally(() => {
        set.fetching = null;
      });
  }
}

function unfetched(): KeySet {
  const never = Number.NEGATIVE_INFINITY;
  return { json: null, fetchedAt: never, triedAt: never, failed: true, fetching: null };
}

function hasKey({ json }: KeySet, kid: string): boolean {
  return json !== null && readKeySet(json)?.has(kid) === true;
}
