import { isInForce } from "@hookgate/types";
import { findProvider, sourceProvider } from "../source_provider.ts";
import { alsoTime } from "./diagnose_time.ts";
import type { DiagnosedSource, Trial } from "./diagnose_trial.ts";

/** Whether the request is right by other rules: those of another source, or another scheme of the provider. */
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
    const what = `It is right for source "${other.name}" (${provider.name})`;
    found.push(`${what}: it was sent to this source's address by mistake.${alsoTime(match)}`);
  }
  return found;
}

function otherScheme(trial: Trial): string | null {
  const { source } = trial;
  // As its file has it: the trial's has the one recipe that counts.
  const provider = findProvider(source.provider);
  if (provider === null) return null;
  for (const recipe of [provider.recipe, ...(provider.alternatives ?? [])]) {
    if (recipe === trial.provider.recipe) continue;
    const match = trial.match({ recipe });
    if (match === null) continue;
    const advice =
      recipe === provider.recipe
        ? `the source is held to "${source.scheme}"; leave out its scheme`
        : `if that cannot be changed at the sender, set scheme: "${recipe.scheme}" for this source`;
    return `It is right by ${provider.name}'s scheme "${recipe.scheme}": ${advice}.${alsoTime(match)}`;
  }
  return null;
}
