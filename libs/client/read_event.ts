import type { EventMessage } from "@hookgate/rpc";
import { eventContent } from "@hookgate/types";
import type { SubscribedEvent } from "./subscribed_event.ts";

/** An event from its message. Its bytes are copied: those of the message are a view of all that came with it. */
export function readEvent(message: EventMessage): SubscribedEvent {
  const { id, type, source, provider } = message;
  const body = new Uint8Array(message.body);
  const receivedAt = new Date(message.receivedAtMs);
  const { timestamp = receivedAt.toISOString(), data } = eventContent({ provider, type, body });
  const headers = readHeaders(message.headers);
  return { id, type, timestamp, data, source, provider, receivedAt, headers, body };
}

/** A header block, `name: value\r\n` each, in Latin-1. */
function readHeaders(block: Uint8Array): Record<string, string> {
  const headers = new Map<string, string>();
  for (const line of Buffer.from(block).toString("latin1").split("\r\n")) {
    const at = line.indexOf(": ");
    if (at <= 0) continue;
    const name = line.slice(0, at).toLowerCase();
    const before = headers.get(name);
    const value = line.slice(at + 2);
    headers.set(name, before === undefined ? value : `${before}, ${value}`);
  }
  return Object.fromEntries(headers);
}
