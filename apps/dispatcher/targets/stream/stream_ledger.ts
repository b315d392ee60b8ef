/** Streams that one dispatcher serves. */
export const STREAMS_MAX = 1_000;

/** Bodies and headers that all streams of a dispatcher together may owe an answer for, in bytes. */
export const STREAMS_BYTES_MAX = 256 * 1024 * 1024;

/** What all streams of a dispatcher together hold. */
export class StreamLedger {
  streams = 0;
  /** Of deliveries that are unanswered. */
  bytes = 0;
  readonly #bytesMax: number;

  constructor(bytesMax = STREAMS_BYTES_MAX) {
    this.#bytesMax = bytesMax;
  }

  /** What one stream may hold, whatever it asked for: nobody shall take the memory of the others. */
  get share(): number {
    return Math.floor(this.#bytesMax / Math.max(1, this.streams));
  }

  /** What may be added now. */
  get left(): number {
    return Math.max(0, this.#bytesMax - this.bytes);
  }

  /** Whether so many bytes can be added: where nothing is held, any number. */
  fits(bytes: number): boolean {
    return this.bytes === 0 || bytes <= this.left;
  }
}
