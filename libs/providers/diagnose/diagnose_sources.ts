import { withTolerance } from "@hookgate/signature";
import { isInForce, type Secret, type Source } from "@hookgate/types";
import { findProvider, sourceProvider } from "../source_provider.ts";
import {
  alsoTime,
  type DiagnosedSource,
  describeSeconds,
  type Match,
  type Trial,
} from "./diagnose_trial.ts";

/** Most secrets of other sources that are tried. */
const SECRETS_MAX = 500;

/** Which other secret made the signature: one of this source that is not in force, or another source's. */
export function secretDiagnoses(trial: Trial, sources: readonly Source[]): string[] {
  const old = ownOldSecret(trial);
  return old === null ? otherSources(trial, sources) : [old];
}

function ownOldSecret(trial: Trial): string | null {
  const { source, request } = trial;
  const { receivedAt } = request;
  const old = source.secrets.filter((secret) => !isInForce(secret, receivedAt));
  const match = trial.match({ secrets: old });
  const secret = old.find(({ id }) => id === match?.secretId);
  if (match === null || secret === undefined) return null;
  const state = describeState(secret, receivedAt);
  return `It was signed with secret "${secret.id}" of this source, which ${state}: the sender still uses it.${alsoTime(match)}`;
}

function describeState({ state, until }: Secret, receivedAt: number): string {
  if (state === "revoked" || until === null) return "is revoked";
  const ago = describeSeconds(Math.ceil((receivedAt - until) / 1_000));
  return `retired on ${showTime(until)}, ${ago} before`;
}

function showTime(at: number): string {
  const date = new Date(at);
  return Number.isNaN(date.getTime()) ? "an invalid time" : date.toISOString();
}

function otherSources(trial: Trial, sources: readonly Source[]): string[] {
  const others = sources.filter(({ name }) => name !== trial.source.name);
  // The same provider first: its secrets are the ones that get mixed up.
  const same = others.filter(({ provider }) => provider === trial.source.provider);
  const ordered = [...same, ...others.filter((source) => !same.includes(source))];
  const found: string[] = [];
  let left = SECRETS_MAX;
  for (const other of ordered) {
    if (left <= 0) break;
    const secrets = other.secrets.slice(0, left);
    left -= secrets.length;
    const match = trial.match({ secrets });
    if (match !== null) found.push(describeOther(trial, other, match));
  }
  return found;
}

function describeOther({ source, provider }: Trial, other: Source, match: Match): string {
  const made = `It was signed with secret "${match.secretId}" of source "${other.name}"`;
  const why =
    other.provider === source.provider
      ? `another one of ${provider.name}: two endpoints, or test and live mode, are mixed up`
      : "the secrets of the two are mixed up";
  return `${made}, ${why}.${alsoTime(match)}`;
}

/** Whether the request verifies for another source, or with another scheme of the provider. */
export function schemeDiagnoses(trial: Trial, sources: readonly DiagnosedSource[]): string[] {
  const meant = meantForOthers(trial, sources);
  if (meant.length > 0) return meant;
  const found = otherScheme(trial);
  return found === null ? [] : [found];
}

function meantForOthers(trial: Trial, sources: readonly DiagnosedSource[]): string[] {
  const { source, request } = trial;
  const found: string[] = [];
  for (const other of sources) {
    const provider = sourceProvider(other);
    const isSame = other.provider === source.provider && other.scheme === source.scheme;
    if (provider === null || other.name === source.name || isSame) continue;
    const secrets = other.secrets.filter((secret) => isInForce(secret, request.receivedAt));
    const match = trial.match({ recipe: provider.recipe, secrets });
    if (match === null) continue;
    const what = `It verifies for source "${other.name}" (${provider.name})`;
    found.push(`${what}: it was sent to this source's address by mistake.${alsoTime(match)}`);
  }
  return found;
}

function otherScheme(trial: Trial): string | null {
  const { source } = trial;
  // From its file, with all schemes: the trial's has only the recipe that counts.
  const provider = findProvider(source.provider);
  if (provider === null) return null;
  for (const recipe of [provider.recipe, ...(provider.alternatives ?? [])]) {
    if (recipe.scheme === trial.provider.recipe.scheme) continue;
    const match = trial.match({ recipe: withTolerance(recipe, source.tolerance ?? {}) });
    if (match === null) continue;
    const advice =
      recipe === provider.recipe
        ? `the source requires "${source.scheme}"; remove its scheme`
        : `if the sender cannot change that, set scheme: "${recipe.scheme}" for this source`;
    return `It verifies with ${provider.name}'s scheme "${recipe.scheme}": ${advice}.${alsoTime(match)}`;
  }
  return null;
}
