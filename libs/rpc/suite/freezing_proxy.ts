import { once } from "node:events";
import { type AddressInfo, connect, createServer, type Socket } from "node:net";

/** A TCP proxy that can stop to pass anything on, as a peer that is frozen or out of reach does. */
export interface FreezingProxy extends AsyncDisposable {
  /** `host:port` where it listens. */
  address: string;
  /** Nothing passes any more, neither on connections that stand nor on new ones. */
  freeze(): void;
  /** New connections work again; those that froze stay frozen. */
  passNew(): void;
}

/** Starts a proxy to `target`, a `host:port`. */
export async function startFreezingProxy(target: () => string): Promise<FreezingProxy> {
  const sockets = new Set<Socket>();
  let frozen = false;
  const server = createServer({ pauseOnConnect: true }, (near) => {
    const [host, port] = target().split(":");
    const far = connect(Number(port), host);
    near.pipe(far);
    far.pipe(near);
    for (const socket of [near, far]) {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.on("close", () => {
        sockets.delete(socket);
        near.destroy();
        far.destroy();
      });
      if (frozen) socket.pause();
      else socket.resume();
    }
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    address: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    freeze() {
      frozen = true;
      for (const socket of sockets) socket.pause();
    },
    passNew() {
      frozen = false;
    },
    async [Symbol.asyncDispose]() {
      const closed = once(server, "close");
      server.close();
      for (const socket of sockets) socket.destroy();
      await closed;
    },
  };
}
