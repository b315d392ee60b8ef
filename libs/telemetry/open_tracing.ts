import type { OpenTracingOptions, Tracing } from "./tracing.ts";

/** Opens the way to the collector that the environment names. Null, without loading anything, if it names none. */
export async function openTracing(options: OpenTracingOptions): Promise<Tracing | null> {
  if (!options.wanted) return null;
  const { startTracing } = await import("./otel/start_tracing.ts");
  return startTracing(options);
}
