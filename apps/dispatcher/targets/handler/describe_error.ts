import { ATTEMPT_ERROR_CHARS_MAX } from "@hookgate/types";

/** How much of a stack is searched for a location, in characters. */
const PLACE_CHARS_MAX = 4_000;

/** A description of what a handler threw. */
export interface ErrorDescription {
  /** Name, message, where it was thrown, and its cause; bounded. */
  error: string;
  /** Its `retry` is false: trying again cannot help. */
  permanent: boolean;
}

/**
 * Describes a thrown value, which may be anything: a string, null, an object whose getters throw. Never throws.
 */
export function describeError(thrown: unknown): ErrorDescription {
  const cause = read(thrown, "cause");
  const causeText = cause === undefined ? "" : `; cause: ${headline(cause)}`;
  const text = `${headline(thrown)}${place(thrown)}${causeText}`;
  return { error: bounded(text), permanent: read(thrown, "retry") === false };
}

/** `Name: message` of an error, else the value itself. */
function headline(thrown: unknown): string {
  if (typeof thrown === "string") return bounded(thrown) || "an empty string was thrown";
  const message = read(thrown, "message");
  if (typeof message !== "string") return bounded(printed(thrown));
  const name = read(thrown, "name");
  const code = read(thrown, "code");
  const head = typeof name === "string" && name !== "" ? name : "Error";
  const suffix = typeof code === "string" && !message.includes(code) ? ` (${code})` : "";
  return bounded(`${bounded(head)}: ${bounded(message)}${bounded(suffix)}`);
}

/** Where it was thrown: the innermost frame, or the position that V8 prints above a syntax error. */
function place(thrown: unknown): string {
  const stack = read(thrown, "stack");
  if (typeof stack !== "string") return "";
  const position = /^(?:file:|\/)[^\n]*:\d+(?=\n)/.exec(stack.slice(0, PLACE_CHARS_MAX))?.[0];
  if (position) return ` (at ${position})`;
  // The stack starts with the message, which may be long and may itself look like a frame.
  const message = read(thrown, "message");
  const from =
    typeof message === "string" ? Math.max(0, stack.indexOf(message)) + message.length : 0;
  const frame = /^ {4}(at [^\n]*)/m.exec(stack.slice(from, from + PLACE_CHARS_MAX))?.[1];
  return frame ? ` (${frame})` : "";
}

function printed(value: unknown): string {
  try {
    if (typeof value === "object" && value !== null) return `${JSON.stringify(value)} was thrown`;
    return `${String(value)} was thrown`;
  } catch {
    return "a value that cannot be shown was thrown";
  }
}

function read(value: unknown, key: string): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null)
    return undefined;
  try {
    return Reflect.get(value, key);
  } catch {
    return undefined;
  }
}

function bounded(text: string): string {
  return text.slice(0, ATTEMPT_ERROR_CHARS_MAX).toWellFormed();
}
