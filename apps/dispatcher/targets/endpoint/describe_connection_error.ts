import { RefusedHostError } from "@hookgate/outbound";

const STATES: Readonly<Record<string, string>> = {
  ECONNREFUSED: "the connection was refused",
  ECONNRESET: "the connection was reset before an answer",
  EPIPE: "the connection was closed before an answer",
  EHOSTUNREACH: "there is no route to it",
  ENETUNREACH: "there is no route to it",
  EADDRNOTAVAIL: "there is no route to it",
  ETIMEDOUT: "the connection could not be made in time",
  ENOTFOUND: "its name does not exist (DNS)",
  EAI_AGAIN: "its name could not be looked up (DNS)",
  HPE_HEADER_OVERFLOW: "the headers of its answer are too large",
};

/** This machine has no file or memory left for a connection: no fault of who would have been connected to. */
const OUR_CODES: ReadonlySet<string> = new Set(["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM"]);

/** Longest text of an error that is kept, in characters. */
const TEXT_CHARS_MAX = 200;

/** Why there was no answer, for the end of a sentence: what happened, where, and with which code. */
export function describeConnectionError(thrown: unknown): string {
  if (thrown instanceof RefusedHostError) return thrown.state;
  const error = firstOf(thrown);
  const { code = "", address, port } = error;
  const at = address === undefined ? "" : `${address}${port === undefined ? "" : ` port ${port}`}`;
  const details = [code, at].filter((text) => text !== "").join(", ");
  const suffix = details === "" ? "" : ` (${details})`;
  return `${STATES[code] ?? describeUnknown(error)}${suffix}`;
}

/** Whether it was this machine that could not connect. */
export function isOwnFault(thrown: unknown): boolean {
  return OUR_CODES.has(firstOf(thrown).code ?? "");
}

interface ConnectionError {
  code?: string;
  message: string;
  /** In errors of OpenSSL and of the HTTP parser: the message without the position in their source. */
  reason?: string;
  address?: string;
  port?: number;
}

/** If a name has several addresses, each has its error: the first one is used. */
function firstOf(thrown: unknown): ConnectionError {
  if (typeof thrown !== "object" || thrown === null) return { message: String(thrown) };
  if ("errors" in thrown && Array.isArray(thrown.errors) && thrown.errors.length > 0) {
    return firstOf(thrown.errors[0]);
  }
  return "message" in thrown ? (thrown as ConnectionError) : { message: String(thrown) };
}

function describeUnknown({ code = "", message, reason }: ConnectionError): string {
  const text = (reason ?? message).split("\n", 1)[0]?.slice(0, TEXT_CHARS_MAX) ?? "";
  if (code.startsWith("HPE_")) return `its answer is not HTTP: ${text}`;
  if (/^(?:EPROTO|ERR_SSL_|ERR_TLS_(?!CERT))/.test(code)) return `TLS failed: ${text}`;
  return /CERT|ISSUER|CRL/.test(code) ? `its certificate is not trusted: ${text}` : text;
}
