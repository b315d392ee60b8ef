import type { Writable } from "node:stream";

/** A frame: the sizes of its two parts, 4 bytes each, then JSON, then bytes. */
const HEAD_BYTES = 8;

/** Options for {@linkcode FrameReader}. */
export interface FrameReaderOptions {
  /** Largest frame, in bytes. @default {1 GiB}, more than an attempt with the largest body */
  bytesMax?: number;
}

/** Parts of at least this size are written as they are; smaller ones are copied together, which costs less. */
const OWN_WRITE_BYTES_MIN = 64 * 1024;

/** Writes a message and its bytes, which are not parsed, as one frame. */
export function writeFrame(
  stream: Writable,
  message: object,
  bytes: readonly Uint8Array[] = [],
): void {
  const json = JSON.stringify(message);
  const jsonBytes = Buffer.byteLength(json);
  const sum = bytes.reduce((size, part) => size + part.length, 0);
  const small = bytes.reduce((size, part) => size + (isSmall(part) ? part.length : 0), 0);
  let buffer = Buffer.allocUnsafe(HEAD_BYTES + jsonBytes + small);
  buffer.writeUInt32LE(jsonBytes, 0);
  buffer.writeUInt32LE(sum, 4);
  buffer.write(json, HEAD_BYTES);
  let at = HEAD_BYTES + jsonBytes;
  for (const part of bytes) {
    if (isSmall(part)) {
      buffer.set(part, at);
      at += part.length;
      continue;
    }
    if (at > 0) stream.write(buffer.subarray(0, at));
    stream.write(part);
    buffer = buffer.subarray(at);
    at = 0;
  }
  if (at > 0) stream.write(buffer.subarray(0, at));
}

function isSmall({ length }: Uint8Array): boolean {
  return length < OWN_WRITE_BYTES_MIN;
}

/** Puts frames together from the chunks of a stream. */
export class FrameReader {
  readonly #receive: (message: unknown, bytes: Buffer) => void;
  readonly #bytesMax: number;
  #chunks: Buffer[] = [];
  #size = 0;
  /** Bytes that the next frame needs; at first those of its head. */
  #wanted = HEAD_BYTES;

  /** `receive` is called for each message; its bytes share memory with those of other messages. */
  constructor(
    receive: (message: unknown, bytes: Buffer) => void,
    { bytesMax = 1024 ** 3 }: FrameReaderOptions = {},
  ) {
    this.#receive = receive;
    this.#bytesMax = bytesMax;
  }

  /**
   * Takes the next chunk.
   *
   * @throws {SyntaxError} if something other than frames was written to the stream.
   */
  push(chunk: Buffer): void {
    this.#chunks.push(chunk);
    this.#size += chunk.length;
    if (this.#size < this.#wanted) return;
    const [only] = this.#chunks;
    let buffer = this.#chunks.length === 1 && only ? only : Buffer.concat(this.#chunks, this.#size);
    this.#chunks = [];
    for (;;) {
      this.#wanted = this.#sizeOf(buffer);
      if (buffer.length < this.#wanted) break;
      const jsonEnd = HEAD_BYTES + buffer.readUInt32LE(0);
      const message: unknown = JSON.parse(buffer.toString("utf8", HEAD_BYTES, jsonEnd));
      const bytes = buffer.subarray(jsonEnd, this.#wanted);
      buffer = buffer.subarray(this.#wanted);
      this.#receive(message, bytes);
    }
    this.#size = buffer.length;
    if (buffer.length > 0) this.#chunks.push(buffer);
  }

  /** The size of the frame that begins here, as far as it is known. */
  #sizeOf(buffer: Buffer): number {
    if (buffer.length < HEAD_BYTES) return HEAD_BYTES;
    const size = HEAD_BYTES + buffer.readUInt32LE(0) + buffer.readUInt32LE(4);
    if (size <= this.#bytesMax) return size;
    throw new SyntaxError(`Cannot read a frame: it would have ${size} bytes`);
  }
}
