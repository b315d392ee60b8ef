import type { Writable } from "node:stream";
import { writeFrame } from "./frames.ts";
import type { HostAttempt, ToHost } from "./handler_message.ts";

/** Sends a message to a handler host. Bodies and headers travel as they are, behind the rest of a message. */
export function writeToHost(stream: Writable, message: ToHost): void {
  if (message.kind !== "run") {
    writeFrame(stream, message);
    return;
  }
  const bytes: Uint8Array[] = [];
  const attempts = message.attempts.map(({ event, ...attempt }): SentAttempt => {
    const { headers, body, ...rest } = event;
    bytes.push(headers, body);
    return { ...attempt, event: rest, sizes: [headers.length, body.length] };
  });
  writeFrame(stream, { kind: "run", attempts }, bytes);
}

/** What {@linkcode writeToHost} has sent. Headers and bodies are views of `bytes`. */
export function readToHost(message: unknown, bytes: Uint8Array): ToHost {
  const sent = message as SentMessage;
  if (sent.kind !== "run") return sent;
  let at = 0;
  const next = (size: number) => {
    at += size;
    return bytes.subarray(at - size, at);
  };
  const attempts = sent.attempts.map(({ event, sizes: [headers, body], ...attempt }) => ({
    ...attempt,
    event: { ...event, headers: next(headers), body: next(body) },
  }));
  return { kind: "run", attempts };
}

type SentAttempt = Omit<HostAttempt, "event"> & {
  event: Omit<HostAttempt["event"], "headers" | "body">;
  /** Of headers and body, in bytes. */
  sizes: [headers: number, body: number];
};

type SentMessage =
  | { kind: "run"; attempts: readonly SentAttempt[] }
  | Exclude<ToHost, { kind: "run" }>;
