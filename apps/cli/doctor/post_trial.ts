import { type ClientRequest, type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { TLSSocket } from "node:tls";

/** Bytes of an answer that are read. */
const ANSWER_BYTES_MAX = 64 * 1024;

/** How long an answer is waited for, in milliseconds. */
const ANSWER_MS_MAX = 20_000;

/** What was answered to a test event. */
export interface TrialAnswer {
  status: number;
  /** The answer as Hookgate's own; null if it is somebody else's. */
  own: { received?: true; eventId?: string; duplicate?: true; error?: string } | null;
  location: string | null;
  /** Who says that it has answered, if anybody; empty otherwise. */
  server: string;
  /** From the last byte that was sent, in milliseconds. */
  ms: number;
  /** Of a TLS connection. */
  tls: { protocol: string; until: number } | null;
}

/** Options for {@linkcode postTrial}. */
export interface PostTrialOptions {
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
  /** Bytes of the body that are sent; then nothing more. @default {all} */
  sentBytes?: number;
  /** How long an answer is waited for, in milliseconds. @default {ANSWER_MS_MAX} */
  timeoutMs?: number;
}

/** Thrown if no answer came in time. */
export class NoAnswerError extends Error {
  override name = "NoAnswerError";
}

/** Posts once over a connection of its own; follows no redirect, as providers do not. Rejects if there is no answer. */
export function postTrial(url: URL, options: PostTrialOptions): Promise<TrialAnswer> {
  const { headers, body, sentBytes = body.length, timeoutMs = ANSWER_MS_MAX } = options;
  const open = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = open(url, {
      method: "POST",
      agent: false,
      headers: { ...headers, "content-length": String(body.length), connection: "close" },
    });
    const timer = setTimeout(() => request.destroy(new NoAnswerError("no answer")), timeoutMs);
    let sentAt = performance.now();
    const end = (settle: () => void) => {
      clearTimeout(timer);
      settle();
      request.destroy();
    };
    request.on("error", (error) => end(() => reject(error)));
    request.on("close", () => end(() => reject(new Error("the connection was closed"))));
    request.on("response", (response) => {
      const ms = performance.now() - sentAt;
      const tls = tlsOf(request);
      readAnswer(response).then(
        (text) => end(() => resolve(answerOf(response, { text, ms, tls }))),
        (error: unknown) => end(() => reject(error)),
      );
    });
    request.write(body.subarray(0, sentBytes), () => {
      sentAt = performance.now();
    });
    if (sentBytes === body.length) request.end();
  });
}

function answerOf(
  { statusCode = 0, headers }: IncomingMessage,
  { text, ms, tls }: { text: string; ms: number; tls: TrialAnswer["tls"] },
): TrialAnswer {
  const { location = null, server = "" } = headers;
  return { status: statusCode, own: readOwn(text), location, server: String(server), ms, tls };
}

/** An answer as the edge gives it: `{"received":true,…}`, or `{"error":…,"message":…}`. */
function readOwn(text: string): TrialAnswer["own"] {
  try {
    const data: unknown = JSON.parse(text);
    if (typeof data !== "object" || data === null) return null;
    const isStored = "received" in data && data.received === true && "eventId" in data;
    const isRefused = "error" in data && "message" in data;
    return isStored || isRefused ? (data as TrialAnswer["own"]) : null;
  } catch {
    return null;
  }
}

function tlsOf({ socket }: ClientRequest): TrialAnswer["tls"] {
  if (!(socket instanceof TLSSocket)) return null;
  const { valid_to: until } = socket.getPeerCertificate();
  return { protocol: socket.getProtocol() ?? "", until: Date.parse(until) };
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of response as AsyncIterable<Buffer>) {
    chunks.push(chunk);
    bytes += chunk.length;
    if (bytes > ANSWER_BYTES_MAX) break;
  }
  return Buffer.concat(chunks).toString();
}
