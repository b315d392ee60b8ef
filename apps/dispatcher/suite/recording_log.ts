import type { Log } from "@hookgate/telemetry";

/** A line as it was logged. */
export interface RecordedLine {
  level: "debug" | "info" | "warn" | "error";
  message: string;
  fields: Record<string, unknown>;
}

/** A log that keeps its lines. */
export function recordingLog(): { log: Log; lines: RecordedLine[] } {
  const lines: RecordedLine[] = [];
  const write = (level: RecordedLine["level"]) => {
    return (fields: Record<string, unknown>, message: string) => {
      lines.push({ level, message, fields });
    };
  };
  const log = {
    debug: write("debug"),
    info: write("info"),
    warn: write("warn"),
    error: write("error"),
  } as unknown as Log;
  return { log, lines };
}
