import type { HandshakeSeen, SecretUse } from "@hookgate/types";
import type { HandshakeSeenMessage, SecretUseMessage } from "../generated/messages.ts";

/** A handshake as a message. */
export function handshakeToMessage({ source, at, ok }: HandshakeSeen): HandshakeSeenMessage {
  return { source, atMs: at, ok };
}

/** A message as a handshake. */
export function handshakeFromMessage({ source, atMs, ok }: HandshakeSeenMessage): HandshakeSeen {
  return { source, at: atMs, ok };
}

/** The use of a secret as a message. */
export function secretUseToMessage(use: SecretUse): SecretUseMessage {
  const { source, secretId, uses, firstUsedAt, lastUsedAt } = use;
  return { source, secretId, uses, firstUsedAtMs: firstUsedAt, lastUsedAtMs: lastUsedAt };
}

/** A message as the use of a secret. */
export function secretUseFromMessage(message: SecretUseMessage): SecretUse {
  const { source, secretId, uses, firstUsedAtMs, lastUsedAtMs } = message;
  return { source, secretId, uses, firstUsedAt: firstUsedAtMs, lastUsedAt: lastUsedAtMs };
}
