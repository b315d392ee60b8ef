/** Bounds for {@linkcode InFlight}. */
export interface InFlightBounds {
  /** Requests whose body is complete and that are not answered yet. */
  requestsMax: number;
  /** Bytes received of the bodies, complete or not, of requests that are not answered yet. */
  bytesMax: number;
  /** A store that takes longer than this, in milliseconds, is soon too slow to answer in time. */
  slowMs: number;
}

/** However slow the store is, so many are let in at once: how long they take says when it is faster again. */
const REQUESTS_MIN = 4;

/** Each that it stores in time lets in this much of one more. With a whole one it would be given too much again at once. */
const GROWTH = 0.25;

/**
 * What would wait longer than this, in milliseconds, is refused at once. The store is busy all the time with far less, and what
 * waits keeps its connection: with 50 ms, 512 of them were too few to send twice what an edge can take.
 */
const WAIT_MS_MAX = 25;

/**
 * But only if requests have waited so long for this time, in milliseconds: a burst is stored by then, and its provider may not send
 * again. A pause that is shorter does not end an overload: what is let in meanwhile makes one.
 */
const BURST_MS = 100;

/**
 * So many at once are never too many: one commit stores them, about as fast as a few. With 128 an edge that had to share its core
 * refused so much that it took half of what it could.
 */
const REQUESTS_ALWAYS = 256;

/** The pace is measured by those that were at least so many at once. */
const TELLING_REQUESTS = REQUESTS_ALWAYS / 4;

/** The share of the latest request in the measured pace: about the last hundred count. */
const LATEST_SHARE = 0.01;

/** Options for {@linkcode InFlight}. */
export interface InFlightOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/**
 * Bytes of a body that are verified, sent on and stored in a millisecond on a small machine that is busy. What a provider sends up to
 * 25 MB of may take seven seconds then; those providers wait for ten.
 */
const BYTES_PER_MS = 5_000;

/** How much longer than others a request with so many bytes may take, in milliseconds. */
export function largeMs(bytes: number): number {
  return bytes / BYTES_PER_MS;
}

/** Past this much of its body, a request is a large one. */
const LARGE_BYTES = 1024 * 1024;

/** What all large requests together may hold: strangers send them before anything is proven, and most events are small. */
const LARGE_SHARE = 0.5;

/** What all requests together hold. */
interface Totals {
  bounds: InFlightBounds;
  readonly monotonic: () => number;
  /** How long a stored event has taken lately for each that was in flight with it, in milliseconds. */
  msEach: number;
  /** Requests that a slow store is given at once: half as many when it is seen to be slow, more with each that it stores in time. */
  requestsMax: number;
  /** When one was last seen to be slow that tells of others, and when the latest began that was stored in time. */
  slowAt: number;
  inTimeFrom: number;
  requests: number;
  bytes: number;
  largeBytes: number;
}

/**
 * What the edge works on at the moment. An incomplete body counts with the bytes received, not with its announced length,
 * and not as a request: two thousand sockets that send a byte a second must not keep honest senders out.
 */
export class InFlight {
  readonly #totals: Totals;
  /** Since when requests wait too long, now and again … */
  #longSince = Number.NEGATIVE_INFINITY;
  /** … and when one last did. */
  #longAt = Number.NEGATIVE_INFINITY;
  /** When one was last refused because the store is slow. */
  #refusedAt = Number.NEGATIVE_INFINITY;

