import { findProvider, visibleHeaders } from "@hookgate/providers";
import type { HandlerEvent } from "@hookgate/types";
import type { HostEvent } from "./handler_message.ts";
import { readSignature } from "./read_signature.ts";

/** Bodies of this provider are the specification's `WebhookEvent`; of any other the whole body is the data. */
const SPECIFICATION_PROVIDER = "generic";

/** Builds what a handler is given. `data` is undefined where the body is not JSON or the type is unknown. */
export function handlerEvent(event: HostEvent): HandlerEvent {
  const { id, source, type } = event;
  const provider = findProvider(event.provider);
  const headers = visibleHeaders(event.headers, provider);
  const receivedAt = new Date(event.receivedAt);
  // A copy: what came over IPC is a view of bytes that it shares with other events.
  const body = new Uint8Array(event.body);
  const signature = provider && readSignature(provider, { headers, body });
  const content = type === "unknown" ? {} : readContent(event.provider, parse(body));
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

function readContent(provider: string, parsed: unknown): { timestamp?: string; data?: unknown } {
  if (provider !== SPECIFICATION_PROVIDER) return { data: parsed };
  if (typeof parsed !== "object" || parsed === null) return {};
  const { timestamp, data } = parsed as Record<string, unknown>;
  return { data, ...(typeof timestamp === "string" && { timestamp }) };
}

/** JSON as a lenient reader takes it: a byte order mark is dropped, invalid UTF-8 replaced. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
