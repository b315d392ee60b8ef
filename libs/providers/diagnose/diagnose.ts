import { isInForce, isUnread, type QuarantinedRequest, type UnreadReason } from "@hookgate/types";
import { sourceProvider } from "../source_provider.ts";
import { bodyDiagnoses } from "./diagnose_body.ts";
import { contentTypeDiagnoses } from "./diagnose_content_type.ts";
import { detailDiagnoses } from "./diagnose_details.ts";
import { headerDiagnoses } from "./diagnose_guesses.ts";
import { schemeDiagnoses, secretDiagnoses } from "./diagnose_sources.ts";
import { spellingDiagnoses } from "./diagnose_spelling.ts";
import { createTrial, type DiagnosedSource, describeTime, type Trial } from "./diagnose_trial.ts";
import { urlDiagnoses } from "./diagnose_url.ts";

/** Options for {@linkcode diagnose}. */
export interface DiagnoseOptions {
  /** The source that refused it. */
  source: DiagnosedSource;
  /** Every source of the configuration, including this one. */
  sources: readonly DiagnosedSource[];
  /** The time, in milliseconds since 1970. */
  now: number;
}

/**
 * Likeliest first; among equally likely ones, the cheapest first. Those that try what other sources have keep half of the work for
 * the later ones: there may be hundreds of sources.
 */
const LOOKS = [
  { look: secretDiagnoses, keeps: 0.5 },
  { look: schemeDiagnoses, keeps: 0.5 },
  { look: urlDiagnoses, keeps: 0 },
  { look: spellingDiagnoses, keeps: 0 },
  { look: contentTypeDiagnoses, keeps: 0 },
  { look: bodyDiagnoses, keeps: 0 },
  { look: detailDiagnoses, keeps: 0 },
];

/** Nothing can be tried without a body: what to do about it. */
const UNREAD: Readonly<Record<UnreadReason, string>> = {
  method_not_allowed:
    "The provider is not known to send events with this method: only the request line and the headers are kept.",
  unsupported_encoding:
    "The body was sent with an encoding, such as gzip, and was not read: turn that off where the webhook is set up, or at the proxy.",
  body_too_large:
    "The body is larger than this source accepts: raise its bodyBytesMax and have it sent again. Where what proves it is inside its JSON, no more than 1 MiB is read.",
  body_too_slow: "The body did not arrive within limits.bodyDeadlineMs and was not kept.",
  headers_too_large: "The request has too many headers, so its body was not read.",
  malformed_request:
    "The request is not valid HTTP, such as with two Host headers, so its body was not read: look at the proxies in front.",
  body_not_kept:
    "The signature was refused; the body is larger than quarantine keeps, so it cannot be verified again.",
  address_not_allowed_unread:
    "The address is not among allowedIps, so the body was not read: add the address if it is the provider's, and have it sent again.",
};

/** Most sentences returned. */
const SENTENCES_MAX = 8;

/**
 * The likely reasons why a request was refused: sentences for an operator, likeliest first. A sentence that states a fact
 * was tried, and made the signature right; a guess is worded as a guess. Bounded work; takes any bytes, never throws, and
 * never shows a secret, a signature or the body. For operators only: telling the sender would help a forger.
 */
export function diagnose(
  request: QuarantinedRequest,
  { source, sources, now }: DiagnoseOptions,
): readonly string[] {
  if (isUnread(request.reason)) return [UNREAD[request.reason]];
  const provider = sourceProvider(source);
  if (provider === null) return [];
  const trial = createTrial(request, { source, provider });
  const asItIs = ownSecrets(request, { trial, now });
  if (asItIs.length > 0) return asItIs;
  // What is found by trying is certain: stop there.
  for (const { look, keeps } of LOOKS) {
    trial.keep(keeps);
    const found = look(trial, sources);
    if (found.length > 0) return found.slice(0, SENTENCES_MAX);
  }
  const guesses = headerDiagnoses(trial, request.reason);
  if (trial.isUnfinished()) guesses.push("Not everything was tried: it would take too long.");
  return guesses.slice(0, SENTENCES_MAX);
}

/** The diagnosis if one of the source's own secrets made the signature. */
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
  const since = secret === undefined || isInForce(secret, now) ? "" : " (retired since)";
  return [`It verifies as the source is configured now, with ${who}${since}: it can be released.`];
}
