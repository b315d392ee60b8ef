import { countFitting } from "@hookgate/async";
import { networkOf, type QuarantinedRequest } from "@hookgate/types";

/** Who sent a request, and to whom. */
type Sender = Pick<QuarantinedRequest, "source" | "address">;

/** Bounds for {@linkcode RefusedBuffer}. */
export interface RefusedBufferBounds {
  requestsMax: number;
  /** Bytes of bodies, headers and URLs. */
  bytesMax: number;
}

/** What one source may use of either bound: a flood to one leaves room for the others … */
const SOURCE_SHARE = 0.5;

/** … and one address, so that its flood leaves room for others to the same source. Its first may have any size. */
const ADDRESS_SHARE = 0.25;

interface Held {
  requests: number;
  bytes: number;
}

const NOTHING: Readonly<Held> = { requests: 0, bytes: 0 };

/** Refused requests on their way to quarantine. Those without room are dropped and counted. */
export class RefusedBuffer {
  readonly #bounds: RefusedBufferBounds;
  readonly #bySource = new Map<string, Held>();
  readonly #byAddress = new Map<string, Held>();
  #requests: QuarantinedRequest[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(bounds: RefusedBufferBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#requests.length;
  }

  /** Whether there is room for a request of this source and address, of so many bytes. */
  hasRoom({ source, address }: Sender, bytes: number): boolean {
    const all = { requests: this.#requests.length, bytes: this.#bytes };
    const ofSource = this.#bySource.get(source) ?? NOTHING;
    const ofAddress = this.#byAddress.get(networkOf(address));
    return (
      this.#fits(all, bytes, 1) &&
      this.#fits(ofSource, bytes, SOURCE_SHARE) &&
      (ofAddress === undefined || this.#fits(ofAddress, bytes, ADDRESS_SHARE))
    );
  }

  #fits(held: Readonly<Held>, bytes: number, share: number): boolean {
    const { requestsMax, bytesMax } = this.#bounds;
    return held.requests < requestsMax * share && held.bytes + bytes <= bytesMax * share;
  }

  /** Keeps a request. Its body is copied, because it may be a view of a much larger buffer. */
  add(request: QuarantinedRequest): void {
    const bytes = bytesOf(request);
    if (!this.hasRoom(request, bytes)) {
      this.drop(1);
      return;
    }
    this.#requests.push({ ...request, body: Uint8Array.from(request.body) });
    this.#count(request, 1);
  }

  /** Counts requests that are not kept. */
  drop(requests: number): void {
    this.#dropped += requests;
  }

  /** How many were dropped since the last call. */
  takeDropped(): number {
    const dropped = this.#dropped;
    this.#dropped = 0;
    return dropped;
  }

  /** The oldest, as many as the bounds allow, at least one if there is one. They are kept until they are removed. */
  peek({ requestsMax, bytesMax }: RefusedBufferBounds): readonly QuarantinedRequest[] {
    const count = countFitting(this.#requests, { itemsMax: requestsMax, bytesMax, bytesOf });
    return this.#requests.slice(0, count);
  }

  /** Removes the oldest. */
  remove(requests: number): void {
    const removed = this.#requests.slice(0, requests);
    this.#requests = this.#requests.slice(requests);
    for (const request of removed) this.#count(request, -1);
  }

  #count(request: QuarantinedRequest, sign: 1 | -1): void {
    const bytes = sign * bytesOf(request);
    this.#bytes += bytes;
    count(this.#bySource, request.source, { requests: sign, bytes });
    count(this.#byAddress, networkOf(request.address), { requests: sign, bytes });
  }
}

function count(held: Map<string, Held>, key: string, more: Readonly<Held>): void {
  const { requests, bytes } = held.get(key) ?? NOTHING;
  const now = { requests: requests + more.requests, bytes: bytes + more.bytes };
  if (now.requests === 0) held.delete(key);
  else held.set(key, now);
}

function bytesOf({ body, headers, url }: QuarantinedRequest): number {
  return body.length + headers.length + url.length;
}
