import { LRUCache } from "lru-cache";

/** What is kept: at a name in 20 ms, those of the last minutes. */
const KEPT = { max: 10_000, charsMax: 4 * 1024 * 1024, ttlMs: 10 * 60_000 };

interface Wanted {
  source: string;
  url: string;
  times: number;
}

/**
 * URLs that requests of a source named, and nobody has fetched yet. Which one is genuine cannot be seen, but a forger's are many, and
 * a provider's is the same one with each event and each retry: what is asked for most is fetched first.
 */
export class WantedUrls {
  readonly #wanted: LRUCache<string, Wanted>;

  constructor({ monotonic }: { monotonic: () => number }) {
    this.#wanted = new LRUCache({
      max: KEPT.max,
      maxSize: KEPT.charsMax,
      sizeCalculation: ({ url }) => url.length,
      ttl: KEPT.ttlMs,
      perf: { now: monotonic },
      ttlResolution: 0,
    });
  }

  /** Counts that a request of a source named it. */
  add(source: string, url: string): void {
    const key = `${source} ${url}`;
    const times = (this.#wanted.get(key)?.times ?? 0) + 1;
    this.#wanted.set(key, { source, url, times });
  }

  /** Forgets one that is fetched now. */
  remove(source: string, url: string): void {
    this.#wanted.delete(`${source} ${url}`);
  }

  /** Removes and returns the URL of a source that is asked for most; this one, if none is asked for more. */
  take(source: string, url: string): string {
    let times = this.#wanted.get(`${source} ${url}`)?.times ?? 0;
    let most = url;
    for (const one of this.#wanted.values()) {
      if (one.source !== source || one.times <= times) continue;
      times = one.times;
      most = one.url;
    }
    this.#wanted.delete(`${source} ${most}`);
    return most;
  }
}
