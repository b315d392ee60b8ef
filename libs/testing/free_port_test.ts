import { createServer } from "node:net";
import { expect, test } from "@jest/globals";
import { freePort, freePorts } from "./free_port.ts";

test("freePort() is a port that can be listened on", async () => {
  const port = await freePort();
  expect(port).toBeGreaterThan(0);
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once("error", reject);
    server.listen(port, "127.0.0.1", resolve);
  });
  expect(server.address()).toMatchObject({ port });
  await new Promise((resolve) => server.close(resolve));
});

test("freePorts() are all different", async () => {
  const ports = await freePorts(5);
  expect(new Set(ports).size).toBe(5);
});
