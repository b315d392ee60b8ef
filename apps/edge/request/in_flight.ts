/** Bounds for {@linkcode InFlight}. */
export interface InFlightBounds {
  /** Requests whose body is complete and that are not answered yet. */
  requestsMax: number;
  /** Bytes received of the bodies, complete or not, of requests that are not answered yet. */
  bytesMax: number;
}

/**
 * What the edge works on at the moment. An incomplete body counts with the bytes received, not with its announced length,
 * and not as a request: two thousand sockets that send a byte a second must not keep honest senders out.
 */
export class InFlight {
  /** Replaced by a reload. */
  bounds: InFlightBounds;
  #requests = 0;
  #bytes = 0;

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
        bytes = 0;
        if (working) this.#requests -= 1;
        working = false;
      },
    };
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
