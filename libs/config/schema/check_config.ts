import { availableParallelism } from "node:os";
import { RETRY_POLICIES } from "@hookgate/backoff";
import { findProvider } from "@hookgate/providers";
import { DOCTOR_SOURCE, type Subscription } from "@hookgate/types";
import { z } from "zod";
import type { Config, ConfiguredSource, RecipientTarget, Retention } from "../config.ts";
import { addressRange, privateHostSchema } from "./address_schema.ts";
import { hostOf, isForEverybody, isPlainlyPrivate } from "./addresses.ts";
import { boundedNumber, strictObject } from "./combinators.ts";
import { compilePatterns } from "./compile_pattern.ts";
import { describeIssues, formatPath, wordIssue } from "./issues.ts";
import { notifySchema } from "./notify_schema.ts";
import { renamedType } from "./renamed_type.ts";
import { knownPolicies, policySchema } from "./retry_schema.ts";
import { bodyBytesMax, RANGES_MAX, type ReadSource, sourceSchema } from "./source_schema.ts";
import { subscriptionSchema } from "./subscription_schema.ts";

/** A source's tolerance that is wider gets a warning. */
const DAY_SECONDS = 86_400;
const SOURCES_MAX = 1_000;
const SUBSCRIPTIONS_MAX = 1_000;
const POLICIES_MAX = 100;
const PRIVATE_HOSTS_MAX = 100;
const HANDLER_ENV_MAX = 100;
const RECIPIENTS_MAX = 20;

const SOURCE_NAME = /^[a-z0-9_-]{1,64}(?:\/[a-z0-9_-]{1,64}){0,4}$/;
const NAME = /^[a-zA-Z0-9_.-]{1,100}$/;
const NAME_FORM = "1 to 100 letters, digits, dots, dashes or underscores";

const KIB = 1_024;
const MIB = 1_024 * KIB;
const GIB = 1_024 * MIB;
const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const DAY_MS = 86_400_000;
const RETENTION_MS_MAX = 3_650 * DAY_MS;

/** Options for {@linkcode checkConfig}. */
export interface CheckConfigOptions {
  /** Directory of the configuration file, absolute. */
  dir: string;
  /** In milliseconds since 1970. */
  now: number;
}

/** The configuration, or its problems: one sentence each, starting with the key path. */
export type CheckedConfig =
  | { config: Config; warnings: string[] }
  | { config: null; problems: string[] };

/** Validates what a configuration file exports and fills in every default. */
export function checkConfig(data: unknown, options: CheckConfigOptions): CheckedConfig {
  const parsed = configSchema(data, options).safeParse(data, { error: wordIssue });
  if (!parsed.success) return { config: null, problems: describeIssues(parsed.error.issues) };
  const { sources, subscriptions, retryPolicies: _, ...rest } = parsed.data;
  const warnings: string[] = [];
  const config: Config = {
    sources: Object.entries(sources).map(([name, { pastIds, odd, weak, wrapped, ...source }]) => {
      const key = formatPath(["sources", name]);
      for (const id of pastIds) {
        warnings.push(`${key}: retiring secret ${id} has expired and verifies nothing`);
      }
      for (const id of odd.ids) {
        warnings.push(`${key}: secret ${id} does not look like one of the provider's: ${odd.note}`);
      }
      for (const { id, why } of weak) {
        warnings.push(
          `${key}: secret ${id} ${why}, so it can be guessed: use the provider's own, or 32 random bytes`,
        );
      }
      for (const { id, what } of wrapped) {
        warnings.push(
          `${key}: secret ${id} ${what}, which counts as a part of it: take that away unless the sender has it, too`,
        );
      }
      if (source.trialCertificate !== undefined) {
        warnings.push(
          `${key}: trialCertificate is trusted instead of what the provider publishes: remove it after the trial`,
        );
      }
      const { past = 0, future = 0 } = source.tolerance ?? {};
      if (Math.max(past ?? 0, future ?? 0) > DAY_SECONDS) {
        warnings.push(
          `${key}: tolerance is wider than a day: a captured request can be sent again for as long, unless its id is known`,
        );
      }
      const ceiling = bodyCeiling(source, rest.limits);
      const own = ceiling === rest.limits.bodyBytesMax ? {} : { bodyBytesMax: ceiling };
      return { name, ...source, ...own };
    }),
    subscriptions: Object.entries(subscriptions).map(([name, { warnings: own, ...wanted }]) => {
      const key = formatPath(["subscriptions", name]);
      warnings.push(...own.map((warning) => `${key}: ${warning}`));
      const { privateHosts } = rest;
      if (wanted.target.kind === "endpoint") {
        warnings.push(...warnOfUrl(wanted.target.url, privateHosts).map((one) => `${key}: ${one}`));
      }
      return { name, ...wanted };
    }),
    ...rest,
  };
  for (const wanted of config.subscriptions) {
    const own = warnOfRenamed(wanted, config.sources);
    warnings.push(...own.map((one) => `${formatPath(["subscriptions", wanted.name])}: ${one}`));
  }
  for (const { name, target } of rest.notify.recipients) {
    const own = warnOfRecipient(target, rest.privateHosts);
    warnings.push(...own.map((one) => `${formatPath(["notify", "to", name])}: ${one}`));
  }
  return { config, warnings };
}

