import { RefusedHostError } from "@hookgate/outbound";

const STATES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset before an answer",
  EPIPE: "the connection was closed before an answer",
  EHOSTUNREACH: "no way leads there",
  ENETUNREACH: "no way leads there",
  EADDRNOTAVAIL: "no way leads there",
  ETIMEDOUT: "the connection could not be made in time",
  ENOTFOUND: "its name is not known (DNS)",
  EAI_AGAIN: "its name could not be looked up (DNS)",
  HPE_HEADER_OVERFLOW: "the headers of its answer are too large",
};

/** Longest text of an error that is taken over, in characters. */
const TEXT_CHARS_MAX = 200;

/** Why there was no answer, as the state of a sentence: what happened, where, and under which code. */
export function describeConnectionError(thrown: unknown): string {
  if (thrown instanceof RefusedHostError) return thrown.state;
  const error = firstOf(thrown);
  const { code = "", address, port } = error;
  const at = address === undefined ? "" : `${address}${port === undefined ? "" : ` port ${port}`}`;
  const details = [code, at].filter((text) => text !== "").join(", ");
  const suffix = details === "" ? "" : ` (${details})`;
  return `${STATES[code] ?? describeUnknown(error)}${suffix}`;
}

interface ConnectionError {
  code?: string;
  message: string;
  /** Of OpenSSL's and of the parser's errors: the words without the place in their source. */
  reason?: string;
  address?: string;
  port?: number;
}

/** Where a name has several addresses, each has its error: the first one tells. */
function firstOf(thrown: unknown): ConnectionError {
  if (typeof thrown !== "object" || thrown === null) return { message: String(thrown) };
  if ("errors" in thrown && Array.isArray(thrown.errors) && thrown.errors.length > 0) {
    return firstOf(thrown.errors[0]);
  }
  return "message" in thrown ? (thrown as ConnectionError) : { message: String(thrown) };
}

function describeUnknown({ code = "", message, reason }: ConnectionError): string {
  const text = (reason ?? message).split("\n", 1)[0]?.slice(0, TEXT_CHARS_MAX) ?? "";
  if (code.startsWith("HPE_")) return `its answer is no HTTP: ${text}`;
  if (/^(?:EPROTO|ERR_SSL_|ERR_TLS_(?!CERT))/.test(code)) return `TLS failed: ${text}`;
  return /CERT|ISSUER|CRL/.test(code) ? `its certificate is not trusted: ${text}` : text;
}
