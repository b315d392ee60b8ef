import { RefusedHostError } from "@hookgate/outbound";
import { expect, test } from "@jest/globals";
import { describeConnectionError } from "./describe_connection_error.ts";

function error(message: string, fields: object): Error {
  return Object.assign(new Error(message), fields);
}

const REFUSED = error("connect ECONNREFUSED 1.2.3.4:80", {
  code: "ECONNREFUSED",
  address: "1.2.3.4",
  port: 80,
});

test.each<[string, unknown, string]>([
  ["a refused connection", REFUSED, "the connection was refused (ECONNREFUSED, 1.2.3.4 port 80)"],
  [
    "several addresses that failed",
    new AggregateError([REFUSED, error("", { code: "ETIMEDOUT" })]),
    "the connection was refused (ECONNREFUSED, 1.2.3.4 port 80)",
  ],
  [
    "a reset",
    error("socket hang up", { code: "ECONNRESET" }),
    "the connection was reset before an answer (ECONNRESET)",
  ],
  [
    "a name that nobody knows",
    error("getaddrinfo ENOTFOUND a.b", { code: "ENOTFOUND" }),
    "its name does not exist (DNS) (ENOTFOUND)",
  ],
  [
    "another host's certificate",
    error("Hostname/IP does not match", {
      code: "ERR_TLS_CERT_ALTNAME_INVALID",
      reason: "Host: a. is not in the cert's altnames",
    }),
    "its certificate is not trusted: Host: a. is not in the cert's altnames (ERR_TLS_CERT_ALTNAME_INVALID)",
  ],
  [
    "a certificate of nobody",
    error("self-signed certificate", { code: "DEPTH_ZERO_SELF_SIGNED_CERT" }),
    "its certificate is not trusted: self-signed certificate (DEPTH_ZERO_SELF_SIGNED_CERT)",
  ],
  [
    "what is no TLS",
    error("40E7:error:0A00010B:SSL routines:../deps/openssl/a.c:355:\n", {
      code: "ERR_SSL_WRONG_VERSION_NUMBER",
      reason: "wrong version number",
    }),
    "TLS failed: wrong version number (ERR_SSL_WRONG_VERSION_NUMBER)",
  ],
  [
    "what is not HTTP",
    error("Parse Error: Expected HTTP/", {
      code: "HPE_INVALID_CONSTANT",
      reason: "Expected HTTP/",
    }),
    "its answer is not HTTP: Expected HTTP/ (HPE_INVALID_CONSTANT)",
  ],
  [
    "a host that is refused",
    new RefusedHostError("a.b", "its address 10.0.0.1 is not public"),
    "its address 10.0.0.1 is not public",
  ],
  ["an error of another kind", error(`${"x".repeat(300)}\nat y`, {}), "x".repeat(200)],
  ["what is no error", "why", "why"],
  ["nothing at all", null, "null"],
])("describeConnectionError() of %s", (_what, thrown, state) => {
  expect(describeConnectionError(thrown)).toBe(state);
});
