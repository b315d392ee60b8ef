import {
  AlwaysOffSampler,
  AlwaysOnSampler,
  ParentBasedSampler,
  type Sampler,
  TraceIdRatioBasedSampler,
} from "@opentelemetry/sdk-trace-node";

/**
 * The sampler that the environment names, as the SDK would build it. The SDK asks its own only by beginning a span, which of one
 * that is kept costs as much as a span that is written.
 */
export function readSampler(env: Readonly<Record<string, string | undefined>>): Sampler {
  const name = env["OTEL_TRACES_SAMPLER"] || "parentbased_always_on";
  const root = rootOf(name.replace("parentbased_", ""), env["OTEL_TRACES_SAMPLER_ARG"] || "1");
  return name.startsWith("parentbased_") ? new ParentBasedSampler({ root }) : root;
}

/** Other names and shares have been refused by then. */
function rootOf(name: string, share: string): Sampler {
  if (name === "always_off") return new AlwaysOffSampler();
  return name === "traceidratio"
    ? new TraceIdRatioBasedSampler(Number(share))
    : new AlwaysOnSampler();
}
