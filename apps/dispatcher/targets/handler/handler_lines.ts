import type { Log } from "@hookgate/telemetry";
import type { HandlerLog } from "@hookgate/types";
import { describeError } from "./describe_error.ts";
import { type HostLine, LINE_LEVELS } from "./handler_message.ts";

/** Lines that a host sends between two heartbeats; more are counted and dropped. */
export const LINES_PER_BEAT_MAX = 100;

/** Longest message of a line, in characters; the rest is cut off. */
const MESSAGE_CHARS_MAX = 2_000;

/** Longest JSON of a line's fields, in characters; longer fields are omitted, because a truncated JSON text is not JSON. */
const FIELDS_CHARS_MAX = 4_000;

/** Collects what handlers log until it is sent to the dispatcher, bounded in rate and size. */
export class HandlerLines {
  readonly #written: () => void;
  #lines: HostLine[] = [];
  #left = LINES_PER_BEAT_MAX;
  #dropped = 0;

  /** `written` is called after each line that was kept. */
  constructor(written: () => void) {
    this.#written = written;
  }

  /** The log of one attempt. Its methods never throw. */
  logOf({ eventId, deliveryId }: { eventId: string; deliveryId: string }): HandlerLog {
    const [debug, info, warn, error] = LINE_LEVELS.map(
      (level) => (message: string, fields?: Record<string, unknown>) => {
        if (this.#left === 0) {
          this.#dropped += 1;
          return;
        }
        this.#left -= 1;
        const text = shown(message);
        this.#add({ level, message: text, fields: fieldsJson(fields), eventId, deliveryId });
      },
    ) as [Write, Write, Write, Write];
    return { debug, info, warn, error };
  }

  /** Removes the collected lines and returns them. */
  drain(): HostLine[] {
    const lines = this.#lines;
    this.#lines = [];
    return lines;
  }

  /** Called with each heartbeat. */
  refill(): void {
    this.#left = LINES_PER_BEAT_MAX;
    if (this.#dropped === 0) return;
    const fields = JSON.stringify({ dropped: this.#dropped });
    this.#dropped = 0;
    const message = "handlers log too much, lines dropped";
    this.#add({ level: "warn", message, fields, eventId: "", deliveryId: "" });
  }

  #add(line: HostLine): void {
    this.#lines.push(line);
    this.#written();
  }
}

/**
 * Writes a line of a handler into the dispatcher's log. Its fields are nested, so they cannot be mistaken for the
 * dispatcher's own.
 */
export function writeHandlerLine(log: Log, line: HostLine): void {
  const { level, message, fields, eventId, deliveryId } = line;
  const facts = {
    ...(eventId && { event: eventId, delivery: deliveryId }),
    ...(fields && { fields: JSON.parse(fields) as unknown }),
  };
  log[level](facts, message);
}

type Write = HandlerLog["info"];

function shown(message: unknown): string {
  const text = typeof message === "string" ? message : describeError(message).error;
  return text.slice(0, MESSAGE_CHARS_MAX).toWellFormed();
}

function fieldsJson(fields: unknown): string {
  if (typeof fields !== "object" || fields === null) return "";
  try {
    const json = JSON.stringify(fields, showable) ?? "";
    if (json.length <= FIELDS_CHARS_MAX) return json;
    return JSON.stringify({ leftOut: `fields of ${json.length} characters` });
  } catch (error) {
    return JSON.stringify({ leftOut: describeError(error).error });
  }
}

/** Values that JSON cannot write, or would write as an empty object. */
function showable(_key: string, value: unknown): unknown {
  if (typeof value === "bigint") return `${value}`;
  return value instanceof Error ? describeError(value).error : value;
}
