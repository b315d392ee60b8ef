import type { HandshakeSeen } from "@hookgate/types";
import type { HandshakeSeen as HandshakeMessage } from "./messages.ts";

/** A handshake as a message. */
export function handshakeToMessage({ source, at, ok }: HandshakeSeen): HandshakeMessage {
  return { source, atMs: at, ok };
}

/** A message as a handshake. */
export function handshakeFromMessage({ source, atMs, ok }: HandshakeMessage): HandshakeSeen {
  return { source, at: atMs, ok };
}
