/** Why there is no connection, other than that nothing listens there. */
export type ConnectionProblem = (typeof PROBLEMS)[number][0];

/** Words of Node, OpenSSL and grpc-js; the first match counts. */
const PROBLEMS = [
  ["certificate expired", /certificate has expired/],
  ["certificate not valid yet", /certificate is not yet valid/],
  ["certificate for another name", /does not match certificate's altnames/],
  [
    "certificate not trusted",
    /self[- ]signed certificate|unable to (?:verify|get)[^.]* (?:certificate|issuer)/,
  ],
  [
    "client certificate",
    /alert (?:certificate required|bad certificate|unknown ca|handshake failure)/,
  ],
  ["server without TLS", /wrong version number|packet length too long|record layer failure/],
  ["unknown host", /Name resolution failed|ENOTFOUND|EAI_AGAIN/],
  ["another protocol", /Protocol error|HPE_|Expected HTTP/],
  ["closed", /Failed to connect|Connection dropped|ECONNRESET|other side closed|socket hang up/],
] as const;

/** The problem behind a failed connection's error; null if it shows none of these. */
export function connectionProblem(message: string): ConnectionProblem | null {
  return PROBLEMS.find(([, pattern]) => pattern.test(message))?.[0] ?? null;
}
