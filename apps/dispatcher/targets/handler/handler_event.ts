import { findProvider, headerRecord } from "@hookgate/providers";
import { eventContent, type HandlerEvent } from "@hookgate/types";
import type { HostEvent } from "./handler_message.ts";
import { readSignature } from "./read_signature.ts";

/** Builds what a handler is given. `data` is undefined where the body is not JSON or the type is unknown. */
export function handlerEvent(event: HostEvent): HandlerEvent {
  const { id, source, type } = event;
  const provider = findProvider(event.provider);
  const headers = headerRecord(event.headers);
  const receivedAt = new Date(event.receivedAt);
  // A copy: what came over IPC is a view of bytes that it shares with other events.
  const body = new Uint8Array(event.body);
  const signature = provider && readSignature(provider, { headers, body });
  const content = eventContent({ provider: event.provider, type, body });
  return {
    id,
    type,
    timestamp: content.timestamp ?? receivedAt.toISOString(),
    data: content.data,
    ...(signature && { signature }),
    source,
    provider: event.provider,
    receivedAt,
    headers,
    body,
  };
}
