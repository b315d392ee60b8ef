import { statSync } from "node:fs";
import { resolve } from "node:path";
import { RETRIES_MAX, RETRY_POLICIES, resizePolicy } from "@hookgate/backoff";
import type {
  BacklogBound,
  EndpointHeader,
  RetryPolicy,
  Subscription,
  Target,
  TargetOf,
} from "@hookgate/types";
import { z } from "zod";
import { BACKLOG_DEFAULT } from "../config.ts";
import { boundedNumber, strictObject } from "./combinators.ts";
import { credentialOf, endpointHeadersSchema, isCredential } from "./endpoint_headers_schema.ts";
import { patternSchema, sourcePatternSchema } from "./pattern_schema.ts";
import { PATTERNS_MAX } from "./patterns.ts";
import { jsonPointer } from "./place_schema.ts";
import { type KnownPolicies, retrySchema } from "./retry_schema.ts";
import {
  keptSecrets,
  keyBytes,
  type NamedSecret,
  nameSecrets,
  pastSecretIds,
  type ReadSecret,
  type SecretSchemaOptions,
  secretsSchema,
  signingSecretSchema,
  UNSET_SECRET,
} from "./secret_schema.ts";
import { findWeakness } from "./weak_secret.ts";
import { whereSchema } from "./where_schema.ts";

const PATH_CHARS_MAX = 4_096;
const TIMEOUT_MS_MAX = 3_600_000;
const CONCURRENCY_MAX = 1_000;
const RATE = { min: 0.01, max: 10_000, unit: "deliveries a second" };

/** Standard Webhooks requires this of a secret. */
const KEY_BYTES_MIN = 24;

/** Standard Webhooks expects endpoints to answer within 15 to 30 seconds, and an endpoint that hangs holds a slot. */
const TIMEOUT_MS_DEFAULT = { handler: 30_000, endpoint: 15_000, stream: 30_000 };
const CONCURRENCY_DEFAULT = { handler: null, endpoint: 20, stream: 20 };

/** Options for {@linkcode subscriptionSchema}. */
export interface SubscriptionSchemaOptions extends SecretSchemaOptions {
  policies: KnownPolicies;
  /** Names of the configured sources. */
  sources: readonly string[];
}

