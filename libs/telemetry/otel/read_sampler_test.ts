import { afterEach, expect, test } from "@jest/globals";
import { type Context, ROOT_CONTEXT, SpanKind, TraceFlags, trace } from "@opentelemetry/api";
import { NodeTracerProvider, SamplingDecision } from "@opentelemetry/sdk-trace-node";
import { readSampler } from "./read_sampler.ts";

const before = { ...process.env };
afterEach(() => {
  process.env = { ...before };
});

const NAMES = ["always_on", "always_off", "traceidratio"];
const SETTINGS = [...NAMES, ...NAMES.map((name) => `parentbased_${name}`)].flatMap((name) => [
  { OTEL_TRACES_SAMPLER: name, OTEL_TRACES_SAMPLER_ARG: "0.5" },
  { OTEL_TRACES_SAMPLER: name },
]);
const SPAN_ID = "00f067aa0ba902b7";

test.each<Record<string, string>>([{}, { OTEL_TRACES_SAMPLER: "" }, ...SETTINGS])(
  "readSampler() decides as the SDK itself with %j",
  (env) => {
    Object.assign(process.env, env);
    const sampler = readSampler(env);
    for (const traceId of [
      "0000000f000000000000000000000001",
      "f000000f000000000000000000000001",
    ]) {
      const idGenerator = { generateTraceId: () => traceId, generateSpanId: () => SPAN_ID };
      const tracer = new NodeTracerProvider({ idGenerator }).getTracer("x");
      for (const context of contextsOf(traceId)) {
        const { decision } = sampler.shouldSample(context, traceId, "", SpanKind.SERVER, {}, []);
        const { traceFlags } = tracer.startSpan("x", {}, context).spanContext();
        expect(decision === SamplingDecision.RECORD_AND_SAMPLED).toBe(traceFlags === 1);
      }
    }
  },
);

/** The first span of a trace, and one under another system's that is kept, and that is not. */
function contextsOf(traceId: string): Context[] {
  const parents = [TraceFlags.SAMPLED, TraceFlags.NONE].map((traceFlags) =>
    trace.setSpanContext(ROOT_CONTEXT, { traceId, spanId: SPAN_ID, traceFlags, isRemote: true }),
  );
  return [ROOT_CONTEXT, ...parents];
}
