import { countFitting } from "@hookgate/async";
import type { QuarantinedRequest } from "@hookgate/types";

/** Bounds for {@linkcode RefusedBuffer}. */
export interface RefusedBufferBounds {
  requestsMax: number;
  /** Bytes of bodies, headers and URLs. */
  bytesMax: number;
}

/** What one source may use of either bound: a flood from one leaves room for the others. */
const SOURCE_SHARE = 0.5;

/** Refused requests on their way to quarantine. Those without room are dropped and counted. */
export class RefusedBuffer {
  readonly #bounds: RefusedBufferBounds;
  readonly #bySource = new Map<string, { requests: number; bytes: number }>();
  #requests: QuarantinedRequest[] = [];
  #bytes = 0;
  #dropped = 0;

  constructor(bounds: RefusedBufferBounds) {
    this.#bounds = bounds;
  }

  get size(): number {
    return this.#requests.length;
  }

  /** Whether there is room for a request of this source, of so many bytes. */
  hasRoom(source: string, bytes: number): boolean {
    const { requestsMax, bytesMax } = this.#bounds;
    const own = this.#bySource.get(source) ?? { requests: 0, bytes: 0 };
    return (
      this.#requests.length < requestsMax &&
      own.requests < requestsMax * SOURCE_SHARE &&
      this.#bytes + bytes <= bytesMax &&
      own.bytes + bytes <= bytesMax * SOURCE_SHARE
    );
  }

  /** Keeps a request. Its body is copied, because it may be a view of a much larger buffer. */
  add(request: QuarantinedRequest): void {
    const bytes = bytesOf(request);
    if (!this.hasRoom(request.source, bytes)) {
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
    const own = this.#bySource.get(request.source) ?? { requests: 0, bytes: 0 };
    const bytes = sign * bytesOf(request);
    this.#bytes += bytes;
    own.bytes += bytes;
    own.requests += sign;
    if (own.requests === 0) this.#bySource.delete(request.source);
    else this.#bySource.set(request.source, own);
  }
}

function bytesOf({ body, headers, url }: QuarantinedRequest): number {
  return body.length + headers.length + url.length;
}
