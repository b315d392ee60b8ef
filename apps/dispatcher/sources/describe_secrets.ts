import type { ConfiguredSource } from "@hookgate/config";
import { sourceProvider } from "@hookgate/providers";
import { enrolledSecretId, isInForce, type Secret, type SecretUse } from "@hookgate/types";
import type { Enrolment, EnrolmentDelivery } from "../store/contract/bookkeeping.ts";
import type { PassedTime } from "./passed_time.ts";

/** How long providers are assumed to retry that do not say how long, in milliseconds: 7 days. */
const HORIZON_MS_DEFAULT = 604_800_000;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/** A secret and its use; never its value. */
export interface SecretStatus {
  source: string;
  secretId: string;
  /** `removed`: it is no longer configured, only its use is known. */
  state: Secret["state"] | "enrolled" | "removed";
  /** Where an enrolled one came from; null if that is not known. */
  delivery: EnrolmentDelivery | null;
  /** When a retiring one ends, in milliseconds since 1970; null if it has no end. */
  until: number | null;
  /** Null if it was never used. */
  use: SecretUse | null;
  /** Its share of what all secrets of the source verified, 0 to 1. */
  share: number;
  safeToDrop: boolean;
  /** Why it can or cannot be dropped, in a sentence. */
  advice: string;
}

/** Options for {@linkcode describeSecrets}. */
export interface DescribeSecretsOptions {
  sources: readonly ConfiguredSource[];
  uses: readonly SecretUse[];
  enrolments: readonly Enrolment[];
  /** In milliseconds since 1970. */
  now: number;
  passed: Pick<PassedTime, "ago">;
}

/**
 * The status of all secrets, by source in the order of the configuration. Within a source: the configured ones, the
 * enrolled ones, then those of which only the use is known. Removed sources come last.
 */
export function describeSecrets({
  sources,
  uses,
  enrolments,
  now,
  passed,
}: DescribeSecretsOptions): SecretStatus[] {
  const names = new Set([...sources.map(({ name }) => name), ...uses.map(({ source }) => source)]);
  return [...names].flatMap((name) => {
    const source = sources.find((one) => one.name === name) ?? null;
    const enrolled = enrolments.find((one) => one.source === name) ?? null;
    const own = uses.filter((use) => use.source === name);
    const horizonMs = source ? horizonOf(source) : HORIZON_MS_DEFAULT;
    const known = knownSecrets(source, enrolled, own);
    return known.map((secret) =>
      describe(secret, { source: name, uses: own, horizonMs, now, passed }),
    );
  });
}

type Known = Pick<SecretStatus, "secretId" | "state" | "until" | "delivery">;

function knownSecrets(
  source: ConfiguredSource | null,
  enrolled: Enrolment | null,
  uses: readonly SecretUse[],
): Known[] {
  const known: Known[] = (source?.secrets ?? []).map(({ id, state, until }) => ({
    secretId: id,
    state,
    until,
    delivery: null,
  }));
  for (const [index, secret] of (enrolled?.secrets ?? []).entries()) {
    known.push({
      secretId: enrolledSecretId(secret),
      state: "enrolled",
      until: null,
      delivery: enrolled?.deliveries[index] ?? null,
    });
  }
  for (const { secretId } of uses) {
    if (known.some((one) => one.secretId === secretId)) continue;
    known.push({ secretId, state: "removed", until: null, delivery: null });
  }
  return known;
}

function horizonOf(source: ConfiguredSource): number {
  return sourceProvider(source)?.retries.horizonMs ?? HORIZON_MS_DEFAULT;
}

interface Context {
  source: string;
  /** Uses of all secrets of the source. */
  uses: readonly SecretUse[];
  horizonMs: number;
  now: number;
  passed: Pick<PassedTime, "ago">;
}

function describe(secret: Known, context: Context): SecretStatus {
  const { source, uses } = context;
  const use = uses.find(({ secretId }) => secretId === secret.secretId) ?? null;
  const total = uses.reduce((sum, one) => sum + one.uses, 0);
  const share = use === null || total === 0 ? 0 : use.uses / total;
  return { source, ...secret, use, share, ...advise(secret, use, context) };
}

/** Whether a secret can be dropped. One that was never used may be the next one in use, so it is kept unless it is retiring. */
function advise(
  { state, until }: Known,
  use: SecretUse | null,
  { uses, horizonMs, now, passed }: Context,
): Pick<SecretStatus, "safeToDrop" | "advice"> {
  const yes = (advice: string) => ({ safeToDrop: true, advice });
  const no = (advice: string) => ({ safeToDrop: false, advice });
  if (state === "removed") return no("It is no longer configured.");
  if (state === "revoked") return yes("It is revoked and verifies nothing.");
  if (state !== "enrolled" && !isInForce({ state, until }, now)) {
    return yes("Its time is over: it no longer verifies anything.");
  }
  const others = uses.filter((one) => one !== use);
  const span = spanText(horizonMs);
  if (use === null) {
    if (others.length === 0) return no("No secret of this source has been used yet.");
    if (state !== "retiring") return no("It was never used, but the provider may start to use it.");
    return yes("It was never used, and another one is in use.");
  }
  const later = others.some(({ lastUsedAt }) => lastUsedAt > use.lastUsedAt);
  if (!later) return no("No other secret was used since, so it is the one in use.");
  if (use.lastUsedAt > passed.ago(horizonMs)) {
    return no(`It was used within ${span}: the provider may still retry requests signed with it.`);
  }
  return yes(`Another one is in use, and this one has not been used for ${span}.`);
}

function spanText(ms: number): string {
  const [count, unit] =
    ms >= 2 * DAY_MS
      ? [Math.ceil(ms / DAY_MS), "days"]
      : ms >= 2 * HOUR_MS
        ? [Math.ceil(ms / HOUR_MS), "hours"]
        : [Math.ceil(ms / 60_000), "minutes"];
  return `${count} ${unit}`;
}
