import { createServer } from "node:net";

/**
 * Returns a loopback port that nobody listens on, for a child process that needs a given port. In the test itself listen
 * on port 0 instead: another process may take this port first.
 */
export async function freePort(): Promise<number> {
  const server = createServer();
  return await new Promise((resolve, reject) => {
    server.once("error", reject);
    server.listen(0, "127.0.0.1", () => {
      const address = server.address();
      server.close(() => {
        if (typeof address === "object" && address !== null) resolve(address.port);
        else reject(new Error("Cannot find a free port: the server has no address"));
      });
    });
  });
}
