import type { HandshakeSeen } from "@hookgate/types";
import type { HandshakeSeenMessage } from "./generated/messages.ts";

/** A handshake as a message. */
export function handshakeToMessage({ source, at, ok }: HandshakeSeen): HandshakeSeenMessage {
  return { source, atMs: at, ok };
}

/** A message as a handshake. */
export function handshakeFromMessage({ source, atMs, ok }: HandshakeSeenMessage): HandshakeSeen {
  return { source, at: atMs, ok };
}
