import {
  eventPlace,
  isKept,
  type Span,
  type StartSpanOptions,
  type Traceparent,
  type Tracing,
  writeTraceparent,
} from "../tracing.ts";

/** A span that was begun, and what it ended with. */
export interface RecordedSpan extends StartSpanOptions {
  name: string;
  traceparent: Traceparent;
  error: string | undefined;
  ended: boolean;
}

/** A tracing that keeps its spans here; with `sampled` false it keeps no trace. */
export function recordedTracing({ sampled = true } = {}): {
  tracing: Tracing;
  spans: RecordedSpan[];
} {
  const spans: RecordedSpan[] = [];
  const tracing: Tracing = {
    start(name, options): Span {
      const { as, parent, tracestate = "" } = options;
      const place = as ?? parent;
      if (place !== null && !isKept(place)) {
        return { traceparent: place, tracestate, note() {}, end() {} };
      }
      const spanId = String(spans.length + 1).padStart(16, "0");
      const traceId = parent?.slice(3, 35) ?? "f".repeat(32);
      const traceparent = as ?? writeTraceparent({ traceId, spanId, sampled: true });
      const span: RecordedSpan = { ...options, name, traceparent, error: undefined, ended: false };
      spans.push(span);
      return {
        traceparent,
        tracestate,
        note() {},
        end({ attributes, error } = {}) {
          span.attributes = { ...span.attributes, ...attributes };
          span.error = error;
          span.ended = true;
        },
      };
    },
    requestOf(eventId, upstream) {
      const own = eventPlace(eventId);
      const traceId = upstream?.slice(3, 35) ?? own.traceId;
      return writeTraceparent({ ...own, traceId, sampled });
    },
    async close() {},
  };
  return { tracing, spans };
}
