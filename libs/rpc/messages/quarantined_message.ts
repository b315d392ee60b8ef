import { isUnread, QUARANTINE_REASONS, type QuarantinedRequest } from "@hookgate/types";
import type { QuarantinedRequestMessage } from "../generated/messages.ts";
import { RpcError } from "../transport/rpc_error.ts";

/** A refused request as a message. Its bytes are shared, not copied. */
export function quarantinedToMessage(request: QuarantinedRequest): QuarantinedRequestMessage {
  return {
    id: request.id,
    source: request.source,
    provider: request.provider,
    receivedAtMs: request.receivedAt,
    reason: request.reason,
    diagnosis: [...request.diagnosis],
    address: request.address,
    addressChain: request.addressChain,
    method: request.method,
    url: request.url,
    headers: request.headers,
    body: request.body,
    releasedAs: request.releasedAs ?? "",
    bodyBytes: request.body.length,
    encrypted: request.sealed !== undefined,
    unread: isUnread(request.reason),
  };
}

/**
 * A message as a refused request. Its bytes are copied: those of the message would keep all of it in memory, up to
 * 16 MiB.
 *
 * @throws {RpcError} INVALID_ARGUMENT for a reason that this version does not know.
 */
export function quarantinedFromMessage(message: QuarantinedRequestMessage): QuarantinedRequest {
  const reason = QUARANTINE_REASONS.find((known) => known === message.reason);
  if (reason === undefined) {
    const shown = JSON.stringify(message.reason.slice(0, 60));
    throw new RpcError(
      "INVALID_ARGUMENT",
      `Cannot read a refused request: its reason ${shown} is not known here`,
    );
  }
  return {
    id: message.id,
    source: message.source,
    provider: message.provider,
    receivedAt: message.receivedAtMs,
    reason,
    diagnosis: [...message.diagnosis],
    address: message.address,
    addressChain: message.addressChain,
    method: message.method,
    url: message.url,
    headers: Buffer.from(message.headers),
    body: Buffer.from(message.body),
    releasedAs: message.releasedAs || null,
    ...(message.encrypted && { sealed: new Uint8Array(0) }),
  };
}
