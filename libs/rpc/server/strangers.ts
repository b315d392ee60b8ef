import type { Socket } from "node:net";

/** Most connections of strangers: of more, the oldest goes. */
const STRANGERS_MAX = 256;

/** A connection makes a call that is let in within this time, in milliseconds, or is closed. */
const SILENT_MS_MAX = 10_000;

/** The two ends of a connection: a socket and its HTTP/2 session have the same. */
export type Ends = Pick<Socket, "remoteAddress" | "remotePort" | "localPort">;

interface Stranger {
  socket: Socket;
  late: NodeJS.Timeout;
}

/** The connections whose caller is not known yet, the oldest first: without bounds they are anybody's way to our memory. */
export class Strangers {
  readonly #waiting = new Map<string, Stranger>();

  /** A connection that was just made. */
  add(socket: Socket): void {
    const key = keyOf(socket);
    // After a pause of ours timers come first, and the call lies in its socket.
    const late = setTimeout(() => setImmediate(() => this.#close(key)), SILENT_MS_MAX).unref();
    this.#waiting.set(key, { socket, late });
    socket.once("close", () => this.#forget(key));
    if (this.#waiting.size <= STRANGERS_MAX) return;
    const [oldest = key] = this.#waiting.keys();
    this.#close(oldest);
  }

  /** It made a call that anybody may make, such as a health check: it stays for as long as there is room. */
  spoke(ends: Ends): void {
    clearTimeout(this.#waiting.get(keyOf(ends))?.late);
  }

  /** Its caller is known. */
  known(ends: Ends): void {
    this.#forget(keyOf(ends));
  }

  #forget(key: string): void {
    clearTimeout(this.#waiting.get(key)?.late);
    this.#waiting.delete(key);
  }

  #close(key: string): void {
    this.#waiting.get(key)?.socket.destroy();
    this.#forget(key);
  }
}

function keyOf({ remoteAddress, remotePort, localPort }: Ends): string {
  return `${remoteAddress} ${remotePort} ${localPort}`;
}
