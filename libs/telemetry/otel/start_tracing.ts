import { randomUUID } from "node:crypto";
import { hostname } from "node:os";
import { deadline } from "@hookgate/async";
import {
  type Attributes,
  type Context,
  createTraceState,
  DiagLogLevel,
  diag,
  type Span as OtelSpan,
  ROOT_CONTEXT,
  SpanKind,
  SpanStatusCode,
  TraceFlags,
  trace,
} from "@opentelemetry/api";
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import {
  defaultResource,
  detectResources,
  envDetector,
  resourceFromAttributes,
} from "@opentelemetry/resources";
import {
  BatchSpanProcessor,
  type IdGenerator,
  NodeTracerProvider,
  RandomIdGenerator,
  SamplingDecision,
} from "@opentelemetry/sdk-trace-node";
import { boundText } from "../bound_text.ts";
import {
  CLOSE_MS_MAX,
  eventPlace,
  isKept,
  type OpenTracingOptions,
  readTraceparent,
  type Span,
  type SpanAttributes,
  type StartSpanOptions,
  type Traceparent,
  type TraceparentParts,
  type Tracing,
  writeTraceparent,
} from "../tracing.ts";
import { diagnosticsTo } from "./diagnostics.ts";
import { readSampler } from "./read_sampler.ts";

/** Longest text of an attribute, in characters. */
const ATTRIBUTE_CHARS_MAX = 512;

const KINDS = {
  internal: SpanKind.INTERNAL,
  server: SpanKind.SERVER,
  client: SpanKind.CLIENT,
  producer: SpanKind.PRODUCER,
  consumer: SpanKind.CONSUMER,
};

/**
 * Starts the OpenTelemetry SDK with what the environment says of exporter, sampler, limits and resource: it reads that itself.
 * Nothing is registered globally, so that two apps in one process have a service each.
 */
export function startTracing({ name, log }: Omit<OpenTracingOptions, "wanted">): Tracing {
  diag.setLogger(diagnosticsTo(log), {
    logLevel: DiagLogLevel.WARN,
    suppressOverrideMessage: true,
  });
  const ids = new GivenIds();
  // biome-ignore lint/style/noRestrictedGlobals: as the SDK itself reads all of its variables.
  const sampler = readSampler(process.env);
  const provider = new NodeTracerProvider({
    resource: resourceOf(name),
    idGenerator: ids,
    sampler,
    spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter())],
  });
  const tracer = provider.getTracer(`hookgate.${name}`);

  function begin(spanName: string, options: StartSpanOptions): OtelSpan {
    const { parent, tracestate, as, kind = "internal", at, attributes = {} } = options;
    ids.next = as === undefined ? null : readTraceparent(as);
    const place = parent === null ? null : readTraceparent(parent);
    const started = tracer.startSpan(
      spanName,
      {
        kind: KINDS[kind],
        attributes: bounded(attributes),
        ...(at !== undefined && { startTime: at }),
      },
      contextOf(place, tracestate),
    );
    ids.next = null;
    return started;
  }

  return {
    start(spanName, options) {
      const place = options.as ?? options.parent;
      if (place !== null && !isKept(place)) return notWritten(place, options);
      return spanOf(begin(spanName, options));
    },
    requestOf(eventId, upstream) {
      const own = eventPlace(eventId);
      const trusted = upstream === null ? null : readTraceparent(upstream);
      const traceId = trusted?.traceId ?? own.traceId;
      // The sampler decides by the trace alone, so it comes to the same here as for the request itself.
      const context = contextOf(trusted);
      const { decision } = sampler.shouldSample(context, traceId, "", SpanKind.SERVER, {}, []);
      const sampled = decision === SamplingDecision.RECORD_AND_SAMPLED;
      return writeTraceparent({ traceId, spanId: own.spanId, sampled });
    },
    async close() {
      const late = () => log.warn({ ms: CLOSE_MS_MAX }, "the last spans were not sent in time");
      // What cannot be sent has been logged by then.
      await deadline(provider.shutdown(), { ms: CLOSE_MS_MAX, late }).catch(() => {});
    },
  };
}

/** What the environment says of the service counts more than what we know. */
function resourceOf(name: string) {
  return defaultResource()
    .merge(
      resourceFromAttributes({
        "service.name": `hookgate-${name}`,
        "service.namespace": "hookgate",
        "service.instance.id": randomUUID(),
        "host.name": hostname(),
        // biome-ignore lint/style/noRestrictedGlobals: which process it is, is what a resource says.
        "process.pid": process.pid,
      }),
    )
    .merge(detectResources({ detectors: [envDetector] }));
}

/** Gives the next span the ids that were set, and all others random ones. */
class GivenIds implements IdGenerator {
  readonly #random = new RandomIdGenerator();
  next: Omit<TraceparentParts, "sampled"> | null = null;

  generateTraceId(): string {
    return this.next?.traceId ?? this.#random.generateTraceId();
  }

  generateSpanId(): string {
    return this.next?.spanId ?? this.#random.generateSpanId();
  }
}

function contextOf(place: TraceparentParts | null, tracestate = ""): Context {
  if (place === null) return ROOT_CONTEXT;
  const { traceId, spanId, sampled } = place;
  const traceFlags = sampled ? TraceFlags.SAMPLED : TraceFlags.NONE;
  return trace.setSpanContext(ROOT_CONTEXT, {
    ...{ traceId, spanId, traceFlags, isRemote: true },
    // What is no valid member of it is left out, and what has no end is left out as a whole.
    ...(tracestate !== "" && { traceState: createTraceState(tracestate) }),
  });
}

/** Hands on the trace, so that nobody else keeps a part of it. */
function notWritten(traceparent: Traceparent, { tracestate = "" }: StartSpanOptions): Span {
  return { traceparent, tracestate, note() {}, end() {} };
}

function spanOf(span: OtelSpan): Span {
  const { traceId, spanId, traceFlags, traceState } = span.spanContext();
  return {
    tracestate: traceState?.serialize() ?? "",
    traceparent: writeTraceparent({ traceId, spanId, sampled: isSampled(traceFlags) }),
    note: (what, atMs) => void span.addEvent(what, new Date(atMs)),
    end({ attributes = {}, error, at } = {}) {
      span.setAttributes(bounded(attributes));
      if (error !== undefined) {
        span.setAttribute("error.type", bound(error));
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      span.end(at);
    },
  };
}

function isSampled(flags: number): boolean {
  return (flags & TraceFlags.SAMPLED) !== 0;
}

/** A text of a provider's, such as a type, may be of any length, and no valid Unicode: then a collector refuses all of its message. */
function bounded(attributes: SpanAttributes): Attributes {
  const known: Attributes = {};
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== undefined) known[name] = typeof value === "string" ? bound(value) : value;
  }
  return known;
}

function bound(text: string): string {
  return boundText(text, ATTRIBUTE_CHARS_MAX).toWellFormed();
}
