import { statSync } from "node:fs";
import { resolve } from "node:path";
import { RETRIES_MAX, RETRY_POLICIES, resizePolicy } from "@hookgate/backoff";
import type { RetryPolicy, Subscription } from "@hookgate/types";
import { z } from "zod";
import { boundedNumber } from "./bounded_number.ts";
import { type KnownPolicies, retrySchema } from "./retry_schema.ts";
import { notYet, strictObject } from "./strict_object.ts";

const PATTERNS_MAX = 100;
const PATTERN_CHARS_MAX = 200;

/** More stars only make matching slow. */
const STARS_MAX = 5;
const PATH_CHARS_MAX = 4_096;
const TIMEOUT_MS_MAX = 3_600_000;
const CONCURRENCY_MAX = 1_000;

const TARGETS = ["handler", "endpoint", "stream"] as const;

/** Options for {@linkcode subscriptionSchema}. */
export interface SubscriptionSchemaOptions {
  /** What handlers' paths start from. */
  dir: string;
  policies: KnownPolicies;
}

/** One subscription, without its name. */
export function subscriptionSchema({ dir, policies }: SubscriptionSchemaOptions) {
  return strictObject({
    events: z.array(pattern).min(1).max(PATTERNS_MAX),
    handler: handlerPath(dir).optional(),
    endpoint: notYet("only handlers can subscribe"),
    stream: notYet("only handlers can subscribe"),
    secret: notYet("it is what an endpoint's deliveries are signed with"),
    retry: retrySchema(policies).optional(),
    retries: boundedNumber({ min: 0, max: RETRIES_MAX }).optional(),
    timeout: boundedNumber({ min: 1, max: TIMEOUT_MS_MAX, unit: "milliseconds" }).default(30_000),
    concurrency: boundedNumber({ min: 1, max: CONCURRENCY_MAX }).default(20),
  })
    .superRefine(refuseTargets, { when: () => true })
    .transform((subscription, context): Omit<Subscription, "name"> => {
      const {
        events,
        handler = "",
        retry = RETRY_POLICIES.standard,
        timeout,
        concurrency,
      } = subscription;
      const { retries = retry.delaysMs.length } = subscription;
      return {
        events,
        target: { kind: "handler", path: handler },
        retry: resize(retry, { retries, context }),
        timeoutMs: timeout,
        concurrency,
      };
    });
}

const pattern = z.unknown().transform((value, context): string => {
  if (typeof value === "string" && isPattern(value)) return value;
  const message =
    `must be an event type or a pattern such as "payment.*": 1 to ${PATTERN_CHARS_MAX} characters ` +
    `without control characters, with at most ${STARS_MAX} stars`;
  context.addIssue({ code: "custom", message });
  return z.NEVER;
});

function isPattern(value: string): boolean {
  if (value.trim() === "" || value.length > PATTERN_CHARS_MAX || /\p{Cc}/u.test(value))
    return false;
  return value.split("*").length <= STARS_MAX + 1;
}

function handlerPath(dir: string) {
  return z
    .string()
    .min(1)
    .max(PATH_CHARS_MAX)
    .transform((path, context) => {
      const absolute = resolve(dir, path);
      if (isFile(absolute)) return absolute;
      const message = `names ${absolute}, which is no file: the path is relative to the configuration`;
      context.addIssue({ code: "custom", message });
      return z.NEVER;
    });
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/** Also called where other keys are bad, so that every problem is told at once. */
function refuseTargets(subscription: unknown, context: z.RefinementCtx): void {
  if (typeof subscription !== "object" || subscription === null) return;
  const given = TARGETS.filter(
    (target) => (subscription as Record<string, unknown>)[target] !== undefined,
  );
  if (given.length === 1) return;
  const state = given.length === 0 ? "has no target" : `has ${given.join(" and ")}`;
  const message = `${state}: it needs exactly one, such as handler: "./handlers/payment_success.ts"`;
  context.addIssue({ code: "custom", message });
}

interface ResizeOptions {
  retries: number;
  context: z.RefinementCtx;
}

function resize(policy: RetryPolicy, { retries, context }: ResizeOptions): RetryPolicy {
  if (retries === policy.delaysMs.length) return policy;
  if (policy.delaysMs.length > 0) return resizePolicy(policy, retries);
  const message = "cannot extend a policy that has no wait: write its delays";
  context.addIssue({ code: "custom", path: ["retries"], message });
  return z.NEVER;
}
