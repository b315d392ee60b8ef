import { createLog, type Log } from "@hookgate/telemetry";

/** A log whose lines are kept, as the objects that they are. */
export function keptLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => {
    lines.push(JSON.parse(line));
  };
  return { log: createLog({ name: "edge", level: "debug", destination: { write } }), lines };
}
