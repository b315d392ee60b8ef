import type { Log } from "@hookgate/telemetry";
import type { HostLine } from "./handler_message.ts";

/** Writes a line that a handler logged. Its fields stand apart: they cannot pass for the dispatcher's own. */
export function writeHandlerLine(log: Log, line: HostLine): void {
  const { level, message, fields, eventId, deliveryId } = line;
  const facts = {
    ...(eventId && { event: eventId, delivery: deliveryId }),
    ...(fields && { fields: JSON.parse(fields) as unknown }),
  };
  log[level](facts, message);
}
