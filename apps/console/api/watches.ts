/** Streams that are open at once. */
const STREAMS_MAX = 128;

/** Shortest time between two questions of one watch, in milliseconds. */
const EVERY_MS_MIN = 1_000;

/** A question that took long is asked again after so many times as long, so that watching takes a tenth of the store at most. */
const REST_FACTOR = 9;

/** What a stream gets. */
export interface Watcher {
  /** The answer, as JSON, at once and whenever it has changed. */
  answer(json: string): void;
  /** The question failed; it is asked again. */
  problem(error: unknown): void;
  /** Whether it may still know; asked before each answer. */
  allowed(): boolean;
  /** It may not any more, or the console stops. */
  end(): void;
}

interface Watch {
  watchers: Set<Watcher>;
  last: string | null;
  timer: NodeJS.Timeout | null;
}

/** Options for {@linkcode Watches}. */
export interface WatchesOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
  /** @default {1_000} */
  everyMs?: number;
}

/**
 * Asks the same again and again for as long as somebody watches, once for all who watch the same. Watching is asking: so every
 * read can be watched, whatever it reads.
 */
export class Watches {
  readonly #watches = new Map<string, Watch>();
  readonly #monotonic: () => number;
  readonly #everyMs: number;
  #streams = 0;

  constructor({ monotonic, everyMs = EVERY_MS_MIN }: WatchesOptions) {
    this.#monotonic = monotonic;
    this.#everyMs = everyMs;
  }

  /** Whether one more may watch. */
  get hasRoom(): boolean {
    return this.#streams < STREAMS_MAX;
  }

  /** Starts to tell a watcher what `ask` answers; `key` says who asks what. Returns what ends it. */
  add(key: string, watcher: Watcher, ask: () => Promise<string>): () => void {
    this.#streams += 1;
    let watch = this.#watches.get(key);
    if (watch) {
      watch.watchers.add(watcher);
      if (watch.last !== null) watcher.answer(watch.last);
    } else {
      watch = { watchers: new Set([watcher]), last: null, timer: null };
      this.#watches.set(key, watch);
      void this.#run(key, watch, ask);
    }
    let over = false;
    return () => {
      if (over) return;
      over = true;
      this.#streams -= 1;
      watch.watchers.delete(watcher);
      if (watch.watchers.size === 0) this.#drop(key, watch);
    };
  }

  /** Ends every stream. */
  close(): void {
    for (const [key, watch] of this.#watches) {
      for (const watcher of watch.watchers) watcher.end();
      this.#drop(key, watch);
    }
  }

  #drop(key: string, watch: Watch): void {
    if (watch.timer !== null) clearTimeout(watch.timer);
    if (this.#watches.get(key) === watch) this.#watches.delete(key);
  }

  async #run(key: string, watch: Watch, ask: () => Promise<string>): Promise<void> {
    const startedAt = this.#monotonic();
    try {
      tell(watch, await ask());
    } catch (error) {
      watch.last = null;
      for (const watcher of watch.watchers) watcher.problem(error);
    }
    if (this.#watches.get(key) !== watch) return;
    const tookMs = this.#monotonic() - startedAt;
    const delayMs = Math.max(this.#everyMs, REST_FACTOR * tookMs);
    watch.timer = setTimeout(() => void this.#run(key, watch, ask), delayMs);
  }
}

function tell(watch: Watch, json: string): void {
  for (const watcher of watch.watchers) {
    if (!watcher.allowed()) watcher.end();
    else if (json !== watch.last) watcher.answer(json);
  }
  watch.last = json;
}
