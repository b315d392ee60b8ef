import { createServer } from "node:net";

/**
 * A port of the loopback address that nobody listens on now. For a child process that has to be told its port; where
 * the test listens itself, port 0 is better, because another process may take this one first.
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
