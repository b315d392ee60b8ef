import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { waitFor } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { watchHealth } from "./watch_health.ts";

test("watchHealth() asks where the app listens, which need not be 127.0.0.1", async () => {
  let asked = 0;
  const server = createServer((_, response) => {
    asked += 1;
    response.end();
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.2", resolve));
  const { port } = server.address() as AddressInfo;
  let deaths = 0;
  const dead = () => {
    deaths += 1;
  };
  const stop = watchHealth(port, { host: "127.0.0.2", dead, everyMs: 1, failuresMax: 1 });
  await waitFor(() => asked >= 5, { what: "five requests", timeoutMs: 5_000 });
  stop();
  server.close();
  server.closeAllConnections();
  expect(deaths).toBe(0);

  const gone = watchHealth(port, { host: "127.0.0.2", dead, everyMs: 1, failuresMax: 1 });
  await waitFor(() => deaths === 1, { what: "its end to be noticed", timeoutMs: 5_000 });
  gone();
});
