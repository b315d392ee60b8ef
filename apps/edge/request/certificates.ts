import { deadline, LineBudget, TokenBucket } from "@hookgate/async";
import { fetchCertificate, type OutsideFetch } from "@hookgate/outbound";
import type { Log } from "@hookgate/telemetry";
import { LRUCache } from "lru-cache";

/** Time for one fetch, in milliseconds. */
export const CERTIFICATE_MS_MAX = 1_000;

/** Certificates are replaced about once a year, under a new URL. */
const KNOWN = { max: 100, ttl: 6 * 3_600_000 };

/** What could not be fetched is not tried again for a while; apart from the known ones, which a forger must not push out. */
const MISSING = { max: 1_000, ttl: 10_000 };

/** Fetches at once, and in a second: a forger may name as many URLs of the pinned host as he likes. */
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

/** Certificates that requests name, fetched from where the provider's file has pinned them, and remembered. */
export class Certificates {
  readonly #fetch: OutsideFetch;
  readonly #log: Log;
  readonly #lines: LineBudget;
  readonly #credit: TokenBucket;
  readonly #known: LRUCache<string, string>;
  readonly #missing: LRUCache<string, true>;
  /** Fetches under way, by URL: whoever wants the same one waits for it. */
  readonly #fetching = new Map<string, Promise<string | null>>();

  constructor({ fetch, log, monotonic }: CertificatesOptions) {
    this.#fetch = fetch;
    this.#log = log;
    this.#lines = new LineBudget({ monotonic, linesMax: 1, windowMs: LINE_EVERY_MS });
    const rate = { perSecond: FETCHES_PER_SECOND, burst: FETCHES_BURST };
    this.#credit = new TokenBucket({ ...rate, monotonic });
    const perf = { now: monotonic };
    // A time is read again only after so long; 0 is each time.
    this.#known = new LRUCache({ ...KNOWN, perf, ttlResolution: 0 });
    this.#missing = new LRUCache({ ...MISSING, perf, ttlResolution: 0 });
  }

  /** The certificate at a URL, in PEM; null where it cannot be had within this time, which is our fault. Never rejects. */
  async get(url: string, { timeoutMs }: { timeoutMs: number }): Promise<string | null> {
    const known = this.#known.get(url);
    if (known !== undefined) return known;
    if (timeoutMs <= 0 || this.#missing.has(url)) return null;
    return deadline(this.#share(url), { ms: timeoutMs, late: () => null });
  }

  /** The fetch goes on where somebody cannot wait for it any longer: the next one finds it done. */
  #share(url: string): Promise<string | null> {
    const under = this.#fetching.get(url);
    if (under !== undefined) return under;
    if (this.#fetching.size >= FETCHES_MAX || this.#credit.take() > 0) {
      this.#warn({ url, reason: "too many are fetched" });
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
    if (omitted !== null) this.#log.warn({ ...fields, omitted }, "certificate not fetched");
  }
}
