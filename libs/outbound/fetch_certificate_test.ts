import { expect, test } from "@jest/globals";
import { fetchCertificate } from "./fetch_certificate.ts";
import type { FetchBounds } from "./outside_fetch.ts";

const PEM = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
const URL = "https://api.example.com/certs/a";

/** Fetches a certificate from a server with this answer. */
async function fetchFrom({ status = 200, text = PEM }): Promise<string> {
  const fetch = async () => ({ status, body: Buffer.from(text) });
  return fetchCertificate(URL, { timeoutMs: 1_000, fetch });
}

test("fetchCertificate() returns the answer, fetched within its bounds", async () => {
  expect(await fetchFrom({})).toBe(PEM);
  const asked: [string, FetchBounds][] = [];
  await fetchCertificate(URL, {
    timeoutMs: 500,
    async fetch(...call) {
      asked.push(call);
      return { status: 200, body: Buffer.from(PEM) };
    },
  });
  expect(asked).toEqual([[URL, { timeoutMs: 500, bytesMax: 32_768 }]]);
});

test.each<[string, { status?: number; text?: string }]>([
  ["status 404", { status: 404 }],
  ["status 302", { status: 302 }],
  ["status 204", { status: 204, text: "" }],
  ["the answer is not PEM", { text: "<html>" }],
])("fetchCertificate() throws for %s", async (state, answer) => {
  await expect(fetchFrom(answer)).rejects.toThrow(`Cannot fetch a certificate: ${state}`);
});

test("fetchCertificate() fetches from public addresses only", async () => {
  const fetching = fetchCertificate("https://127.0.0.1/", { timeoutMs: 1_000 });
  await expect(fetching).rejects.toThrow("Cannot fetch from a bare address");
});
