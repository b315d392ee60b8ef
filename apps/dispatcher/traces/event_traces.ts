import type { ConfiguredSource } from "@hookgate/config";
import { trustedUpstream, type Upstream } from "@hookgate/receive";
import {
  captureOf,
  isKept,
  readTraceparent,
  type Span,
  type SpanAttributes,
  type Traceparent,
  type Tracing,
} from "@hookgate/telemetry";
import type { ReceivedEvent } from "@hookgate/types";
import type { CaptureResult } from "../store/contract/captures.ts";
import type { ClaimedDelivery, Outcome } from "../store/contract/deliveries.ts";
import { type StartPart, spanErrorOf, type TargetResult } from "../targets/target.ts";

/** Options for {@linkcode EventTraces}. */
export interface EventTracesOptions {
  tracing: Tracing;
  /** What stores events, such as `sqlite`. */
  store: string;
}

/** An attempt that is traced. */
export interface TracedAttempt {
  /** Begins the span of a part of it. */
  startPart: StartPart;
  end(result: TargetResult, outcome: Outcome): void;
}

/** Writes what a dispatcher does with an event into that event's trace, which every process derives from the event itself. */
export class EventTraces {
  readonly #options: EventTracesOptions;
  /** Sources that are trusted to name a trace. */
  #trusted: ReadonlyMap<string, ConfiguredSource> = new Map();

  constructor(options: EventTracesOptions) {
    this.#options = options;
  }

  /** Trusts these sources to name a trace as far as their configuration says so. */
  use(sources: readonly ConfiguredSource[]): void {
    const trusted = sources.filter(({ trustTraceparent }) => trustTraceparent === true);
    this.#trusted = new Map(trusted.map((source) => [source.name, source]));
  }

  /** A batch was committed, or was not: each event of it has its part. Times are those of `performance.now()`. */
  committed(
    events: readonly ReceivedEvent[],
    results: readonly CaptureResult[] | { error: string },
    { from, to }: { from: number; to: number },
  ): void {
    const { tracing, store } = this.#options;
    events.forEach((event, index) => {
      const result = "error" in results ? undefined : results[index];
      const { parent, tracestate } = this.#requestOf(event);
      if (!isKept(parent)) return;
      const span = tracing.start("commit", {
        parent: captureOf(parent),
        tracestate,
        kind: "server",
        at: from,
        attributes: {
          ...attributesOf(event),
          "db.system.name": store,
          "hookgate.commit.events": events.length,
          "hookgate.outcome": outcomeOf(result),
          "hookgate.deliveries": result?.deliveries.length,
          ...(result?.duplicate && { "hookgate.duplicate_of": result.eventId }),
        },
      });
      span.end({ ...("error" in results && { error: results.error }), at: to });
    });
  }

  /** An operator made an event: its trace has no request, and begins here. */
  made(event: ReceivedEvent, how: "release" | "copy"): void {
    const { tracing } = this.#options;
    const upstream = this.#upstreamOf(event);
    const { parent: as, tracestate } = this.#requestOf(event);
    const parent = upstream?.traceparent ?? null;
    tracing.start(how, { parent, tracestate, as, attributes: attributesOf(event) }).end();
  }

  /** Begins an attempt. */
  attempt({ event, delivery }: ClaimedDelivery, kind: string): TracedAttempt {
    const { tracing } = this.#options;
    const { subscription } = delivery;
    const span = tracing.start(`attempt ${subscription}`, {
      ...this.#requestOf(event),
      kind: "consumer",
      attributes: {
        ...attributesOf(event),
        "messaging.system": "hookgate",
        "messaging.operation.name": "attempt",
        "messaging.operation.type": "process",
        "messaging.destination.name": subscription,
        "messaging.message.id": event.id,
        "hookgate.subscription": subscription,
        "hookgate.target": kind,
        "hookgate.delivery.id": delivery.id,
        "hookgate.attempt": delivery.attempt + 1,
        "hookgate.replay.id": delivery.replay ?? undefined,
      },
    });
    const inner = { parent: span.traceparent, tracestate: span.tracestate };
    return {
      startPart: (name, options) => tracing.start(name, { ...options, ...inner }),
      end: (result, outcome) => endAttempt(span, result, outcome),
    };
  }

  /** What the spans of an event are parts of. */
  #requestOf(event: ReceivedEvent): { parent: Traceparent; tracestate: string | undefined } {
    const upstream = this.#upstreamOf(event);
    const parent = this.#options.tracing.requestOf(event.id, upstream?.traceparent ?? null);
    // What came with no valid place does not count (W3C Trace Context, 3.3).
    const isValid = upstream !== null && readTraceparent(upstream.traceparent) !== null;
    return { parent, tracestate: isValid ? upstream.tracestate : undefined };
  }

  #upstreamOf(event: ReceivedEvent): Upstream | null {
    return trustedUpstream(event, this.#trusted.get(event.source));
  }
}

function endAttempt(span: Span, result: TargetResult, { next, failure }: Outcome): void {
  span.end({
    attributes: {
      "hookgate.outcome": result.kind,
      "hookgate.delivery.state": next.state,
      "hookgate.failure.id": failure?.id,
    },
    error: spanErrorOf(result),
  });
}

function outcomeOf(result: CaptureResult | undefined): string {
  if (result === undefined) return "unavailable";
  return result.duplicate ? "duplicate" : "stored";
}

function attributesOf({ id, source, provider, type }: ReceivedEvent): SpanAttributes {
  return {
    "hookgate.event.id": id,
    "hookgate.event.type": type,
    "hookgate.source": source,
    "hookgate.provider": provider,
  };
}
