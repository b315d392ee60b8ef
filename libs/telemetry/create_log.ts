import {
  type DestinationStream,
  type Logger,
  destination as openDestination,
  pino,
  stdTimeFunctions,
} from "pino";
import { boundFields } from "./bound_fields.ts";
import { boundText } from "./bound_text.ts";

/** A log: pino's, whose lines are JSON, one each, bounded, and without credentials. */
export type Log = Logger;

/** Options for {@linkcode createLog}. */
export interface CreateLogOptions {
  /** The process that logs, such as `edge`. */
  name: string;
  /** The least level that is written; `silent` writes nothing. */
  level: string;
  /** @default standard error, without waiting for its reader */
  destination?: DestinationStream;
}

/** Lines that wait for a slow reader of standard error; past it they are dropped: no line is worth a stall. */
const BUFFERED_BYTES_MAX = 4 * 1_048_576;

/** pino's own fields: a caller's field of such a name gets a `_` behind it, lest it pass for pino's. */
const RESERVED = new Set(["level", "time", "pid", "hostname", "name", "msg"]);

/** Makes a log. Every text, field and line of it is bounded; what bears a credential's name is left out. */
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
        // boundFields() has written errors out already.
        err: (error: unknown) => error,
        msg: (message: unknown) => (typeof message === "string" ? boundText(message) : message),
      },
    },
    stream,
  );
  return boundChildren(log);
}

/** pino hands the fields of a child log to no formatter, so they are bounded on their way in. */
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
  const stream = openDestination({ dest: 2, sync: false, maxLength: BUFFERED_BYTES_MAX });
  const log = logTo(stream, options);
  let dropped = 0;
  stream.on("drop", () => {
    dropped += 1;
  });
  stream.on("drain", () => {
    if (dropped === 0) return;
    const lines = dropped;
    dropped = 0;
    log.warn({ lines }, "lines of the log were dropped: its reader is too slow");
  });
  return log;
}
