/** Bounds for {@linkcode InFlight}. */
export interface InFlightBounds {
  /** Requests whose body has arrived and that are not answered yet. */
  requestsMax: number;
  /** Bytes of bodies that have arrived, whole or in part, of requests that are not answered yet. */
  bytesMax: number;
}

/**
 * What the edge works on at this moment. A body on its way counts with the bytes that are here, not with those it
 * announces, nor as a request: two thousand sockets that send a byte a second must not keep honest senders out.
 */
export class InFlight {
  /** What it holds each side to; a reload replaces it. */
  bounds: InFlightBounds;
  #requests = 0;
  #bytes = 0;

  constructor(bounds: InFlightBounds) {
    this.bounds = bounds;
  }

  /** Whether a new request would only be turned away later. */
  get full(): boolean {
    return this.#requests >= this.bounds.requestsMax || this.#bytes >= this.bounds.bytesMax;
  }

  /** Begins to count one request. */
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
        if (this.#requests >= this.bounds.requestsMax) return false;
        this.#requests += 1;
        working = true;
        return true;
      },
      leave: () => {
        this.#bytes -= bytes;
        if (working) this.#requests -= 1;
      },
    };
  }
}

/** One request's part in what is in flight. */
export interface InFlightRequest {
  /** Takes room for bytes that have arrived; false where there is none. */
  hold(bytes: number): boolean;
  /** Says that the body is complete; false where too many are worked on. */
  work(): boolean;
  /** Gives everything back. Called once. */
  leave(): void;
}
