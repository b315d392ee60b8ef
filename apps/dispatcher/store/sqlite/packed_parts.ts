/** All of them in one buffer that nobody else holds. */
export function joinBytes(parts: readonly Uint8Array[]): Uint8Array {
  const bytes = Buffer.allocUnsafeSlow(parts.reduce((size, part) => size + part.length, 0));
  let offset = 0;
  for (const part of parts) {
    bytes.set(part, offset);
    offset += part.length;
  }
  return bytes;
}

/** What travels between the threads instead of objects: each in the order in which it is read. */
export interface PackedParts {
  numbers: Float64Array;
  text: string;
  bytes: Uint8Array;
}

/** Reads packed parts, one after the other. */
export class PackedReader {
  readonly #parts: PackedParts;
  #numberAt = 0;
  #textAt = 0;
  #byteAt = 0;

  constructor(parts: PackedParts) {
    this.#parts = parts;
  }

  number(): number {
    return this.#parts.numbers[this.#numberAt++] ?? 0;
  }

  /** As long as the next number says. */
  text(): string {
    const start = this.#textAt;
    this.#textAt += this.number();
    return this.#parts.text.slice(start, this.#textAt);
  }

  /** A view, not a copy. */
  bytes(length: number): Uint8Array {
    const start = this.#byteAt;
    this.#byteAt += length;
    return this.#parts.bytes.subarray(start, this.#byteAt);
  }
}
