import type { IncomingMessage } from "node:http";

/** What became of a body. `no_room` is our fault, `aborted` leaves nobody to answer. */
export type BytesRead =
  | { outcome: "read"; body: Uint8Array }
  | { outcome: "too_large" | "too_slow" | "no_room" | "aborted" };

/** Options for {@linkcode readBytes}. */
export interface ReadBytesOptions {
  /** Largest body. */
  bytesMax: number;
  /** Time for the whole body, in milliseconds. */
  deadlineMs: number;
  /** Takes room for bytes that have arrived; false where there is none. */
  hold: (bytes: number) => boolean;
}

const NO_BYTES = new Uint8Array(0);

/**
 * Reads the exact bytes of a body, at most one chunk past the cap. Where it did not read all the request stays paused.
 */
export function readBytes(req: IncomingMessage, options: ReadBytesOptions): Promise<BytesRead> {
  const { bytesMax, deadlineMs, hold } = options;
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let total = 0;

    function onData(chunk: Buffer): void {
      total += chunk.length;
      if (total > bytesMax) finish({ outcome: "too_large" });
      else if (!hold(chunk.length)) finish({ outcome: "no_room" });
      else chunks.push(chunk);
    }
    function onEnd(): void {
      // Most bodies come in one piece, which is used as it is.
      const body = chunks.length > 1 ? Buffer.concat(chunks, total) : (chunks[0] ?? NO_BYTES);
      finish({ outcome: "read", body });
    }
    function onGone(): void {
      finish({ outcome: "aborted" });
    }
    function finish(read: BytesRead): void {
      clearTimeout(deadline);
      req.off("data", onData).off("end", onEnd).off("close", onGone).off("error", onGone);
      if (read.outcome !== "read") req.pause();
      resolve(read);
    }

    const deadline = setTimeout(() => finish({ outcome: "too_slow" }), deadlineMs);
    req.on("data", onData).on("end", onEnd).on("close", onGone).on("error", onGone);
  });
}
