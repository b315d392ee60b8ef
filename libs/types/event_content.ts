import type { ReceivedEvent } from "./received_event.ts";

/** This provider's bodies are the specification's `WebhookEvent`; for all others the whole body is the data. */
const SPECIFICATION_PROVIDER = "generic";

/** The content of an event's body. */
export interface EventContent {
  /** When it happened according to the provider; undefined if the body does not say. */
  timestamp?: string;
  /** Undefined if the body is not JSON, or the type is unknown. */
  data?: unknown;
}

/** Reads the content that a handler or subscriber gets from an event's verified body. */
export function eventContent({
  provider,
  type,
  body,
}: Pick<ReceivedEvent, "provider" | "type" | "body">): EventContent {
  if (type === "unknown") return {};
  const parsed = parse(body);
  if (provider !== SPECIFICATION_PROVIDER) return { data: parsed };
  if (typeof parsed !== "object" || parsed === null) return {};
  const { timestamp, data } = parsed as Record<string, unknown>;
  return { data, ...(typeof timestamp === "string" && { timestamp }) };
}

/** Parses leniently: drops a byte order mark, replaces invalid UTF-8. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
