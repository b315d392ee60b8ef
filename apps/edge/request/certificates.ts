import { deadline, LineBudget, TokenBucket } from "@hookgate/async";
import { fetchCertificate, type OutsideFetch } from "@hookgate/outbound";
import type { Log } from "@hookgate/telemetry";
import { LRUCache } from "lru-cache";

/** Time for one fetch, in milliseconds. */
export const CERTIFICATE_MS_MAX = 1_000;

/** Certificates are replaced about once a year, under a new URL. */
const KNOWN = { max: 100, ttl: 6 * 3_600_000 };

/** How long a failed URL is not tried again. Kept apart from the known ones, so that a forger cannot evict those. */
const MISSING = { max: 1_000, ttl: 10_000 };

/** Fetches at once, and per second: a forger can name any number of URLs of the pinned host. */
const FETCHES_MAX = 8;
const FETCHES_PER_SECOND = 5;
const FETCHES_BURST = 20;

const LINE_EVERY_MS = 10_000;

/** Options for {@linkcode Certificates}. */
export interface CertificatesOptions {
  fetch: OutsideFetch;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Certificates that requests name, fetched from the host that the provider's file pins, and cached. */
export class Certificates {
  readonly #fetch: OutsideFetch;
  readonly #log: Log;
  readonly #lines: LineBudget;
  readonly #credit: TokenBucket;
  readonly #known: LRUCache<string, string>;
  readonly #missing: LRUCache<string, true>;
  /** Fetches in progress, by URL: requests for the same one share it. */
  readonly #fetching = new Map<string, Promise<string | null>>();

  constructor({ fetch, log, monotonic }: CertificatesOptions) {
    this.#fetch = fetch;
    this.#log = log;
    this.#lines = new LineBudget({ monotonic, linesMax: 1, windowMs: LINE_EVERY_MS });
    const rate = { perSecond: FETCHES_PER_SECOND, burst: FETCHES_BURST };
    this.#credit = new TokenBucket({ ...rate, monotonic });
    const perf = { now: monotonic };
    // 0 reads the clock each time instead of caching it.
    this.#known = new LRUCache({ ...KNOWN, perf, ttlResolution: 0 });
    this.#missing = new LRUCache({ ...MISSING, perf, ttlResolution: 0 });
  }

  /** The certificate at a URL, in PEM; null if we cannot get it within this time, a fault of ours. Never rejects. */
  async get(url: string, { timeoutMs }: { timeoutMs: number }): Promise<string | null> {
    const known = this.#known.get(url);
    if (known !== undefined) return known;
    if (timeoutMs <= 0 || this.#missing.has(url)) return null;
    return deadline(this.#share(url), { ms: timeoutMs, late: () => null });
  }

  /** The fetch continues when a caller's time is up, so that a later call finds its result. */
  #share(url: string): Promise<string | null> {
    const under = this.#fetching.get(url);
    if (under !== undefined) return under;
    if (this.#fetching.size >= FETCHES_MAX || this.#credit.take() > 0) {
      this.#warn({ url, reason: "too many fetches" });
      return Promise.resolve(null);
    }
    const fetching = this.#load(url).finally(() => this.#fetching.delete(url));
    this.#fetching.set(url, fetching);
    return fetching;
  }

  async #load(url: string): Promise<string | null> {
    try {
      const options = { timeoutMs: CERTIFICATE_MS_MAX, fetch: this.#fetch };
      const pem = await fetchCertificate(url, options);
      this.#known.set(url, pem);
      return pem;
    } catch (error) {
      this.#warn({ url, err: error });
      this.#missing.set(url, true);
      return null;
    }
  }

  #warn(fields: object): void {
    const omitted = this.#lines.take();
    if (omitted === null) return;
    this.#log.warn({ ...fields, omitted }, "cannot fetch a certificate, answered 503");
  }
}