/** Warns of types that a subscription calls as the provider does, while its events have the specification's name. */
function warnOfRenamed(
  { events, sources: wanted }: Pick<Subscription, "events" | "sources">,
  sources: readonly ConfiguredSource[],
): string[] {
  const [isWanted, isNamed] = [compilePatterns(wanted), compilePatterns(events)];
  const own = sources.filter(({ name }) => isWanted(name));
  return events.flatMap((event) => {
    const renamed = renamedType(event, own);
    if (renamed === null || isNamed(renamed.type)) return [];
    const { source, type } = renamed;
    return [`events that ${source} calls ${event} have the type ${type} here, so name that one`];
  });
}

function warnOfRecipient(target: RecipientTarget, privateHosts: readonly string[]): string[] {
  if (target.kind !== "email") return warnOfUrl(target.url, privateHosts);
  const { host, tls } = target.smtp;
  if (privateHosts.includes(host)) return [];
  if (isPlainlyPrivate(host)) {
    return [
      `its mail server is the private host ${host}, so nothing is sent to it: add the host to privateHosts to allow it`,
    ];
  }
  if (tls !== "none") return [];
  return ["its mail is sent without TLS: anyone on the network path can read it"];
}

/** Warns of an endpoint's URL that the operator may not have meant. */
function warnOfUrl(url: string, privateHosts: readonly string[]): string[] {
  const host = hostOf(url);
  if (privateHosts.includes(host)) return [];
  if (isPlainlyPrivate(host)) {
    return [
      `its endpoint is on the private host ${host}, so nothing is sent to it: add the host to privateHosts to allow it`,
    ];
  }
  if (!url.startsWith("http://")) return [];
  return ["its endpoint uses plain http: anyone on the network path can read the deliveries"];
}

export function configSchema(data: unknown, { dir, now }: CheckConfigOptions) {
  const given = data as { retryPolicies?: unknown; sources?: unknown } | null;
  const policies = knownPolicies(given?.retryPolicies);
  const sources = Object.keys(Object(given?.sources));
  return strictObject({
    sources: named(sourceSchema({ dir, now }), {
      name: SOURCE_NAME,
      form: "1 to 5 segments of a-z, 0-9, _ and -, joined by /, such as stripe or stripe/eu",
      max: SOURCES_MAX,
    })
      .superRefine(refuseReserved, { when: () => true })
      .refine((sources) => Object.keys(sources).length > 0, {
        error: "is empty: add a source, or nothing is accepted",
      }),
    trustedProxies: z.array(proxyRange).max(RANGES_MAX).default([]),
    subscriptions: named(subscriptionSchema({ dir, now, policies, sources }), {
      name: NAME,
      form: NAME_FORM,
      max: SUBSCRIPTIONS_MAX,
    }).default({}),
    retryPolicies: named(policySchema, { name: NAME, form: NAME_FORM, max: POLICIES_MAX })
      .superRefine(refuseBuiltIn, { when: () => true })
      .default({}),
    limits: limits.prefault({}),
    rateLimit: rateLimit.prefault({}),
    handlerHosts: handlerHosts.prefault({}),
    handlerEnv: z.array(handlerVariable).max(HANDLER_ENV_MAX).default([]),
    privateHosts: z.array(privateHostSchema).max(PRIVATE_HOSTS_MAX).default([]),
    retention: retention.prefault({}),
    notify: notifySchema({ dir, now }, (recipient) =>
      named(recipient, { name: NAME, form: NAME_FORM, max: RECIPIENTS_MAX }),
    ).prefault({}),
  }).superRefine(({ sources, limits }, context) => {
    const ceilings = Object.values(sources).map((source) => bodyCeiling(source, limits));
    const largest = Math.max(limits.bodyBytesMax, ...ceilings);
    // Not a number if one of them is none, of which another problem tells.
    if (!(limits.inFlightBytesMax < largest)) return;
    const message = `must be at least ${largest}, the largest bodyBytesMax of a source, or such bodies never fit`;
    context.addIssue({ code: "custom", path: ["limits", "inFlightBytesMax"], message });
  });
}

/** A trusted proxy names the address of a request. */
const proxyRange = addressRange().refine((range) => !isForEverybody(range), {
  error: "trusts so many addresses that anybody could claim any address: name your own proxies",
});

/** A provider's documented ceiling can be lowered for a source by name only: a smaller general one must not cost events. */
function bodyCeiling(
  { provider, bodyBytesMax }: Pick<ReadSource, "provider" | "bodyBytesMax">,
  limits: { bodyBytesMax: number },
): number {
  return bodyBytesMax ?? Math.max(findProvider(provider)?.bodyBytesMax ?? 0, limits.bodyBytesMax);
}

