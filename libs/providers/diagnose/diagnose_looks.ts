import { type CertificateRecipe, readJson, readPlace, readPointer } from "@hookgate/signature";
import type { QuarantineReason } from "@hookgate/types";
import { symmetricOf, type Trial } from "./diagnose_trial.ts";

/** Where providers say whether an event is of their test mode. */
const TEST_MARKS: readonly { provider: string; pointer: string; test: unknown }[] = [
  { provider: "stripe", pointer: "/livemode", test: false },
  { provider: "lemon_squeezy", pointer: "/meta/test_mode", test: true },
  { provider: "adyen", pointer: "/live", test: "false" },
];

/** What may be wrong with the secrets and the configuration, where no signature came out right. */
export function secretGuesses(trial: Trial, reason: QuarantineReason): string[] {
  if (reason !== "no_match") return [];
  const { provider, secrets, source, request } = trial;
  const sentences: string[] = [];
  const { pattern, note } = provider.secretHint;
  for (const { id, value } of secrets) {
    if (pattern === null || matches(pattern, value)) continue;
    sentences.push(`Secret "${id}" does not look like one of ${provider.name}: ${note}.`);
  }
  sentences.push(...testMode(trial));
  if (provider.needsPublicUrl && source.publicUrl === null) {
    sentences.push(
      "The URL is part of what is signed, and this source has no publicUrl: set it as it is entered at the provider.",
    );
  }
  const coding = request.headers("content-encoding")[0] ?? "identity";
  if (!/^identity$/i.test(coding)) sentences.push("The body was sent compressed.");
  if (symmetricOf(provider.recipe).length > 0 && !trial.isSpent()) {
    const what = "None of what commonly goes wrong makes the signature right";
    sentences.push(`${what}: the sender has another secret, or it is a forgery.`);
  }
  return sentences;
}

function matches(pattern: RegExp, text: string): boolean {
  // A pattern with the flags g or y would remember where it stopped.
  return new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, "")).test(text);
}

function testMode({ provider, request }: Trial): string[] {
  const mark = TEST_MARKS.find((one) => one.provider === provider.id);
  const found = mark === undefined ? undefined : readPointer(readJson({ request }), mark.pointer);
  if (mark === undefined || found === undefined) return [];
  const mode = found === mark.test ? "test" : "live";
  return [`The event says that it is of ${mode} mode: is the secret, too? Each mode has its own.`];
}

/** What can be said of schemes whose signatures are not tried here: each try costs a public key operation. */
export function asymmetricGuesses(
  { request, provider }: Trial,
  reason: QuarantineReason,
): string[] {
  const { recipe } = provider;
  const kinds = recipe.kind === "any" ? recipe.recipes : [recipe];
  const sentences: string[] = [];
  for (const one of kinds) {
    if (one.kind === "certificate") sentences.push(...certificate(one, { request, reason }));
  }
  const isSlow = kinds.some(({ kind }) => kind === "public_key" || kind === "jwt");
  if (isSlow && reason === "no_match") {
    const what = "Signatures of a private key are not tried out here";
    sentences.push(`${what}: is the secret ${provider.name}'s public key for this endpoint?`);
  }
  if (reason === "certificate_unavailable") {
    sentences.push(
      "Its certificate could not be fetched in time: verify it again, then release it.",
    );
  }
  if (reason === "stale" || reason === "future") {
    const what = reason === "stale" ? "too long before" : "after";
    sentences.push(`The signature was right, but it was signed ${what} it arrived.`);
  }
  return sentences;
}

function certificate(
  recipe: CertificateRecipe,
  { request, reason }: { request: Trial["request"]; reason: QuarantineReason },
): string[] {
  const hosts = recipe.certificate.hosts.join(", ");
  if (reason === "certificate_not_trusted") {
    return [
      `It does not name a valid certificate of ${hosts}: it is a forgery, or the clock is wrong.`,
    ];
  }
  if (reason !== "no_match") return [];
  const identity = recipe.identity === undefined ? null : readPlace({ request }, recipe.identity);
  return identity === null || identity === undefined
    ? ["The certificate may be right and the account another one: check the source's secret."]
    : [
        "The certificate may be right: check that the source has the account or the topic that it names.",
      ];
}
