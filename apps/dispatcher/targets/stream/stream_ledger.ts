/** Streams that one dispatcher serves. */
export const STREAMS_MAX = 1_000;

/** Bodies and headers of all unanswered deliveries of a dispatcher's streams, in bytes. */
export const STREAMS_BYTES_MAX = 256 * 1024 * 1024;

/** What the streams of a dispatcher hold together. */
export class StreamLedger {
  /** The open streams. */
  readonly streams = new Set<object>();
  readonly #held = new Set<{ readonly bytes: number }>();
  // Sum over the held ones, so that it need not be added up for each delivery.
  #bytes = 0;
  readonly #bytesMax: number;

  constructor(bytesMax = STREAMS_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** A delivery was given to a stream. */
  add(one: { readonly bytes: number }): void {
    if (this.#held.has(one)) return;
    this.#held.add(one);
    this.#bytes += one.bytes;
  }

  /** It is answered, or was taken back. */
  delete(one: { readonly bytes: number }): void {
    if (this.#held.delete(one)) this.#bytes -= one.bytes;
  }

  /** What one stream may hold, however much it asked for, so that none takes the memory of the others. */
  get share(): number {
    return Math.floor(this.#bytesMax / Math.max(1, this.streams.size));
  }

  /** Bytes that may be added now. */
  get left(): number {
    return Math.max(0, this.#bytesMax - this.#bytes);
  }

  /** Whether so many bytes may be added; any number if nothing is held. */
  fits(bytes: number): boolean {
    return this.#held.size === 0 || bytes <= this.left;
  }
}
