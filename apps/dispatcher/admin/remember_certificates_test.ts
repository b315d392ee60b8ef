import { expect, test } from "@jest/globals";
import { recordingLog } from "../suite/recording_log.ts";
import { rememberCertificates } from "./remember_certificates.ts";

test("rememberCertificates() asks once for each, also for those that cannot be had", async () => {
  const asked: string[] = [];
  const { log, lines } = recordingLog();
  const certificate = rememberCertificates({
    async fetch(url) {
      asked.push(url);
      const body = Buffer.from(`-----BEGIN CERTIFICATE----- of ${url}`);
      return { status: url === "none" ? 404 : 200, body };
    },
    log,
  });
  const got = await Promise.all(["a", "none", "a", "b", "none"].map(certificate));
  const [a, b] = ["a", "b"].map((url) => `-----BEGIN CERTIFICATE----- of ${url}`);
  expect(got).toEqual([a, null, a, b, null]);
  expect(await certificate("a")).toBe(a);
  expect(asked).toEqual(["a", "none", "b"]);
  expect(lines).toMatchObject([
    { fields: { url: "none", err: new Error("Cannot fetch a certificate: status 404") } },
  ]);
});
