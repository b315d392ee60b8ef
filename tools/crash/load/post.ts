import { Agent, request } from "node:http";

/** A request as it is sent. */
export interface Post {
  port: number;
  path: string;
  headers: Readonly<Record<string, string>>;
  body: Uint8Array;
}

/** An answer; its status is 0 if the connection broke or none came in time. */
export interface PostAnswer {
  status: number;
  eventId: string;
  /** Nobody listened, or a kept connection was closed before it was used again: another edge can be tried. */
  refused: boolean;
}

const ANSWER_MS_MAX = 10_000;

const SOCKETS_MAX = 256;

/** Connections of one load. */
export function createAgent(): Agent {
  return new Agent({ keepAlive: true, maxSockets: SOCKETS_MAX });
}

/** Posts once, to a port on the loopback. Never rejects. */
export function postOnce(agent: Agent, { port, path, headers, body }: Post): Promise<PostAnswer> {
  return new Promise((resolve) => {
    const broken = (refused = false) => resolve({ status: 0, eventId: "", refused });
    const sending = request(
      {
        agent,
        host: "127.0.0.1",
        port,
        path,
        method: "POST",
        headers: { ...headers, "content-length": String(body.length) },
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", () => broken());
        response.on("end", () => {
          const status = response.statusCode ?? 0;
          resolve({ status, eventId: eventIdOf(Buffer.concat(chunks)), refused: false });
        });
      },
    );
    // In two halves: if this process stood still meanwhile, the second one is left for the answer.
    const halfMs = ANSWER_MS_MAX / 2;
    let timer = setTimeout(() => {
      timer = setTimeout(() => sending.destroy(new Error("no answer in time")), halfMs);
    }, halfMs);
    sending.on("close", () => clearTimeout(timer));
    sending.on("error", ({ code }: NodeJS.ErrnoException) => {
      broken(code === "ECONNREFUSED" || (code === "ECONNRESET" && sending.reusedSocket));
    });
    sending.end(body);
  });
}

function eventIdOf(answer: Uint8Array): string {
  try {
    return String(JSON.parse(Buffer.from(answer).toString()).eventId ?? "");
  } catch {
    return "";
  }
}
