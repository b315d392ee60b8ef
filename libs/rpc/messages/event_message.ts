import { inFlagOrder, type ReceivedEvent } from "@hookgate/types";
import type { EventMessage } from "../generated/messages.ts";

const NO_BYTES = new Uint8Array(0);

/** An event as a message. Its bytes are shared, not copied: they are only read, when the message is sent. */
export function eventToMessage(event: ReceivedEvent): EventMessage {
  return {
    id: event.id,
    source: event.source,
    provider: event.provider,
    type: event.type,
    providerType: event.providerType,
    receivedAtMs: event.receivedAt,
    providerEventId: event.providerEventId,
    secretId: event.secretId,
    address: event.address,
    addressChain: event.addressChain,
    headers: event.headers,
    body: event.body,
    bodySha256: event.bodySha256,
    flags: [...event.flags],
    protections: [...(event.protection?.done ?? [])],
  };
}

/**
 * A message as an event. Flags that this version does not know are left out.
 *
 * Its bytes are copied. Those of the message are views of the whole message, up to 16 MiB with other events, and an event
 * stays in memory while its handler runs: one slow handler would keep them all. Node's pool makes the copy cheap (0.8 µs
 * for 2 KiB, against 1.5 µs for a buffer of its own) and keeps at most 64 KiB.
 */
export function eventFromMessage(message: EventMessage): ReceivedEvent {
  const event: ReceivedEvent = {
    id: message.id,
    source: message.source,
    provider: message.provider,
    type: message.type,
    providerType: message.providerType,
    receivedAt: message.receivedAtMs,
    providerEventId: message.providerEventId,
    secretId: message.secretId,
    address: message.address,
    addressChain: message.addressChain,
    headers: Buffer.from(message.headers),
    body: Buffer.from(message.body),
    bodySha256: Buffer.from(message.bodySha256),
    flags: inFlagOrder(message.flags),
  };
  const { protections } = message;
  if (protections.length === 0) return event;
  return { ...event, protection: { done: [...protections], sealed: NO_BYTES } };
}
