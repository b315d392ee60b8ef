import { expect, test } from "@jest/globals";
import { rememberCertificates } from "./remember_certificates.ts";

test("rememberCertificates() asks once for each, also for those that cannot be had", async () => {
  const asked: string[] = [];
  const certificate = rememberCertificates(async (url) => {
    asked.push(url);
    return url === "none" ? null : `PEM of ${url}`;
  });
  const got = await Promise.all(["a", "none", "a", "b", "none"].map(certificate));
  expect(got).toEqual(["PEM of a", null, "PEM of a", "PEM of b", null]);
  expect(await certificate("a")).toBe("PEM of a");
  expect(asked).toEqual(["a", "none", "b"]);
});
