import { deadline, LineBudget, TokenBucket } from "@hookgate/async";
import { fetchCertificate, type OutsideFetch } from "@hookgate/outbound";
import type { Log } from "@hookgate/telemetry";
import { networkOf } from "@hookgate/types";
import { LRUCache } from "lru-cache";
import { WantedUrls } from "./wanted_urls.ts";

/** Time for one fetch, in milliseconds. */
export const CERTIFICATE_MS_MAX = 1_000;

/** Certificates are replaced about once a year, under a new URL. */
const KNOWN = { max: 100, ttl: 6 * 3_600_000 };

/** How long a failed URL is not tried again. Kept apart from the known ones, so that a forger cannot evict those. */
const MISSING = { max: 1_000, ttl: 10_000 };

/** Those that have verified a request. They are refreshed after a while, and kept whatever becomes of that. */
const PROVEN = { max: 1_000, refreshMs: 6 * 3_600_000 };

/**
 * Fetches of unknown ones for one source, at once and per second: a forger can name any number of URLs of the pinned host.
 * One address gets a part of it, so that its forged names leave room for the genuine one; if the genuine one comes from the same
 * address, it is asked for more often than any of them.
 */
const FETCHES_MAX = 8;
const OF_SOURCE = { perSecond: 5, burst: 20 };
const OF_ADDRESS = { perSecond: 1, burst: 5 };

/** Most addresses whose fetches are counted. */
const ADDRESSES_MAX = 1_000;

/**
 * Who has named no more unknown ones than this gets those fetched, whatever others ask for more: a forger needs many, and can ask for each
 * as often as it likes.
 */
const OWN_NAMES_MAX = 3;

/** What one address asked for. */
interface Asker {
  credit: TokenBucket;
  /** At most one more than {@linkcode OWN_NAMES_MAX}. */
  names: Set<string>;
}

const LINE_EVERY_MS = 10_000;

/** Options for {@linkcode Certificates}. */
export interface CertificatesOptions {
  fetch: OutsideFetch;
  log: Log;
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Options for {@linkcode Certificates.get}. */
export interface GetCertificateOptions {
  timeoutMs: number;
  /** The source that the request is for. */
  source: string;
  /** Who sent it. */
  address: string;
}

/** Certificates that requests name, fetched from the host that the provider's file pins, and cached. */
export class Certificates {
  readonly #fetch: OutsideFetch;
  readonly #log: Log;
  readonly #lines: LineBudget;
  readonly #monotonic: () => number;
  readonly #proven = new LRUCache<string, { pem: string; at: number }>({ max: PROVEN.max });
  readonly #bySource = new Map<string, { credit: TokenBucket; fetching: number }>();
  readonly #byAddress = new LRUCache<string, Asker>({ max: ADDRESSES_MAX });
  readonly #known: LRUCache<string, string>;
  readonly #missing: LRUCache<string, true>;
  readonly #wanted: WantedUrls;
  /** Fetches in progress, by URL: requests for the same one share it. */
  readonly #fetching = new Map<string, Promise<string | null>>();

  constructor({ fetch, log, monotonic }: CertificatesOptions) {
    this.#fetch = fetch;
    this.#log = log;
    this.#lines = new LineBudget({ monotonic, linesMax: 1, windowMs: LINE_EVERY_MS });
    this.#monotonic = monotonic;
    const perf = { now: monotonic };
    // 0 reads the clock each time instead of caching it.
    this.#known = new LRUCache({ ...KNOWN, perf, ttlResolution: 0 });
    this.#missing = new LRUCache({ ...MISSING, perf, ttlResolution: 0 });
    this.#wanted = new WantedUrls({ monotonic });
  }

  /** The certificate at a URL, in PEM; null if we cannot get it within this time, a fault of ours. Never rejects. */
  async get(url: string, options: GetCertificateOptions): Promise<string | null> {
    const { timeoutMs } = options;
    const proven = this.#proven.get(url);
    if (proven !== undefined) {
      if (this.#monotonic() - proven.at > PROVEN.refreshMs) this.#refresh(url);
      return proven.pem;
    }
    const known = this.#known.get(url);
    if (known !== undefined) return known;
    if (timeoutMs <= 0 || this.#missing.has(url)) return null;
    return deadline(this.#share(url, options), { ms: timeoutMs, late: () => null });
  }

  /** Notes that the certificate has verified a request: forged names cannot push it out any more. */
  prove(url: string): void {
    const pem = this.#known.get(url);
    if (pem === undefined || this.#proven.has(url)) return;
    this.#proven.set(url, { pem, at: this.#monotonic() });
  }

  /** In the background. No forger can cause it, so it needs no credit. */
  #refresh(url: string): void {
    if (this.#fetching.has(url) || this.#missing.has(url)) return;
    const fetching = this.#load(url).finally(() => this.#fetching.delete(url));
    this.#fetching.set(url, fetching);
    void fetching.then((pem) => {
      if (pem !== null) this.#proven.set(url, { pem, at: this.#monotonic() });
    });
  }

  /** The fetch continues when a caller's time is up, so that a later call finds its result. */
  #share(url: string, { source, address }: GetCertificateOptions): Promise<string | null> {
    const under = this.#fetching.get(url);
    if (under !== undefined) return under;
    this.#wanted.add(source, url);
    const own = this.#bySource.get(source) ?? { credit: this.#bucket(OF_SOURCE), fetching: 0 };
    this.#bySource.set(source, own);
    const sender = `${source} ${networkOf(address)}`;
    const asker = this.#byAddress.get(sender) ?? {
      credit: this.#bucket(OF_ADDRESS),
      names: new Set(),
    };
    this.#byAddress.set(sender, asker);
    if (asker.names.size <= OWN_NAMES_MAX) asker.names.add(url);
    if (own.fetching >= FETCHES_MAX || asker.credit.take() > 0 || own.credit.take() > 0) {
      this.#warn({ url, source, address, reason: "too many fetches" });
      return Promise.resolve(null);
    }
    const namesMany = asker.names.size > OWN_NAMES_MAX;
    const wanted = namesMany ? this.#wanted.take(source, url) : url;
    if (!namesMany) this.#wanted.remove(source, url);
    const fetching = this.#load(wanted).finally(() => {
      own.fetching -= 1;
      this.#fetching.delete(wanted);
    });
    own.fetching += 1;
    this.#fetching.set(wanted, fetching);
    return wanted === url ? fetching : Promise.resolve(null);
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

  #bucket(rate: { perSecond: number; burst: number }): TokenBucket {
    return new TokenBucket({ ...rate, monotonic: this.#monotonic });
  }

  #warn(fields: object): void {
    const omitted = this.#lines.take();
    if (omitted === null) return;
    this.#log.warn({ ...fields, omitted }, "cannot fetch a certificate, answered 503");
  }
}
