import type { QuarantinedRequest, Source } from "@hookgate/types";
import { findProvider } from "../find_provider.ts";
import type { Provider } from "../provider.ts";
import { recipeFor } from "../recipe_for.ts";
import { bodyDiagnoses } from "./diagnose_body.ts";
import { detailDiagnoses } from "./diagnose_details.ts";
import { headerDiagnoses } from "./diagnose_headers.ts";
import { schemeDiagnoses } from "./diagnose_scheme.ts";
import { secretDiagnoses } from "./diagnose_secrets.ts";
import { spellingDiagnoses } from "./diagnose_spelling.ts";
import { describeTime } from "./diagnose_time.ts";
import { createTrial, isVerifying, type Trial } from "./diagnose_trial.ts";
import { urlDiagnoses } from "./diagnose_url.ts";

/** Options for {@linkcode diagnose}. */
export interface DiagnoseOptions {
  /** The source that refused it. */
  source: Source;
  /** Every source of the configuration, this one among them. */
  sources: readonly Source[];
  /** The time, in milliseconds since 1970. */
  now: number;
  /** A source's provider, its recipe being the one that counts. @default {the provider's file, by the source's scheme} */
  providerOf?: (source: Source) => Provider | null;
}

/** Likeliest first, and of those alike the cheapest. */
const LOOKS = [
  secretDiagnoses,
  schemeDiagnoses,
  urlDiagnoses,
  spellingDiagnoses,
  bodyDiagnoses,
  detailDiagnoses,
];

/** Sentences that are given at most. */
const SENTENCES_MAX = 8;

/**
 * What went wrong most likely with a request that was refused: a sentence each for an operator, likeliest first. What is
 * said as a fact was tried, and a signature came out right that way; what is said as a guess is worded as one. Bounded
 * work, takes any bytes, never throws, and never shows a secret, a signature or the body. For operators only: an answer to
 * the sender would help a forger.
 */
export function diagnose(
  request: QuarantinedRequest,
  { source, sources, now, providerOf = fromFile }: DiagnoseOptions,
): readonly string[] {
  const provider = providerOf(source);
  if (provider === null) return [];
  const trial = createTrial(request, { source, provider, providerOf });
  const asItIs = ownSecrets(request, { trial, now });
  if (asItIs.length > 0) return asItIs;
  // What is found by trying is certain: nothing else needs to be said, or tried.
  for (const look of LOOKS) {
    const found = look(trial, sources);
    if (found.length > 0) return found.slice(0, SENTENCES_MAX);
  }
  const guesses = headerDiagnoses(trial, request.reason);
  if (trial.isSpent()) guesses.push("Not everything was tried: the body is large.");
  return guesses.slice(0, SENTENCES_MAX);
}

function fromFile(source: Source): Provider | null {
  const provider = findProvider(source.provider);
  const recipe = provider === null ? null : recipeFor(provider, source.scheme);
  return provider === null || recipe === null ? null : { ...provider, recipe };
}

/** What there is to say where one of the source's own secrets did make the signature. */
function ownSecrets(
  { reason, address }: QuarantinedRequest,
  { trial, now }: { trial: Trial; now: number },
): string[] {
  const match = trial.match({});
  if (match === null) return [];
  const who = `secret "${match.secretId}" of this source`;
  if (!match.ok) return [`The signature is right, made with ${who}, but ${describeTime(match)}.`];
  if (reason === "address_not_allowed") {
    return [`The signature is right, made with ${who}; only ${address} is not among allowedIps.`];
  }
  const secret = trial.secrets.find(({ id }) => id === match.secretId);
  const since = secret === undefined || isVerifying(secret, now) ? "" : " (retired since)";
  return [`It verifies as the source is configured now, with ${who}${since}: it can be released.`];
}
