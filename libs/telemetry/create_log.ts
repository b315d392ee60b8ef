import { type DestinationStream, type Logger, pino, stdTimeFunctions } from "pino";
import { boundFields } from "./bound_fields.ts";
import { boundText } from "./bound_text.ts";
import { standardStream } from "./bounded_output.ts";
import type { Metrics } from "./create_metrics.ts";
import { logText } from "./log_text.ts";

/** A pino log. Its lines are bounded, and without credentials. */
export type Log = Logger;

/** Options for {@linkcode createLog}. */
export interface CreateLogOptions {
  /** Name of the process, such as `edge`. */
  name: string;
  /** Lowest level that is written; `silent` writes nothing. */
  level: string;
  /** What standard error gets: lines of JSON, or of text for a person. @default {"json"} */
  format?: "json" | "text" | "colour";
  /** Gets JSON. @default standard error, which never blocks: lines that cannot be written are dropped and counted */
  destination?: DestinationStream;
  /** Where dropped lines are counted. @default they are only logged */
  metrics?: Pick<Metrics, "counter">;
}

/** pino's own fields: a caller's field of the same name gets a `_` appended, so that it cannot pass for pino's. */
const RESERVED = new Set(["level", "time", "pid", "hostname", "name", "msg"]);

/** Makes a log. Every text, field and line is bounded; fields named like a credential are redacted. */
export function createLog(options: CreateLogOptions): Log {
  const { destination } = options;
  return destination === undefined ? logToStandardError(options) : logTo(destination, options);
}

function logTo(stream: DestinationStream, { name, level }: CreateLogOptions): Log {
  const log = pino(
    {
      name,
      level,
      timestamp: stdTimeFunctions.isoTime,
      formatters: {
        level: (label) => ({ level: label }),
        log: (fields) => boundFields(fields, { reserved: RESERVED }),
      },
      serializers: {
        // boundFields() has expanded errors already.
        err: (error: unknown) => error,
        msg: (message: unknown) => (typeof message === "string" ? boundText(message) : message),
      },
    },
    stream,
  );
  return boundChildren(log);
}

/** pino applies no formatter to a child's fields, so they are bounded here. */
function boundChildren(log: Log): Log {
  const child = log.child;
  return Object.assign(log, {
    child(this: Log, fields: object, options?: object) {
      const bounded = boundFields(fields as Record<string, unknown>, { reserved: RESERVED });
      return child.call(this, bounded, options as never);
    },
  });
}

function logToStandardError(options: CreateLogOptions): Log {
  const dropped = options.metrics?.counter({
    name: "hookgate_log_lines_dropped_total",
    help: "Log lines dropped because standard error could not be written.",
  });
  const stream = standardStream(2, {
    dropped: () => dropped?.inc(),
    resumed: (lines) =>
      log.warn({ lines }, "log lines were dropped: standard error was not writable"),
  });
  const log = logTo(written(stream, options), options);
  return log;
}

function written(
  stream: DestinationStream,
  { format = "json" }: CreateLogOptions,
): DestinationStream {
  if (format === "json") return stream;
  return { write: (line) => stream.write(logText(line, { colour: format === "colour" })) };
}
