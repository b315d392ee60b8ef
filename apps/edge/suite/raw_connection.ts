import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { waitFor } from "@hookgate/testing";

/** A connection that says exactly what it is told, and keeps what it hears. */
export class RawConnection {
  /** What came so far, in Latin-1. */
  text = "";
  /** Whether the other side is gone. */
  closed = false;
  readonly #socket: Socket;

  private constructor(socket: Socket) {
    this.#socket = socket;
    socket.setEncoding("latin1");
    socket.on("data", (text) => {
      this.text += text;
    });
    socket.on("close", () => {
      this.closed = true;
    });
    // A reset is one of the answers that a test may see.
    socket.on("error", () => {});
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, "127.0.0.1");
    const connection = new RawConnection(socket);
    await once(socket, "connect");
    return connection;
  }

  /** Whether all that was said is on its way. */
  get drained(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** Says something, and gives whether it was taken at once. */
  write(data: string | Uint8Array): boolean {
    return this.#socket.write(typeof data === "string" ? Buffer.from(data, "latin1") : data);
  }

  /** Says no more. */
  end(): void {
    this.#socket.end();
  }

  /** Hangs up. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** The status of the answer, once it is there. */
  async status(timeoutMs = 5_000): Promise<number> {
    const options = { what: "the answer's status", timeoutMs };
    const match = await waitFor(() => /^HTTP\/1\.1 (\d{3}) /.exec(this.text), options);
    return Number(match[1]);
  }

  async waitUntilClosed(timeoutMs = 5_000): Promise<void> {
    await waitFor(() => this.closed, { what: "the connection to be closed", timeoutMs });
  }
}
