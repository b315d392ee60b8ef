/** Bounds for {@linkcode InFlight}. */
export interface InFlightBounds {
  /** Requests whose body is complete and that are not answered yet. */
  requestsMax: number;
  /** Bytes received of the bodies, complete or not, of requests that are not answered yet. */
  bytesMax: number;
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
  #requests = 0;
  #bytes = 0;
  #largeBytes = 0;

  constructor(bounds: InFlightBounds) {
    this.bounds = bounds;
  }

  /** Whether a new request would only be refused later. */
  get full(): boolean {
    return this.#requests >= this.bounds.requestsMax || this.#bytes >= this.bounds.bytesMax;
  }

  /** Starts counting one request. */
  enter(): InFlightRequest {
    let bytes = 0;
    let working = false;
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
        return true;
      },
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
  /** Returns what it took. Calling it again does nothing. */
  leave(): void;
}
