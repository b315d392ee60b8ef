import { DELAY_MS_MAX, exponentialDelays, RETRIES_MAX, RETRY_POLICIES } from "@hookgate/backoff";
import type { RetryPolicy } from "@hookgate/types";
import { z } from "zod";
import { boundedNumber, either, strictObject } from "./combinators.ts";
import { nearestName } from "./nearest_name.ts";

/** A larger factor reaches any maxDelay in one step. */
const FACTOR_MAX = 1_000;

const delayMs = boundedNumber({ min: 1, max: DELAY_MS_MAX, unit: "milliseconds" });

const backoff = strictObject({
  initial: delayMs,
  factor: boundedNumber({ min: 1, max: FACTOR_MAX, fractions: true }),
  maxDelay: delayMs,
});

/** A policy: the specification's form, or a list of delays. Named `custom` until it gets its name. */
export const policySchema = strictObject({
  maxAttempts: boundedNumber({ min: 0, max: RETRIES_MAX }).optional(),
  backoff: backoff.optional(),
  delays: z.array(delayMs).max(RETRIES_MAX).optional(),
  jitter: boundedNumber({ min: 0, max: 1, fractions: true }).optional(),
}).transform(({ maxAttempts, backoff, delays, jitter = 0 }, context): RetryPolicy => {
  if (delays !== undefined && maxAttempts === undefined && backoff === undefined) {
    return { name: "custom", delaysMs: delays, jitter };
  }
  if (delays === undefined && maxAttempts !== undefined && backoff !== undefined) {
    const { initial: initialMs, factor, maxDelay: maxDelayMs } = backoff;
    const delaysMs = exponentialDelays({ retries: maxAttempts, initialMs, factor, maxDelayMs });
    return { name: "custom", delaysMs, jitter };
  }
  const message = "needs either maxAttempts and backoff, or only delays";
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

/** The policies that a configuration may name; null for one of its own that is not valid. */
export type KnownPolicies = ReadonlyMap<string, RetryPolicy | null>;

/** The built-in policies, and the configuration's own as far as they are valid. */
export function knownPolicies(retryPolicies: unknown): KnownPolicies {
  const known = new Map<string, RetryPolicy | null>(Object.entries(RETRY_POLICIES));
  if (typeof retryPolicies !== "object" || retryPolicies === null) return known;
  for (const [name, policy] of Object.entries(retryPolicies)) {
    if (known.has(name)) continue;
    const parsed = policySchema.safeParse(policy);
    known.set(name, parsed.success ? { ...parsed.data, name } : null);
  }
  return known;
}

/** A subscription's `retry`: the name of a policy, or an inline policy. */
export function retrySchema(known: KnownPolicies) {
  const named = z.string().transform((name, context): RetryPolicy => {
    const policy = known.get(name);
    if (policy) return policy;
    // An invalid policy is already reported where it is defined.
    if (policy === undefined) {
      context.addIssue({ code: "custom", message: describeUnknown(name, [...known.keys()]) });
    }
    return RETRY_POLICIES.standard;
  });
  return either({ when: (value) => typeof value === "string", first: named, second: policySchema });
}

function describeUnknown(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== null) return `names an unknown policy: did you mean ${JSON.stringify(nearest)}?`;
  return `names an unknown policy: define it under retryPolicies, or use ${known.slice(0, 10).join(", ")}`;
}
