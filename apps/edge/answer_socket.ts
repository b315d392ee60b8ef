import type { Socket } from "node:net";

const STATUS_TEXTS = {
  400: "Bad Request",
  408: "Request Timeout",
  413: "Content Too Large",
  431: "Request Header Fields Too Large",
  503: "Service Unavailable",
} as const;

/** An answer to what never became a request. */
export interface SocketAnswer {
  status: keyof typeof STATUS_TEXTS;
  error: string;
  message: string;
  retryAfterSeconds?: number;
}

/** Writes an answer to a connection, and closes it. */
export function answerSocket(socket: Socket, answer: SocketAnswer): void {
  const { status, error, message, retryAfterSeconds } = answer;
  const body = JSON.stringify({ error, message });
  const retryAfter = retryAfterSeconds === undefined ? "" : `Retry-After: ${retryAfterSeconds}\r\n`;
  socket.write(
    `HTTP/1.1 ${status} ${STATUS_TEXTS[status]}\r\n` +
      `Content-Type: application/json; charset=utf-8\r\n${retryAfter}` +
      `Content-Length: ${body.length}\r\nConnection: close\r\n\r\n${body}`,
  );
  socket.destroySoon();
}
