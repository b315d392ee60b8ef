import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { waitFor } from "@hookgate/testing";

/** A connection that sends exactly the bytes it is given, and keeps what it receives. */
export class RawConnection {
  /** What was received so far, in Latin-1. */
  text = "";
  /** Whether it is closed. */
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
    // A test may expect a reset.
    socket.on("error", () => {});
  }

  static async open(port: number): Promise<RawConnection> {
    const socket = connect(port, "127.0.0.1");
    const connection = new RawConnection(socket);
    await once(socket, "connect");
    return connection;
  }

  /** Whether all of it was handed to the kernel. */
  get drained(): boolean {
    return !this.#socket.writableNeedDrain;
  }

  /** Sends bytes; false if they are buffered for now. */
  write(data: string | Uint8Array): boolean {
    return this.#socket.write(typeof data === "string" ? Buffer.from(data, "latin1") : data);
  }

  /** Half-closes it. */
  end(): void {
    this.#socket.end();
  }

  /** Hangs up. */
  destroy(): void {
    this.#socket.destroy();
  }

  /** The status of the answer, once it has arrived. */
  async status(timeoutMs = 5_000): Promise<number> {
    const options = { what: "the answer's status", timeoutMs };
    const match = await waitFor(() => /^HTTP\/1\.1 (\d{3}) /.exec(this.text), options);
    return Number(match[1]);
  }

  async waitUntilClosed(timeoutMs = 5_000): Promise<void> {
    await waitFor(() => this.closed, { what: "the connection to be closed", timeoutMs });
  }
}
