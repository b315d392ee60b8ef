/** Bounds for {@linkcode InFlight}. */
export interface InFlightBounds {
  /** Requests whose body is complete and that are not answered yet. */
  requestsMax: number;
  /** Bytes received of the bodies, complete or not, of requests that are not answered yet. */
  bytesMax: number;
}

/**
 * What would wait longer than this, in milliseconds, is refused at once. The store is busy all the time with far less, and what
 * waits keeps its connection: with 512 of them and 250 ms none was free to be refused on, and posts waited for a second.
 */
const WAIT_MS_MAX = 50;

/** So many at once are never too many: a few are stored about as fast as one. */
const REQUESTS_ALWAYS = 128;

/** The pace is measured by those that were at least so many at once. */
const TELLING_REQUESTS = REQUESTS_ALWAYS / 2;

/** The share of the latest request in the measured pace: about the last hundred count. */
const LATEST_SHARE = 0.01;

/** Options for {@linkcode InFlight}. */
export interface InFlightOptions {
  /** Monotonic time in milliseconds. */
  monotonic: () => number;
}

/** Past this much of its body, a request is a large one. */
const LARGE_BYTES = 1024 * 1024;

/** What all large requests together may hold: strangers send them before anything is proven, and most events are small. */
const LARGE_SHARE = 0.5;

/**
 * What the edge works on at the moment. An incomplete body counts with the bytes received, not with its announced length,
 * and not as a request: two thousand sockets that send a byte a second must not keep honest senders out.
 */
export class InFlight {
  /** Replaced by a reload. */
  bounds: InFlightBounds;
  readonly #monotonic: () => number;
  /** How long a stored event has taken lately for each that was in flight with it, in milliseconds. */
  #msEach = 0;
  #requests = 0;
  #bytes = 0;
  #largeBytes = 0;

  constructor(bounds: InFlightBounds, { monotonic }: InFlightOptions) {
    this.bounds = bounds;
    this.#monotonic = monotonic;
  }

  /** Whether a new request would only be refused later, or wait too long for those before it. */
  get full(): boolean {
    const { requestsMax, bytesMax } = this.bounds;
    if (this.#requests >= requestsMax || this.#bytes >= bytesMax) return true;
    return this.#requests >= REQUESTS_ALWAYS && this.#requests * this.#msEach > WAIT_MS_MAX;
  }

  /** Requests whose body is complete and that are not answered yet. */
  get requests(): number {
    return this.#requests;
  }

  /** Bytes of bodies, complete or not, of requests that are not answered yet. */
  get bytes(): number {
    return this.#bytes;
  }

  /** Starts counting one request. */
  enter(): InFlightRequest {
    let bytes = 0;
    let working = false;
    let startedAt = 0;
    let together = 1;
    return {
      hold: (more) => {
        if (this.#bytes + more > this.bounds.bytesMax) return false;
        if (bytes + more > LARGE_BYTES && !this.#holdLarge(bytes, more)) return false;
        this.#bytes += more;
        bytes += more;
        return true;
      },
      work: () => {
        if (working) return true;
        if (this.#requests >= this.bounds.requestsMax) return false;
        this.#requests += 1;
        working = true;
        startedAt = this.#monotonic();
        together = this.#requests;
        return true;
      },
      stored: () => {
        // A few take as long as one: what one takes alone says nothing about how many could be stored in that time.
        if (together < TELLING_REQUESTS) return;
        const msEach = (this.#monotonic() - startedAt) / together;
        this.#msEach += (msEach - this.#msEach) * LATEST_SHARE;
      },
      held: () => bytes,
      leave: () => {
        this.#bytes -= bytes;
        if (bytes > LARGE_BYTES) this.#largeBytes -= bytes;
        bytes = 0;
        if (working) this.#requests -= 1;
        working = false;
      },
    };
  }

  /** Takes room of the large ones' share, which one alone may exceed. */
  #holdLarge(bytes: number, more: number): boolean {
    const own = bytes > LARGE_BYTES ? bytes : 0;
    const others = this.#largeBytes - own;
    const total = others + bytes + more;
    if (others > 0 && total > this.bounds.bytesMax * LARGE_SHARE) return false;
    this.#largeBytes = total;
    return true;
  }
}

/** One request's share of what is in flight. */
export interface InFlightRequest {
  /** Takes room for received bytes; false if there is none. */
  hold(bytes: number): boolean;
  /** Counts it as a request, now that its body is complete; false if there are too many. */
  work(): boolean;
  /** Its event is stored: how long that took is how fast others will be. */
  stored(): void;
  /** Received bytes that it has room for. */
  held(): number;
  /** Returns what it took. Calling it again does nothing. */
  leave(): void;
}
