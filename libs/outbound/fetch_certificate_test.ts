import { serverCertificate } from "@hookgate/testing";
import { expect, test } from "@jest/globals";
import { fetchCertificate, NoCertificateError } from "./fetch_certificate.ts";
import type { FetchBounds } from "./outside_fetch.ts";

const { cert: PEM, key: KEY } = serverCertificate();
const LINES = PEM.split("\n");
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
  ["the answer is not PEM", { text: "" }],
  ["the answer is not PEM", { text: KEY }],
  [
    "the answer is not PEM",
    { text: "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n" },
  ],
  ["the answer is not PEM", { text: PEM.slice(0, -100) }],
  ["the answer is not PEM", { text: LINES.toSpliced(5, 1).join("\n") }],
  ["the answer is not PEM", { text: LINES.with(5, "<html>").join("\n") }],
])("fetchCertificate() throws for %s", async (state, answer) => {
  await expect(fetchFrom(answer)).rejects.toThrow(`Cannot fetch a certificate: ${state}`);
});

test("fetchCertificate() takes the first of a chain, and what is written around it", async () => {
  const text = `Subject: example\r\n${PEM.replaceAll("\n", "\r\n")}${serverCertificate().cert}`;
  expect(await fetchFrom({ text })).toBe(text);
});

test("fetchCertificate() tells where there is nothing from where there is a fault", async () => {
  for (const status of [403, 404, 410]) {
    await expect(fetchFrom({ status })).rejects.toThrow(NoCertificateError);
  }
  for (const status of [400, 401, 429, 500, 503]) {
    await expect(fetchFrom({ status })).rejects.not.toThrow(NoCertificateError);
  }
});

test("fetchCertificate() fetches from public addresses only", async () => {
  const fetching = fetchCertificate("https://127.0.0.1/", { timeoutMs: 1_000 });
  await expect(fetching).rejects.toThrow("Cannot fetch from a bare address");
});
