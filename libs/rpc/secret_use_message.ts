import type { SecretUse } from "@hookgate/types";
import type { SecretUseMessage } from "./generated/messages.ts";

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
