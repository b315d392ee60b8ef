import type { ReceivedEvent } from "./received_event.ts";

/** Bodies of this provider are the specification's `WebhookEvent`; of any other the whole body is the data. */
const SPECIFICATION_PROVIDER = "generic";

/** What stands in an event's body. */
export interface EventContent {
  /** When the provider says it happened; undefined where the body does not say. */
  timestamp?: string;
  /** Undefined where the body is not JSON, or the type is unknown. */
  data?: unknown;
}

/** Reads what a handler or a subscriber is given of an event's body, which was verified. */
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

/** JSON as a lenient reader takes it: a byte order mark is dropped, invalid UTF-8 replaced. */
function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
