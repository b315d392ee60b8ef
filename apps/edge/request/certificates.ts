import { deadline, LineBudget, TokenBucket } from "@hookgate/async";
import { fetchCertificate, NoCertificateError, type OutsideFetch } from "@hookgate/outbound";
import type { Log } from "@hookgate/telemetry";
import { networkOf } from "@hookgate/types";
import { LRUCache } from "lru-cache";
import { WantedUrls } from "./wanted_urls.ts";

/** Time for one fetch, in milliseconds. */
export const CERTIFICATE_MS_MAX = 1_000;

/** Certificates are replaced about once a year, most under a new URL. */
const KNOWN = { max: 100, ttl: 6 * 3_600_000 };

/** How long a failed URL is not tried again. Kept apart from the known ones, so that a forger cannot evict those. */
const MISSING = { max: 1_000, ttl: 10_000 };

/** Those that have verified a request. They are refreshed after a while, and kept whatever becomes of that. */
const PROVEN = { max: 1_000, refreshMs: 6 * 3_600_000 };

/**
 * What was fetched so long ago, in milliseconds, is the newest there is. An older one is fetched again if it refuses a request, as some
 * are replaced under their URL: forged requests cannot cause more than one fetch in this time.
 */
const NEWEST_MS = 1_000;

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

/** What one source asked for. */
interface Asked {
  credit: TokenBucket;
  fetching: number;
  /** Whether the last credit went to what is asked for most. */
  tookMost: boolean;
}

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
  /** The certificate at this URL that has refused the request. @default none */
  refused?: string;
  /** The source that the request is for. */
  source: string;
  /** Who sent it. */
  address: string;
}

interface Kept {
  pem: string;
  /** When the host last said that it is the newest, in monotonic time. */
  at: number;
}

/** Certificates that requests name, fetched from the host that the provider's file pins, and cached. */
export class Certificates {
  readonly #fetch: OutsideFetch;
  readonly #log: Log;
  readonly #lines: LineBudget;
  readonly #monotonic: () => number;
  readonly #proven = new LRUCache<string, Kept>({ max: PROVEN.max });
  readonly #bySource = new Map<string, Asked>();
  readonly #byAddress = new LRUCache<string, Asker>({ max: ADDRESSES_MAX });
  readonly #known: LRUCache<string, Kept>;
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

  /**
   * The certificate at a URL, in PEM: not the one that has refused the request, unless that is certainly the newest. Null if we cannot
   * get it within this time, a fault of ours. Never rejects.
   */
  async get(url: string, options: GetCertificateOptions): Promise<string | null> {
    const { timeoutMs, refused } = options;
    const proven = this.#proven.get(url);
    const kept = proven ?? this.#known.get(url);
    const ageMs = kept === undefined ? Number.POSITIVE_INFINITY : this.#monotonic() - kept.at;
    if (kept !== undefined && (kept.pem !== refused || ageMs <= NEWEST_MS)) {
      if (proven !== undefined && ageMs > PROVEN.refreshMs) void this.#renew(url);
      return kept.pem;
    }
    if (timeoutMs <= 0 || this.#missing.has(url)) return null;
    const fetching = proven === undefined ? this.#share(url, options) : this.#renew(url);
    return deadline(fetching, { ms: timeoutMs, late: () => null });
  }

  /** Notes that the certificate has verified a request: forged names cannot push it out any more. */
  prove(url: string): void {
    const kept = this.#known.get(url);
    if (kept !== undefined && !this.#proven.has(url)) this.#proven.set(url, kept);
  }

  /** Of a proven one. No forger can make up its URL, so it needs no credit. */
  async #renew(url: string): Promise<string | null> {
    const under = this.#fetching.get(url);
    if (under !== undefined) return under;
    if (this.#missing.has(url)) return null;
    const fetching = this.#load(url).finally(() => this.#fetching.delete(url));
    this.#fetching.set(url, fetching);
    return fetching;
  }

  /** The fetch continues when a caller's time is up, so that a later call finds its result. */
  #share(url: string, { source, address }: GetCertificateOptions): Promise<string | null> {
    const under = this.#fetching.get(url);
    if (under !== undefined) return under;
    this.#wanted.add(source, url);
    const own = this.#bySource.get(source) ?? {
      credit: this.#bucket(OF_SOURCE),
      fetching: 0,
      tookMost: false,
    };
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
    // Of many addresses each can forge one name. Once they use up the credit, every other one goes to what is asked for most: a
    // genuine one is asked for again with the next event or try, and has its chance meanwhile, whatever a forger repeats.
    own.tookMost = !own.tookMost && own.credit.left < 1;
    const takesMost = asker.names.size > OWN_NAMES_MAX || own.tookMost;
    const wanted = takesMost ? this.#wanted.take(source, url) : url;
    if (!takesMost) this.#wanted.remove(source, url);
    const fetching = this.#load(wanted).finally(() => {
      own.fetching -= 1;
      this.#fetching.delete(wanted);
    });
    own.fetching += 1;
    this.#fetching.set(wanted, fetching);
    return wanted === url ? fetching : Promise.resolve(null);
  }

  async #load(url: string): Promise<string | null> {
    const at = this.#monotonic();
    try {
      const options = { timeoutMs: CERTIFICATE_MS_MAX, fetch: this.#fetch };
      const pem = await fetchCertificate(url, options);
      const kept = this.#proven.has(url) ? this.#proven : this.#known;
      kept.set(url, { pem, at });
      return pem;
    } catch (error) {
      const proven = this.#proven.get(url);
      if (proven !== undefined && error instanceof NoCertificateError) {
        // Taken away, not replaced: what it signed may still arrive, and forged requests that name it are not asked to come again.
        proven.at = at;
        return proven.pem;
      }
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
