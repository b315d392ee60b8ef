import type { ConfiguredSource } from "@hookgate/config";
import {
  type Description,
  describeEvent,
  headerValues,
  type Provider,
  sourceProvider,
} from "@hookgate/providers";
import type { SignedRequest } from "@hookgate/signature";

/** Larger bodies are looked into on another thread, in bytes: a hostile one of this size takes up to 5 ms. */
export const LOOKED_INTO_AT_ONCE_BYTES_MAX = 128 * 1024;

/**
 * A verified request to describe, as plain data that another thread can be sent. Its secrets stay here: reading needs none.
 */
export interface DescribeTask {
  source: Omit<ConfiguredSource, "secrets" | "trialCertificate">;
  request: Pick<SignedRequest, "method" | "url" | "body" | "receivedAt"> & {
    rawHeaders: readonly string[];
  };
}

/** Reads the type and the id of a request whose body takes long to look into, without holding up others. */
export type DescribeElsewhere = (task: DescribeTask) => Promise<Description>;

/** The task that {@linkcode describeTask} carries out. */
export function toDescribeTask(
  { secrets: _, trialCertificate: __, ...source }: ConfiguredSource,
  request: SignedRequest,
  rawHeaders: readonly string[],
): DescribeTask {
  const { method, url, body, receivedAt } = request;
  return { source, request: { method, url, body, receivedAt, rawHeaders } };
}

/** The type and the id of a request, on whichever thread this is. */
export function describeTask({ source, request }: DescribeTask): Description {
  const { rawHeaders, ...rest } = request;
  // A source that is served has a provider.
  const provider = sourceProvider(source) as Provider;
  return describeEvent(provider, { ...rest, headers: (name) => headerValues(rawHeaders, name) });
}
