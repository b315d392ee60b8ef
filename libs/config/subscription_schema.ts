import { statSync } from "node:fs";
import { resolve } from "node:path";
import { RETRIES_MAX, RETRY_POLICIES, resizePolicy } from "@hookgate/backoff";
import type { RetryPolicy, Secret, Subscription, Target } from "@hookgate/types";
import { z } from "zod";
import { backlogSchema } from "./backlog_schema.ts";
import { boundedNumber } from "./bounded_number.ts";
import { endpointUrlSchema } from "./endpoint_url_schema.ts";
import { PATTERNS_MAX } from "./is_pattern.ts";
import { patternSchema } from "./pattern_schema.ts";
import { jsonPointer } from "./place_schema.ts";
import { type KnownPolicies, retrySchema } from "./retry_schema.ts";
import type { SecretSchemaOptions } from "./secret_schema.ts";
import {
  keptSecrets,
  type NamedSecret,
  nameSecrets,
  pastSecretIds,
  secretsSchema,
} from "./secrets_schema.ts";
import { keyBytes, signingSecretSchema } from "./signing_secret_schema.ts";
import { sourcePatternSchema } from "./source_pattern_schema.ts";
import { strictObject } from "./strict_object.ts";
import { findTargetProblems } from "./target_problems.ts";
import { whereSchema } from "./where_schema.ts";

const PATH_CHARS_MAX = 4_096;
const TIMEOUT_MS_MAX = 3_600_000;
const CONCURRENCY_MAX = 1_000;

/** What Standard Webhooks asks of a secret. */
const KEY_BYTES_MIN = 24;

/** Where one is not given: Standard Webhooks has endpoints answer within 15 to 30 seconds, and a hung one holds a slot. */
const TIMEOUT_MS_DEFAULT = { handler: 30_000, endpoint: 15_000, stream: 30_000 };
const CONCURRENCY_DEFAULT = 20;

/** Options for {@linkcode subscriptionSchema}. */
export interface SubscriptionSchemaOptions extends SecretSchemaOptions {
  policies: KnownPolicies;
  /** Names of the configured sources. */
  sources: readonly string[];
}

/** A subscription without its name, and what it should be warned of. */
export interface ReadSubscription extends Omit<Subscription, "name"> {
  warnings: string[];
}

/** One subscription, without its name. */
export function subscriptionSchema(options: SubscriptionSchemaOptions) {
  const { dir, policies, sources } = options;
  const secret = signingSecretSchema(options);
  return strictObject({
    events: z.array(eventPattern).min(1).max(PATTERNS_MAX),
    sources: z.array(sourcePatternSchema(sources)).min(1).max(PATTERNS_MAX).default(["*"]),
    where: whereSchema.default([]),
    orderBy: jsonPointer.optional(),
    handler: handlerPath(dir).optional(),
    endpoint: endpointUrlSchema.optional(),
    stream: z.literal(true, { error: "must be true, or left out" }).optional(),
    secret: secret.optional(),
    secrets: secretsSchema(secret).optional(),
    forwardHeaders: z.boolean().optional(),
    retry: retrySchema(policies).optional(),
    retries: boundedNumber({ min: 0, max: RETRIES_MAX }).optional(),
    timeout: boundedNumber({ min: 1, max: TIMEOUT_MS_MAX, unit: "milliseconds" }).optional(),
    concurrency: boundedNumber({ min: 1, max: CONCURRENCY_MAX }).optional(),
    backlog: backlogSchema.prefault({}),
  })
    .superRefine(
      (subscription, context) => {
        for (const { path, message } of findTargetProblems(subscription)) {
          context.addIssue({ code: "custom", path, message });
        }
      },
      // Also where a key is bad, so that every problem is told at once.
      { when: () => true },
    )
    .transform((subscription, context): ReadSubscription => {
      const { events, sources, where, orderBy = null, backlog } = subscription;
      const { handler, endpoint, forwardHeaders = false, secret } = subscription;
      const { secrets = secret === undefined ? [] : [secret] } = subscription;
      const { retry = RETRY_POLICIES.standard, retries = retry.delaysMs.length } = subscription;
      const named = nameSecrets(secrets);
      const target = toTarget({ handler, endpoint, forwardHeaders, secrets: keptSecrets(named) });
      const { timeout = TIMEOUT_MS_DEFAULT[target.kind] } = subscription;
      const { concurrency = CONCURRENCY_DEFAULT } = subscription;
      return {
        events,
        sources,
        where,
        orderBy,
        target,
        retry: resize(retry, { retries, context }),
        timeoutMs: timeout,
        concurrency,
        backlog,
        warnings: warnOfSecrets(named),
      };
    });
}

const eventPattern = patternSchema('an event type or a pattern such as "payment.*"');

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

/** Parts of a target, of which exactly one kind is there. */
interface TargetParts {
  handler: string | undefined;
  endpoint: string | undefined;
  forwardHeaders: boolean;
  secrets: readonly Secret[];
}

function toTarget({ handler, endpoint, forwardHeaders, secrets }: TargetParts): Target {
  if (handler !== undefined) return { kind: "handler", path: handler };
  if (endpoint === undefined) return { kind: "stream" };
  return { kind: "endpoint", url: endpoint, secrets, forwardHeaders };
}

function warnOfSecrets(secrets: readonly NamedSecret[]): string[] {
  const past = pastSecretIds(secrets).map((id) => {
    return `its retiring secret ${id} is past its time and signs nothing`;
  });
  const short = secrets
    .filter(({ value, verifies }) => verifies && (keyBytes(value ?? "") ?? 0) < KEY_BYTES_MIN)
    .map(({ id }) => {
      return `its secret ${id} is a key of less than ${KEY_BYTES_MIN} bytes: use whsec_ and base64 of ${KEY_BYTES_MIN} random bytes or more`;
    });
  return [...past, ...short];
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