/** A subscription without its name, and its warnings. */
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
    headers: endpointHeadersSchema(options).optional(),
    rate: boundedNumber({ ...RATE, fractions: true }).optional(),
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
      // Also if a key is invalid, so that every problem is reported at once.
      { when: () => true },
    )
    .transform((subscription, context): ReadSubscription => {
      const { events, sources, where, orderBy = null, backlog } = subscription;
      const { handler, endpoint, forwardHeaders = false, secret } = subscription;
      const { headers = [], rate: ratePerSecond = null } = subscription;
      const { secrets = secret === undefined ? [] : [secret] } = subscription;
      const { retry = RETRY_POLICIES.standard, retries = retry.delaysMs.length } = subscription;
      const named = nameSecrets(secrets);
      const kept = keptSecrets(named);
      const posted = { secrets: kept, forwardHeaders, headers, ratePerSecond };
      const target = toTarget({ handler, endpoint, ...posted });
      const { timeout = TIMEOUT_MS_DEFAULT[target.kind] } = subscription;
      const { concurrency = CONCURRENCY_DEFAULT[target.kind] } = subscription;
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
        warnings: [...warnOfSecrets(named), ...warnOfHeaders(headers)],
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
      const message = `names ${absolute}, which is not a file: the path is relative to the configuration file`;
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

/** The parts of all kinds of target; exactly one kind is set. */
interface TargetParts extends Omit<TargetOf<"endpoint">, "kind" | "url"> {
  handler: string | undefined;
  endpoint: string | undefined;
}

function toTarget({ handler, endpoint, ...posted }: TargetParts): Target {
  if (handler !== undefined) return { kind: "handler", path: handler };
  if (endpoint === undefined) return { kind: "stream" };
  return { kind: "endpoint", url: endpoint, ...posted };
}

function warnOfSecrets(secrets: readonly NamedSecret[]): string[] {
  const past = pastSecretIds(secrets).map((id) => {
    return `retiring secret ${id} has expired and signs nothing`;
  });
  const weak = secrets.flatMap(({ id, value, verifies }) => {
    const why = verifies && value !== null ? findWeakKey(value) : null;
    const advice = `use whsec_ and base64 of at least ${KEY_BYTES_MIN} random bytes`;
    return why === null ? [] : [`secret ${id} ${why}: ${advice}`];
  });
  return [...past, ...weak];
}

function findWeakKey(secret: string): string | null {
  const isShort = (keyBytes(secret) ?? 0) < KEY_BYTES_MIN;
  return isShort ? `is a key of less than ${KEY_BYTES_MIN} bytes` : findWeakness(secret);
}

/** Weak values of the headers that show the receiver who posts. */
function warnOfHeaders(headers: readonly EndpointHeader[]): string[] {
  return headers.flatMap(({ name, value }) => {
    const why = isCredential(name) ? findWeakness(credentialOf(value)) : null;
    return why === null ? [] : [`header ${name} ${why}, so it can be guessed`];
  });
}

interface ResizeOptions {
  retries: number;
  context: z.RefinementCtx;
}

function resize(policy: RetryPolicy, { retries, context }: ResizeOptions): RetryPolicy {
  if (retries === policy.delaysMs.length) return policy;
  if (policy.delaysMs.length > 0) return resizePolicy(policy, retries);
  const message = "cannot extend a policy without delays: set its delays";
  context.addIssue({ code: "custom", path: ["retries"], message });
  return z.NEVER;
}

const DELIVERIES_MAX = 1_000_000_000;
const BYTES_MAX = 1_024 ** 4;
const AGE_MS_MIN = 1_000;
const AGE_MS_MAX = 365 * 86_400_000;

/** How much may wait for a subscription. */
export const backlogSchema = strictObject({
  deliveries: boundedNumber({ min: 1, max: DELIVERIES_MAX }).default(BACKLOG_DEFAULT.deliveriesMax),
  bytes: boundedNumber({ min: 1, max: BYTES_MAX, unit: "bytes" }).default(BACKLOG_DEFAULT.bytesMax),
  age: boundedNumber({ min: AGE_MS_MIN, max: AGE_MS_MAX, unit: "milliseconds" }).default(
    BACKLOG_DEFAULT.ageMsMax,
  ),
}).transform(({ deliveries, bytes, age }): BacklogBound => {
  return { deliveriesMax: deliveries, bytesMax: bytes, ageMsMax: age };
});

const URL_CHARS_MAX = 2_048;
const EXAMPLE_URL = "https://crm.example.com/hooks";

/** Where deliveries are posted, in canonical form. Never shown: part of it may be a secret. */
export const endpointUrlSchema = z.string().transform((text, context): string => {
  const problem = findProblem(text);
  if (problem === null) return new URL(text).href;
  context.addIssue({ code: "custom", message: problem });
  return z.NEVER;
});

function findProblem(text: string): string | null {
  // URL parsers remove some kinds of white space and keep others.
  const url = /^https?:\/\/[^\s\p{Cc}]+$/iu.test(text) && URL.canParse(text) ? new URL(text) : null;
  if (url === null) return `must be an absolute http or https URL, such as ${EXAMPLE_URL}`;
  if (Math.max(text.length, url.href.length) > URL_CHARS_MAX) {
    return `must have at most ${URL_CHARS_MAX} characters`;
  }
  if (url.username !== "" || url.password !== "") {
    return "must not contain a user name or a password: deliveries are signed instead";
  }
  return text.includes("#") ? "must not have a fragment (#…): it is never sent" : null;
}

/** A problem of a subscription's keys with each other. */
export interface TargetProblem {
  path: string[];
  message: string;
}

const TARGETS = ["handler", "endpoint", "stream"] as const;

const OF_ENDPOINTS = ["secret", "secrets", "forwardHeaders", "headers", "rate"] as const;

/** Keys as they were written. Each may be invalid, and is then reported by itself. */
type Given = Readonly<Record<string, unknown>>;

/** The problems of a subscription's target, and keys that belong to another kind of target. */
export function findTargetProblems(subscription: unknown): TargetProblem[] {
  if (typeof subscription !== "object" || subscription === null) return [];
  const given = subscription as Given;
  const targets = TARGETS.filter((target) => given[target] !== undefined);
  const [target] = targets;
  if (target === undefined || targets.length > 1) {
    const state = target === undefined ? "has no target" : `has ${targets.join(" and ")}`;
    const message = `${state}: it needs exactly one of handler, endpoint and stream: true`;
    return [{ path: [], message }];
  }
  if (target === "endpoint") return findSecretProblems(given);
  return [...findEndpointKeys(given), ...(target === "stream" ? findConcurrency(given) : [])];
}

function findEndpointKeys(given: Given): TargetProblem[] {
  const keys = OF_ENDPOINTS.filter((key) => given[key] !== undefined);
  return keys.map((key) => ({ path: [key], message: "is only for endpoints: leave it out" }));
}

function findConcurrency({ concurrency }: Given): TargetProblem[] {
  if (concurrency === undefined) return [];
  const message = "is not for a stream: leave it out, because its subscribers set their own limits";
  return [{ path: ["concurrency"], message }];
}

/** The problems of an endpoint's secrets with each other. */
export function findSecretProblems(given: Given): TargetProblem[] {
  const { secret, secrets } = given;
  if (secret !== undefined && secrets !== undefined) {
    return [{ path: [], message: "has secret and secrets: keep one" }];
  }
  const path = [secrets === undefined ? "secret" : "secrets"];
  const list: unknown = secret === undefined ? secrets : [secret];
  if (list === undefined) {
    // The key is set, so its value comes from a variable that is not.
    const isUnset = Object.hasOwn(given, "secret") || Object.hasOwn(given, "secrets");
    const message = "is missing: deliveries to an endpoint are signed with it";
    return [{ path, message: isUnset ? UNSET_SECRET : message }];
  }
  if (!Array.isArray(list)) return [];
  // An invalid secret is already reported, and was meant to sign.
  if (list.some((one) => (one as ReadSecret | undefined)?.verifies !== false)) return [];
  const state = list.length === 0 ? "is empty" : "has no secret in force";
  return [{ path, message: `${state}: add one, because deliveries to an endpoint are signed` }];
}
