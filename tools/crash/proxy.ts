import { connect, createServer, type Server, type Socket } from "node:net";

/** What a {@linkcode FaultyProxy} does to the bytes that pass. */
export type ProxyMode =
  | "pass"
  /** Open connections are reset, new ones too. */
  | "cut"
  /** Nothing arrives in either direction, and nobody is told. */
  | "silent"
  /** Nothing arrives at the server. */
  | "deaf"
  /** Nothing arrives at the client. */
  | "mute"
  /** Everything arrives, later. */
  | "slow";

/** How much later in the mode `slow`, in milliseconds. */
const SLOW_MS = 200;

/** Between two of the connections that `flap` cuts, in milliseconds. */
const FLAP_MS = 250;

/** A TCP proxy on the loopback that can break what passes through it. */
export class FaultyProxy implements AsyncDisposable {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  readonly #pumps = new Set<() => void>();
  #mode: ProxyMode = "pass";
  #flapping: NodeJS.Timeout | undefined;

  private constructor(server: Server) {
    this.#server = server;
  }

  /** Listens on a free port and forwards to another one. */
  static async open(targetPort: number): Promise<FaultyProxy> {
    const server = createServer();
    const proxy = new FaultyProxy(server);
    server.on("connection", (client) => proxy.#forward(client, targetPort));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get port(): number {
    const address = this.#server.address();
    if (typeof address !== "object" || address === null)
      throw new Error("Cannot name a port: closed");
    return address.port;
  }

  /** Changes what happens to all connections, open and new ones. What was held back arrives once it may, as with TCP. */
  set mode(mode: ProxyMode) {
    clearInterval(this.#flapping);
    this.#mode = mode;
    if (mode === "cut") this.#reset();
    for (const pump of this.#pumps) pump();
  }

  /** Cuts all connections again and again, until the mode is set. */
  flap(): void {
    this.mode = "pass";
    this.#flapping = setInterval(() => this.#reset(), FLAP_MS);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#flapping);
    this.#reset();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #reset(): void {
    for (const socket of this.#sockets) socket.resetAndDestroy();
  }

  #forward(client: Socket, targetPort: number): void {
    const server = connect(targetPort, "127.0.0.1");
    this.#pipe(client, server, ["silent", "deaf"]);
    this.#pipe(server, client, ["silent", "mute"]);
    if (this.#mode === "cut") client.resetAndDestroy();
  }

  #pipe(from: Socket, to: Socket, heldIn: readonly ProxyMode[]): void {
    const held: (Buffer | "end")[] = [];
    const pump = () => {
      if (heldIn.includes(this.#mode)) return;
      for (const chunk of held.splice(0)) {
        if (chunk === "end") to.end();
        else to.write(chunk);
      }
    };
    const hold = (chunk: Buffer | "end") => {
      held.push(chunk);
      if (this.#mode === "slow") setTimeout(pump, SLOW_MS);
      else pump();
    };
    this.#sockets.add(from);
    this.#pumps.add(pump);
    from.on("data", hold);
    from.on("end", () => hold("end"));
    from.on("error", () => {});
    from.on("close", () => {
      this.#sockets.delete(from);
      this.#pumps.delete(pump);
      to.destroy();
    });
  }
}
