import { dirname, relative, sep } from "node:path";
import { fileURLToPath } from "node:url";
import { ATTEMPT_ERROR_CHARS_MAX, commonJsHint } from "@hookgate/types";

/** How much of a stack is searched for a location, in characters. */
const PLACE_CHARS_MAX = 4_000;

/** Longest frame, in characters. */
const FRAME_CHARS_MAX = 300;

/** What runs a handler is not its own code: this folder, and the libraries that it uses. */
const LIBS = dirname(dirname(fileURLToPath(import.meta.resolve("@hookgate/types"))));
const NOT_OWN = [import.meta.dirname, LIBS];

/** A description of what a handler threw. */
export interface ErrorDescription {
  /** Name, message, where it was thrown, and its cause; bounded. */
  error: string;
  /** Its `retry` is false: trying again cannot help. */
  permanent: boolean;
  /** Where in the handler's own code it was thrown: `handle (crm.ts:3)`; empty if that is not known. */
  frame: string;
}

/** Options for {@linkcode describeError}. */
export interface DescribeErrorOptions {
  /** Absolute path of the handler's file, from which the frame's path is seen. @default {none, then there is no frame} */
  path?: string;
}

/**
 * Describes a thrown value, which may be anything: a string, null, an object whose getters throw. Never throws.
 */
export function describeError(
  thrown: unknown,
  { path }: DescribeErrorOptions = {},
): ErrorDescription {
  const cause = read(thrown, "cause");
  const causeText = cause === undefined ? "" : `; cause: ${headline(cause)}`;
  const hint = commonJsHint(stackOf(thrown));
  const hintText = hint === null ? "" : `: ${hint}`;
  const text = `${headline(thrown)}${place(thrown)}${hintText}${causeText}`;
  const permanent = read(thrown, "retry") === false;
  return {
    error: bounded(text),
    permanent,
    frame: path === undefined ? "" : ownFrame(thrown, path),
  };
}

const FRAME =
  /^ {4}at (?:async )?(?:([^\n]*?) \()?((?:file:\/\/)?\/[^\n]*?)(?:\?[^\n]*?)?:(\d+)(?::\d+)?\)?$/gm;

/** The innermost frame that is neither Node's, nor a package's, nor of what runs the handler. */
function ownFrame(thrown: unknown, path: string): string {
  for (const [, name = "", place = "", line] of framesOf(thrown).matchAll(FRAME)) {
    const file = pathOf(place);
    if (file === null || file.includes(`${sep}node_modules${sep}`)) continue;
    if (NOT_OWN.some((folder) => file.startsWith(folder + sep))) continue;
    const seen = `${relative(dirname(path), file)}:${line}`;
    return (name === "" ? seen : `${name} (${seen})`).slice(0, FRAME_CHARS_MAX).toWellFormed();
  }
  return "";
}

function pathOf(place: string): string | null {
  try {
    return place.startsWith("file:") ? fileURLToPath(place) : place;
  } catch {
    return null;
  }
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
  const position = /^(?:file:|\/)[^\n]*:\d+(?=\n)/.exec(stackOf(thrown))?.[0];
  if (position) return ` (at ${position})`;
  const frame = /^ {4}(at [^\n]*)/m.exec(framesOf(thrown))?.[1];
  return frame ? ` (${frame})` : "";
}

/** The start of a stack, message and all; empty if there is none. */
function stackOf(thrown: unknown): string {
  const stack = read(thrown, "stack");
  return typeof stack === "string" ? stack.slice(0, PLACE_CHARS_MAX) : "";
}

/** The start of a stack's frames; empty if there are none. */
function framesOf(thrown: unknown): string {
  const stack = read(thrown, "stack");
  if (typeof stack !== "string") return "";
  // The stack starts with the message, which may be long and may itself look like a frame.
  const message = read(thrown, "message");
  const from =
    typeof message === "string" ? Math.max(0, stack.indexOf(message)) + message.length : 0;
  return stack.slice(from, from + PLACE_CHARS_MAX);
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
