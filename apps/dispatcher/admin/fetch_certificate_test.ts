import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import type { AddressInfo } from "node:net";
import { expect, test } from "@jest/globals";
import { fetchCertificate } from "./fetch_certificate.ts";

/** What is fetched from a server that answers so. */
async function fetchFrom(listener: RequestListener): Promise<string | null> {
  const server = createServer(listener).listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  try {
    return await fetchCertificate(`http://127.0.0.1:${port}/cert`);
  } finally {
    server.closeAllConnections();
    server.close();
  }
}

test("fetchCertificate() gives what the server has", async () => {
  expect(await fetchFrom((_, response) => void response.end("PEM"))).toBe("PEM");
  const large = "x".repeat(32_768);
  expect(await fetchFrom((_, response) => void response.end(large))).toBe(large);
});

test.each<[string, RequestListener]>([
  ["an error", (_, response) => void response.writeHead(404).end("PEM")],
  [
    "a redirect",
    ({ url }, response) =>
      void (url === "/cert"
        ? response.writeHead(302, { location: "/other" }).end()
        : response.end("PEM")),
  ],
  ["more than a certificate", (_, response) => void response.end("x".repeat(32_769))],
  [
    "half an answer",
    (_, response) => void response.writeHead(200).write("P", () => response.destroy()),
  ],
])("fetchCertificate() is null for %s", async (_, listener) => {
  expect(await fetchFrom(listener)).toBeNull();
});

test("fetchCertificate() is null where nobody answers", async () => {
  expect(await fetchCertificate("http://127.0.0.1:1/cert")).toBeNull();
});
