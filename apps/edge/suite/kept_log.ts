import { createLog, type Log } from "@hookgate/telemetry";

/** A log that keeps its lines, parsed. */
export function keptLog(): { log: Log; lines: Record<string, unknown>[] } {
  const lines: Record<string, unknown>[] = [];
  const write = (line: string) => {
    lines.push(JSON.parse(line));
  };
  return { log: createLog({ name: "edge", level: "debug", destination: { write } }), lines };
}
