import { isInForce, type Secret, type Source } from "@hookgate/types";
import { alsoTime, describeSeconds } from "./diagnose_time.ts";
import type { Match, Trial } from "./diagnose_trial.ts";

/** Secrets of other sources that are tried. */
const SECRETS_MAX = 500;

/** Which other secret made the signature: one of the source's that is out of use, or another source's. */
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
  return Number.isNaN(date.getTime()) ? "a time that is none" : date.toISOString();
}

function otherSources(trial: Trial, sources: readonly Source[]): string[] {
  const others = sources.filter(({ name }) => name !== trial.source.name);
  // The same provider first: that is where secrets are mixed up.
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