  constructor(bounds: InFlightBounds, { monotonic }: InFlightOptions) {
    this.#totals = {
      bounds,
      monotonic,
      msEach: 0,
      requestsMax: Number.POSITIVE_INFINITY,
      slowAt: Number.NEGATIVE_INFINITY,
      inTimeFrom: Number.NEGATIVE_INFINITY,
      requests: 0,
      bytes: 0,
      largeBytes: 0,
    };
  }

  /** Replaced by a reload. */
  get bounds(): InFlightBounds {
    return this.#totals.bounds;
  }

  set bounds(bounds: InFlightBounds) {
    this.#totals.bounds = bounds;
  }

  /** Whether a new request would only be refused later, or wait too long for those before it. To be asked for each. */
  isFull(): boolean {
    const { bounds, requestsMax, requests, bytes, msEach, monotonic } = this.#totals;
    if (requests >= bounds.requestsMax || bytes >= bounds.bytesMax) return true;
    if (requests >= requestsMax && this.#isStoreSlow()) return true;
    if (requests < REQUESTS_ALWAYS || requests * msEach <= WAIT_MS_MAX) return false;
    const now = monotonic();
    if (now - this.#longAt > BURST_MS) this.#longSince = now;
    this.#longAt = now;
    return now - this.#longSince > BURST_MS;
  }

  /** Whether the store is still slow: if not, it is given everything again. */
  #isStoreSlow(): boolean {
    const totals = this.#totals;
    if (this.#copes()) {
      totals.requestsMax = Number.POSITIVE_INFINITY;
      return false;
    }
    this.#refusedAt = totals.monotonic();
    return true;
  }

  /** Whether the store was not slow for a while, and nobody was refused for that. */
  #copes(): boolean {
    const { monotonic, slowAt, bounds } = this.#totals;
    return monotonic() - Math.max(this.#refusedAt, slowAt) > bounds.slowMs;
  }

  /** Requests above which it is full. */
  get requestsMax(): number {
    const { requestsMax, bounds } = this.#totals;
    return this.#copes() ? bounds.requestsMax : Math.min(requestsMax, bounds.requestsMax);
  }

  /** Requests whose body is complete and that are not answered yet. */
  get requests(): number {
    return this.#totals.requests;
  }

  /** Bytes of bodies, complete or not, of requests that are not answered yet. */
  get bytes(): number {
    return this.#totals.bytes;
  }

  /** Starts counting one request. */
  enter(): InFlightRequest {
    return new InFlightRequest(this.#totals);
  }
}

/** One request's share of what is in flight. A class, because closures for each method would cost every request as much as its headers. */
export class InFlightRequest {
  readonly #totals: Totals;
  #bytes = 0;
  #working = false;
  #startedAt = 0;
  /** How many there were when it began to be worked on. */
  #together = 1;

  constructor(totals: Totals) {
    this.#totals = totals;
  }

  /** Takes room for received bytes; false if there is none. */
  hold(more: number): boolean {
    const totals = this.#totals;
    if (totals.bytes + more > totals.bounds.bytesMax) return false;
    if (this.#bytes + more > LARGE_BYTES && !this.#holdLarge(more)) return false;
    totals.bytes += more;
    this.#bytes += more;
    return true;
  }

  /** Counts it as a request, now that its body is complete; false if there are too many. */
  work(): boolean {
    if (this.#working) return true;
    const totals = this.#totals;
    if (totals.requests >= totals.bounds.requestsMax) return false;
    totals.requests += 1;
    this.#working = true;
    this.#startedAt = totals.monotonic();
    this.#together = totals.requests;
    return true;
  }

  /** Its event is stored, or was not in time: how long that took is how fast others will be. */
  answered(stored: boolean): void {
    const totals = this.#totals;
    const now = totals.monotonic();
    const ms = Math.max(0, now - this.#startedAt - largeMs(this.#bytes));
    if (ms > totals.bounds.slowMs) this.#slow(now);
    else if (stored) this.#inTime(ms);
  }

  #inTime(ms: number): void {
    const totals = this.#totals;
    totals.inTimeFrom = Math.max(totals.inTimeFrom, this.#startedAt);
    totals.requestsMax += GROWTH;
    // A few take as long as one: what one takes alone says nothing about how many could be stored in that time.
    if (this.#together < TELLING_REQUESTS) return;
    totals.msEach += (ms / this.#together - totals.msEach) * LATEST_SHARE;
  }

  /**
   * Halves what the store is given: everything waits for everything before it, so that with more than it can store in time
   * nothing would be. A slow one says so only if none that began later was in time, because it may just be large, and if it began
   * when another had been slow already: a pause, ours or the store's, makes everything before it slow, and nothing after it.
   */
  #slow(now: number): void {
    const totals = this.#totals;
    const { slowAt, inTimeFrom } = totals;
    if (this.#startedAt < Math.max(slowAt, inTimeFrom)) return;
    totals.slowAt = now;
    if (slowAt <= inTimeFrom) return;
    const half = Math.floor(Math.min(totals.requests, totals.requestsMax) / 2);
    totals.requestsMax = Math.max(REQUESTS_MIN, half);
  }

  /** Received bytes that it has room for. */
  held(): number {
    return this.#bytes;
  }

  /** Returns what it took. Calling it again does nothing. */
  leave(): void {
    const totals = this.#totals;
    totals.bytes -= this.#bytes;
    if (this.#bytes > LARGE_BYTES) totals.largeBytes -= this.#bytes;
    this.#bytes = 0;
    if (this.#working) totals.requests -= 1;
    this.#working = false;
  }

  /** Takes room of the large ones' share, which one alone may exceed. */
  #holdLarge(more: number): boolean {
    const totals = this.#totals;
    const own = this.#bytes > LARGE_BYTES ? this.#bytes : 0;
    const others = totals.largeBytes - own;
    const total = others + this.#bytes + more;
    if (others > 0 && total > totals.bounds.bytesMax * LARGE_SHARE) return false;
    totals.largeBytes = total;
    return true;
  }
}