const milliseconds = (max: number) => boundedNumber({ min: 1, max, unit: "milliseconds" });
const bytes = (max: number) => boundedNumber({ min: 1, max, unit: "bytes" });

const limits = strictObject({
  bodyBytesMax: bodyBytesMax.default(MIB),
  bodyDeadlineMs: milliseconds(5 * MINUTE_MS).default(10_000),
  headersDeadlineMs: milliseconds(MINUTE_MS).default(5_000),
  connectionsMax: boundedNumber({ min: 1, max: 1_000_000 }).default(10_000),
  connectionsPerAddress: boundedNumber({ min: 1, max: 1_000_000 }).default(1_000),
  inFlightMax: boundedNumber({ min: 1, max: 100_000 }).default(2_000),
  inFlightBytesMax: bytes(8 * GIB).default(128 * MIB),
  answerBudgetMs: milliseconds(MINUTE_MS).default(2_000),
});

const rateLimit = strictObject({
  windowMs: milliseconds(DAY_MS).default(900_000),
  max: boundedNumber({ min: 1, max: 1_000_000 }).default(100),
  countVerified: z.boolean().default(false),
  sourcePerSecond: boundedNumber({ min: 1, max: 1_000_000 }).nullable().default(null),
  sourceBurst: boundedNumber({ min: 1, max: 1_000_000 }).nullable().default(null),
}).superRefine(({ sourcePerSecond, sourceBurst }, context) => {
  if (sourceBurst === null || sourcePerSecond !== null) return;
  const message = "needs sourcePerSecond: without it a source has no limit";
  context.addIssue({ code: "custom", path: ["sourceBurst"], message });
});

const handlerHosts = strictObject({
  count: boundedNumber({ min: 1, max: 256 }).default(() => Math.min(256, availableParallelism())),
  memoryBytesMax: boundedNumber({ min: 64 * MIB, max: 64 * GIB, unit: "bytes" }).default(512 * MIB),
});

/** Hookgate's own credentials: with one a handler could forge events or operate the gateway. */
const OWN_CREDENTIALS: readonly string[] = [
  "RPC_TOKEN",
  "WEBHOOK_SECRET",
  "MONGODB_URI",
  "CONSOLE_PASSWORD",
  "DATA_KEY",
];

const handlerVariable = z
  .string()
  .regex(/^[A-Za-z_][A-Za-z0-9_]{0,199}$/, { error: "is not the name of a variable" })
  .refine((name) => !OWN_CREDENTIALS.includes(name), {
    error: "is a credential of Hookgate's own: handlers never get it",
  });

const age = boundedNumber({ min: HOUR_MS, max: RETENTION_MS_MAX, unit: "milliseconds" });

/** Past `dead` every event whose deliveries have ended is removed, so `delivered` cannot be longer. */
const retention = strictObject({
  delivered: age.default(30 * DAY_MS),
  dead: age.optional(),
  quarantine: age.default(7 * DAY_MS),
  subscriptions: boundedNumber({
    min: MINUTE_MS,
    max: RETENTION_MS_MAX,
    unit: "milliseconds",
  }).default(14 * DAY_MS),
}).transform(({ delivered, dead, quarantine, subscriptions }, context): Retention => {
  if (dead !== undefined && dead < delivered) {
    const message = `must be at least delivered (${delivered}): dead events are the ones that people look for longest`;
    context.addIssue({ code: "custom", path: ["dead"], message });
  }
  const deadMs = dead ?? Math.max(90 * DAY_MS, delivered);
  return {
    deliveredMs: delivered,
    deadMs,
    quarantineMs: quarantine,
    subscriptionsMs: subscriptions,
  };
});

interface NamedOptions {
  name: RegExp;
  /** What a valid name consists of, for a sentence. */
  form: string;
  /** Most entries. */
  max: number;
}

/** An object whose keys are names chosen by the user. */
function named<Value extends z.ZodType>(value: Value, { name, form, max }: NamedOptions) {
  const key = z.string().regex(name, { error: `is not a valid name: use ${form}` });
  return z.record(key, value).refine((entries) => Object.keys(entries).length <= max, {
    error: `must have at most ${max} entries`,
  });
}

/** Test events of the doctor have that path. */
function refuseReserved(sources: unknown, context: z.RefinementCtx): void {
  for (const name of Object.keys(Object(sources))) {
    if (name !== DOCTOR_SOURCE && !name.startsWith(`${DOCTOR_SOURCE}/`)) continue;
    const message = "is the name of the doctor's test events: choose another";
    context.addIssue({ code: "custom", path: [name], message });
  }
}

function refuseBuiltIn(policies: unknown, context: z.RefinementCtx): void {
  for (const name of Object.keys(RETRY_POLICIES)) {
    if (!Object.hasOwn(Object(policies), name)) continue;
    context.addIssue({ code: "custom", path: [name], message: "is built in: choose another name" });
  }
}
