import { request as httpRequest } from "node:http";
import { request as httpsRequest } from "node:https";
import { connectionProblem } from "../show/connection_problem.ts";

/** How long a local server may take to answer, in milliseconds: somebody may stand at a breakpoint. */
const ANSWER_MS_MAX = 600_000;

/** Bytes of an answer's body that are shown. */
const ANSWER_BYTES_MAX = 500;

/** An answer is read so far, in bytes, and so long after its head, in milliseconds: some have no end. */
const READ_BYTES_MAX = 64 * 1024;
const READ_MS_MAX = 10_000;

/** Headers of the connection that the event came over; the new one has its own. */
const OF_CONNECTION = new Set([
  ...["host", "connection", "content-length", "transfer-encoding", "keep-alive", "te", "trailer"],
  ...["upgrade", "expect", "proxy-connection", "accept-encoding"],
]);

/** An event to post. */
export interface PostedEvent {
  /** In the order received, as far as that is known. */
  headers: readonly (readonly [string, string])[];
  /** The exact bytes. */
  body: Uint8Array;
  /** Added to the headers: what event it is, and which delivery. */
  marks: Readonly<Record<string, string>>;
}

/** What a local server did with an event. */
export type PostResult =
  | { kind: "answered"; status: number; text: string; ms: number }
  /** Nothing listens there. */
  | { kind: "refused"; error: string }
  | { kind: "failed"; error: string };

/** Options for {@linkcode postLocally}. */
export interface PostLocallyOptions {
  /** Ends the attempt. */
  signal?: AbortSignal;
}

/** Posts an event to a URL, with the exact bytes of its body and its headers. Never rejects. */
export function postLocally(
  url: URL,
  { headers, body, marks }: PostedEvent,
  { signal }: PostLocallyOptions = {},
): Promise<PostResult> {
  const startedAt = performance.now();
  // A sender can name its own headers as it likes.
  const isOurs = (name: string) => OF_CONNECTION.has(name) || name.startsWith("hookgate-");
  const sent = headers.filter(([name]) => !isOurs(name.toLowerCase()));
  const flat = [...sent, ...Object.entries(marks), ["content-length", String(body.length)]].flat();
  return new Promise((resolve) => {
    const make = url.protocol === "https:" ? httpsRequest : httpRequest;
    const signals = [AbortSignal.timeout(ANSWER_MS_MAX), ...(signal ? [signal] : [])];
    const request = make(url, {
      method: "POST",
      headers: ["host", url.host, ...flat],
      signal: AbortSignal.any(signals),
      agent: false,
    });
    request.on("error", (error: NodeJS.ErrnoException) => {
      const { code = "", message } = firstOf(error);
      const kind = code === "ECONNREFUSED" ? "refused" : "failed";
      resolve({ kind, error: explain(message || code) });
    });
    request.on("response", (response) => {
      const chunks: Buffer[] = [];
      let bytes = 0;
      const answered = () => {
        const text = Buffer.concat(chunks).subarray(0, ANSWER_BYTES_MAX).toString();
        const ms = performance.now() - startedAt;
        resolve({ kind: "answered", status: response.statusCode ?? 0, text, ms });
      };
      const late = setTimeout(() => {
        const error = `its answer of ${response.statusCode} has no end after ${READ_MS_MAX / 1_000} s`;
        resolve({ kind: "failed", error });
        request.destroy();
      }, READ_MS_MAX);
      response.on("close", () => clearTimeout(late));
      response.on("data", (chunk: Buffer) => {
        if (bytes < ANSWER_BYTES_MAX) chunks.push(chunk);
        bytes += chunk.length;
        if (bytes < READ_BYTES_MAX) return;
        answered();
        request.destroy();
      });
      response.on("error", (error) => resolve({ kind: "failed", error: error.message }));
      response.on("end", answered);
    });
    request.end(body);
  });
}

/** OpenSSL's own words help nobody. */
function explain(message: string): string {
  switch (connectionProblem(message)) {
    case "server without TLS":
      return "it speaks no TLS: give a URL with http://";
    case "certificate not trusted":
      return `${message}: set NODE_EXTRA_CA_CERTS to its authority`;
    case "another protocol":
      return "it does not speak HTTP";
    default:
      return message;
  }
}

/** If a name has several addresses, each has its error: the first one is used. */
function firstOf(error: NodeJS.ErrnoException): NodeJS.ErrnoException {
  const [first] = error instanceof AggregateError ? error.errors : [];
  return (first as NodeJS.ErrnoException | undefined) ?? error;
}
