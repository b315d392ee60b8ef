import type { Server as HttpServer } from "node:http";
import { Server } from "node:net";

/** How long requests that are on their way on kept connections are still waited for. */
const IDLE_GRACE_MS = 500;

/** Options for {@linkcode drainServer}. */
export interface DrainServerOptions {
  /** After this time, in milliseconds, every connection that is left is cut. */
  cutAfterMs: number;
}

/**
 * Stops accepting and resolves when the last connection is gone. Requests that run are answered; each answer is
 * expected to end its connection.
 */
export function drainServer(server: HttpServer, options: DrainServerOptions): Promise<void> {
  return new Promise((resolve) => {
    const idle = setTimeout(() => server.closeIdleConnections(), IDLE_GRACE_MS);
    const cut = setTimeout(() => server.closeAllConnections(), options.cutAfterMs);
    // Not HTTP's own close(): it cuts idle connections at once, and with them the requests that are on their way.
    Server.prototype.close.call(server, () => {
      clearTimeout(idle);
      clearTimeout(cut);
      // Stops its timer; nothing else is left to close.
      server.close();
      resolve();
    });
  });
}
