import { TokenBucket } from "@hookgate/async";
import {
  captureOf,
  isKept,
  type Span,
  type SpanAttributes,
  type Traceparent,
  type Tracing,
} from "@hookgate/telemetry";
import { outcomeOf } from "./count_requests.ts";
import type { Arrived, EdgeContext, EdgeMiddleware, EdgeState, Read } from "./stages.ts";

/**
 * Requests without an event that are traced in a second: anyone can send what is refused, and its spans must not take the place of
 * those of events.
 */
const WITHOUT_EVENT = { perSecond: 10, burst: 10 };

const ROUTE = "/api/webhooks/:source";
const SERVICE = "hookgate.v1.IngestService";

/** Options for {@linkcode traceRequests}. */
export interface TraceRequestsOptions {
  tracing: Tracing;
  /** Monotonic time in milliseconds, as `performance.now()` counts it. */
  monotonic: () => number;
}

/** What traces requests. */
export interface RequestTracer {
  /** Traces those that pass. */
  stage: EdgeMiddleware;
  /** Stand before and after the stage that verifies, and time it. */
  beforeVerifying: EdgeMiddleware<Read>;
  afterVerifying: EdgeMiddleware<Read>;
}

/**
 * Traces requests of known sources: one span each, with one for the signature and one for the way to the dispatcher. They are
 * written once the request is answered: the trace is the event's, which is not known before it is proven.
 */
export function traceRequests({ tracing, monotonic }: TraceRequestsOptions): RequestTracer {
  const bucket = new TokenBucket({ ...WITHOUT_EVENT, monotonic });

  function write(ctx: EdgeContext<EdgeState & Partial<Arrived>>, at: number): void {
    const { source, captured, verifying, capturing } = ctx.state;
    if (source === undefined || (captured === undefined && bucket.take() > 0)) return;
    const upstream = captured === undefined ? null : source.upstreamOf(captured);
    const parent = upstream?.traceparent ?? null;
    const as = captured && tracing.requestOf(captured.id, parent);
    if (as !== undefined && !isKept(as)) return;
    const endedAt = monotonic();
    const span = tracing.start(`${ctx.method} ${ROUTE}`, {
      ...{ parent, tracestate: upstream?.tracestate, kind: "server", at },
      ...(as !== undefined && { as }),
      attributes: attributesOf(ctx),
    });
    const inner = { parent: span.traceparent, tracestate: span.tracestate };
    if (verifying !== undefined) {
      const { from, to = endedAt } = verifying;
      const isProven = verifying.to !== undefined;
      const attributes = { "hookgate.verified": isProven };
      tracing.start("verify", { ...inner, at: from, attributes }).end({ at: to });
    }
    if (capturing !== undefined) writeCapture(inner, capturing);
    const error = ctx.status >= 500 ? String(ctx.status) : undefined;
    span.end({ error, at: endedAt });
  }

  function writeCapture(
    inner: Pick<Span, "tracestate"> & { parent: Traceparent },
    { from, to, answer }: NonNullable<EdgeState["capturing"]>,
  ): void {
    const span = tracing.start(`${SERVICE}/Capture`, {
      ...{ ...inner, as: captureOf(inner.parent), kind: "client", at: from },
      attributes: {
        "rpc.system": "grpc",
        "rpc.service": SERVICE,
        "rpc.method": "Capture",
        "hookgate.outcome": answer.outcome,
      },
    });
    const error = answer.outcome === "unavailable" ? answer.reason : undefined;
    span.end({ error, at: to });
  }

  return {
    async stage(ctx, next) {
      const startedAt = monotonic();
      await next(ctx);
      write(ctx, startedAt);
    },
    beforeVerifying(ctx, next) {
      ctx.state.verifying = { from: monotonic() };
      return next(ctx);
    },
    afterVerifying(ctx, next) {
      if (ctx.state.verifying !== undefined) ctx.state.verifying.to = monotonic();
      return next(ctx);
    },
  };
}

function attributesOf(ctx: EdgeContext<EdgeState & Partial<Arrived>>): SpanAttributes {
  const { source, captured, client } = ctx.state;
  const answer = ctx.state.capturing?.answer;
  return {
    "http.request.method": ctx.method,
    "http.route": ROUTE,
    // By the source's name: the request's own path may have a query with a credential.
    "url.path": `/api/webhooks/${source?.name}`,
    "url.scheme": "http",
    "http.response.status_code": ctx.status,
    "http.request.body.size": captured?.body.length,
    "client.address": client?.address,
    "hookgate.source": source?.name,
    "hookgate.provider": source?.provider.id,
    "hookgate.outcome": outcomeOf(ctx),
    "hookgate.event.id": captured?.id,
    "hookgate.event.type": captured?.type,
    ...(answer?.outcome === "duplicate" && { "hookgate.duplicate_of": answer.eventId }),
  };
}
