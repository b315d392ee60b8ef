import type { Log } from "./create_log.ts";

/**
 * A place in a trace, as the header `traceparent` of W3C Trace Context carries it: a span, and whether its trace is kept.
 * Everything that refers to a span does so by this text, within a process and between them.
 */
export type Traceparent = string;

/** What a span says about the work: short facts, never bodies or secrets. Undefined ones are left out. */
export type SpanAttributes = Readonly<Record<string, string | number | boolean | undefined>>;

/** Options for {@linkcode Tracing.start}. */
export interface StartSpanOptions {
  /** The span that it is a part of; null if it is the first of its trace. */
  parent: Traceparent | null;
  /** The header `tracestate` that came with the trace. @default {nothing} */
  tracestate?: string | undefined;
  /** Its own place, if that is known before it begins. @default {a new one} */
  as?: Traceparent;
  /** Which side of which exchange it is. @default {"internal"} */
  kind?: "internal" | "server" | "client" | "producer" | "consumer";
  /** When it began, on the clock of `performance.now()`. @default {now} */
  at?: number;
  attributes?: SpanAttributes;
}

/** Options for {@linkcode Span.end}. */
export interface EndSpanOptions {
  attributes?: SpanAttributes;
  /** Why it failed, one of a closed list of words. @default {it did not} */
  error?: string | undefined;
  /** When it ended, on the clock of `performance.now()`. @default {now} */
  at?: number;
}

/** A piece of work that has begun. */
export interface Span {
  /** For its parts, and for others that continue the trace. */
  readonly traceparent: Traceparent;
  /** Goes with it, as the header of this name; empty if there is nothing to say. */
  readonly tracestate: string;
  /** Notes that something happened, at a time in milliseconds since 1970. */
  note(what: string, atMs: number): void;
  /** Call it once. */
  end(options?: EndSpanOptions): void;
}

/** Writes spans. Where it is missing nothing is traced, and nothing of it is loaded. */
export interface Tracing {
  /** Begins a span. Under a place that is not kept nothing is written: see {@linkcode isKept}. */
  start(name: string, options: StartSpanOptions): Span;

  /**
   * The place of an event's request, under which all spans of the event are, however much later they begin. It is derived, so that
   * nothing has to be stored or sent: the trace's id is the event's own (or that of `upstream`, the place that the request came
   * with if its source is trusted), the span's id is a part of it, and every process comes to the same.
   */
  requestOf(eventId: string, upstream: Traceparent | null): Traceparent;

  /** Sends what is left, for as long as {@linkcode CLOSE_MS_MAX} at most. */
  close(): Promise<void>;
}

/** Longest time that the last spans may take, in milliseconds: the process has five seconds for all of its end. */
export const CLOSE_MS_MAX = 800;

/** Options for `openTracing`. */
export interface OpenTracingOptions {
  /** Which app it is: its service is called `hookgate-<name>` unless the environment names another. */
  name: string;
  /** Whether the environment asks for traces. */
  wanted: boolean;
  log: Log;
}

/** Version, trace, span and flags. A later version may have more behind them. */
const TRACEPARENT = /^(?!ff)([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.{0,200})?$/;
const NO_TRACE = "0".repeat(32);
const NO_SPAN = "0".repeat(16);

/** The parts of a {@linkcode Traceparent}. */
export interface TraceparentParts {
  traceId: string;
  spanId: string;
  /** Whether the trace is kept. */
  sampled: boolean;
}

/** Reads a `traceparent`; null if it is not a valid one. */
export function readTraceparent(text: string): TraceparentParts | null {
  const found = TRACEPARENT.exec(text.trim());
  if (found === null) return null;
  const [, version, traceId = NO_TRACE, spanId = NO_SPAN, flags = "00", more] = found;
  if (traceId === NO_TRACE || spanId === NO_SPAN) return null;
  if (version === "00" && more !== undefined) return null;
  return { traceId, spanId, sampled: (Number.parseInt(flags, 16) & 1) === 1 };
}

/** Writes a `traceparent`. */
export function writeTraceparent({ traceId, spanId, sampled }: TraceparentParts): Traceparent {
  return `00-${traceId}-${spanId}-${sampled ? "01" : "00"}`;
}

/**
 * Whether the trace of a place that was written here is kept. Of one that is not, no span need be begun: the sampler has decided
 * by the trace, and would decide the same for each.
 */
export function isKept(place: Traceparent): boolean {
  return place.endsWith("1");
}

/** The place of the request of the event with this id, in the trace of that id. */
export function eventPlace(eventId: string): Omit<TraceparentParts, "sampled"> {
  const digits = eventId.slice(eventId.indexOf("_") + 1);
  // The second half of a UUIDv7 begins with its variant, so that it is never zero; the rest is a counter and chance.
  return { traceId: digits, spanId: digits.slice(16) };
}

/**
 * The place of an event's way from edge to dispatcher, which both of them know: derived from that of its request. The first digit
 * of that is one of 8 to b, of this one of c to f.
 */
export function captureOf(request: Traceparent): Traceparent {
  const at = request.lastIndexOf("-") - 16;
  const first = (Number.parseInt(request[at] ?? "8", 16) | 4).toString(16);
  return `${request.slice(0, at)}${first}${request.slice(at + 1)}`;
}
