import { createSecureContext } from "node:tls";
import { expect, test } from "@jest/globals";
import { serverCertificate } from "./server_certificate.ts";

test("serverCertificate() makes a certificate that a server can use, with its key", () => {
  expect(() => createSecureContext(serverCertificate())).not.toThrow();
  const { cert } = serverCertificate();
  expect(() => createSecureContext({ cert, key: serverCertificate().key })).toThrow("mismatch");
});
