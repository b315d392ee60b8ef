import { constants, fstatSync, openSync, write, writeSync } from "node:fs";
import { Socket } from "node:net";
import { OncePerTurn } from "@hookgate/async";

/** Bytes that wait for a slow reader or a full disk; past it lines are dropped. */
const WAITING_BYTES_MAX = 4 * 1_048_576;

/** Wait before trying again when the reader is slow, in milliseconds. */
const FULL_RETRY_MS = 20;

/** Wait before trying again after any other error, such as a full disk, in milliseconds. */
const ERROR_RETRY_MS = 1_000;

/** Longest wait for a slow reader when the process exits, in milliseconds. */
const EXIT_MS_MAX = 500;

/** Options for {@linkcode BoundedOutput}. */
export interface BoundedOutputOptions {
  /** @default {4 MiB} */
  bytesMax?: number;
  /** Called for each line that is dropped. */
  dropped?: () => void;
  /** Called when everything that waited is written, with the number of lines dropped before, if any. */
  resumed?: (lines: number) => void;
}

/**
 * Writes lines to a file descriptor without ever blocking the event loop: what the reader or the disk does not take
 * waits in memory up to a bound, further lines are dropped, and writing resumes by itself.
 */
export class BoundedOutput {
  readonly #options: BoundedOutputOptions;
  readonly #fd: number;
  readonly #nonBlocking: boolean;
  readonly #bytesMax: number;
  readonly #flush = new OncePerTurn(() => this.#writeNext());
  /** Lines that wait, as one text. */
  #waiting = "";
  #waitingBytes = 0;
  /** What is being written, or is to be tried again. */
  #chunk: Buffer = EMPTY;
  #busy = false;
  #dropped = 0;

  constructor(fd: number, options: BoundedOutputOptions = {}) {
    this.#options = options;
    this.#bytesMax = options.bytesMax ?? WAITING_BYTES_MAX;
    const target = openNonBlocking(fd);
    this.#fd = target.fd;
    this.#nonBlocking = target.nonBlocking;
  }

  /** Writes a line, which ends with a line feed, soon; or drops it. */
  write(line: string): void {
    const bytes = Buffer.byteLength(line);
    if (this.#waitingBytes + this.#chunk.length + bytes > this.#bytesMax) {
      this.#dropped += 1;
      this.#options.dropped?.();
      return;
    }
    this.#waiting += line;
    this.#waitingBytes += bytes;
    if (!this.#busy) this.#flush.schedule();
  }

  /** Writes what waits, until this time of `performance.now()` at most: the last thing that a process does. */
  flushAtExit(endsAt: number): void {
    // A chunk that a thread is writing now is left to it.
    let chunk = Buffer.concat([
      this.#busy && !this.#nonBlocking ? EMPTY : this.#chunk,
      this.#takeWaiting(),
    ]);
    while (chunk.length > 0) {
      try {
        chunk = chunk.subarray(writeSync(this.#fd, chunk));
      } catch (error) {
        if (!isFull(error) || performance.now() >= endsAt) return;
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, FULL_RETRY_MS);
      }
    }
  }

  #takeWaiting(): Buffer {
    const taken = Buffer.from(this.#waiting);
    this.#waiting = "";
    this.#waitingBytes = 0;
    return taken;
  }

  #writeNext(): void {
    if (this.#busy) return;
    if (this.#chunk.length === 0) this.#chunk = this.#takeWaiting();
    if (this.#chunk.length === 0) return;
    this.#busy = true;
    if (!this.#nonBlocking) {
      write(this.#fd, this.#chunk, (error, bytes) => {
        if (error) this.#failed(error);
        else this.#wrote(bytes);
      });
      return;
    }
    try {
      this.#wrote(writeSync(this.#fd, this.#chunk));
    } catch (error) {
      this.#failed(error);
    }
  }

  #wrote(bytes: number): void {
    this.#busy = false;
    this.#chunk = this.#chunk.subarray(bytes);
    if (this.#chunk.length > 0 || this.#waitingBytes > 0) {
      this.#flush.schedule();
      return;
    }
    if (this.#dropped === 0) return;
    const lines = this.#dropped;
    this.#dropped = 0;
    this.#options.resumed?.(lines);
  }

  #failed(error: unknown): void {
    const retry = () => {
      this.#busy = false;
      this.#writeNext();
    };
    setTimeout(retry, isFull(error) ? FULL_RETRY_MS : ERROR_RETRY_MS).unref();
  }
}

const EMPTY = Buffer.alloc(0);

/** Kept, because a socket that is collected closes its descriptor. */
const keptSockets: Socket[] = [];

/**
 * A descriptor that refuses (EAGAIN) instead of waiting. A thread that waits in write() would not do: Node joins its
 * threads when it exits, so a reader that is gone to sleep would keep the process from ending.
 */
function openNonBlocking(fd: number): { fd: number; nonBlocking: boolean } {
  const stat = fstatSync(fd);
  // Opened anew, a file would have an offset of its own and overwrite what other processes write to it.
  if (stat.isFile()) return { fd, nonBlocking: false };
  try {
    // Not O_NONBLOCK on the descriptor itself: a terminal is shared with the shell.
    const flags = constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY;
    return { fd: openSync(`/proc/self/fd/${fd}`, flags), nonBlocking: true };
  } catch {
    // No /proc, another user's pipe, or a socket (journald), which cannot be opened by name.
    if (!stat.isFIFO() && !stat.isSocket()) return { fd, nonBlocking: false };
    // Node sets O_NONBLOCK on a descriptor that it watches. A child that inherits it clears the flag: none of ours does.
    keptSockets.push(new Socket({ fd, readable: false }).unref());
    return { fd, nonBlocking: true };
  }
}

function isFull(error: unknown): boolean {
  return (error as NodeJS.ErrnoException).code === "EAGAIN";
}

/** Standard streams that were opened. */
const opened: BoundedOutput[] = [];

/** Standard output or error of this process; what waits when it exits is still written. */
export function standardStream(fd: 1 | 2, options: BoundedOutputOptions = {}): BoundedOutput {
  const output = new BoundedOutput(fd, options);
  opened.push(output);
  if (opened.length > 1) return output;
  // biome-ignore lint/style/noRestrictedGlobals: however the process ends, what waits is written.
  process.on("exit", () => {
    const endsAt = performance.now() + EXIT_MS_MAX;
    for (const each of opened) each.flushAtExit(endsAt);
  });
  return output;
}
