import {
  fetchesKeys,
  findProvider,
  OWN_PROVIDER_ID,
  type OwnScheme,
  PROVIDERS,
  type Provider,
  recipeFor,
  sendsIds,
  signsTime,
} from "@hookgate/providers";
import { type AllowedIps, DEDUPE_RULES } from "@hookgate/types";
import { z } from "zod";
import type { ConfiguredSource, Recipe } from "../config.ts";
import { addressRange } from "./address_schema.ts";
import { boundedNumber, either, strictObject } from "./combinators.ts";
import {
  findHandshakeProblem,
  handshakeSchema,
  methodsSchema,
  ownResponseSchema,
} from "./handshake_schema.ts";
import { nearestName } from "./nearest_name.ts";
import { describeSchema } from "./place_schema.ts";
import { protectSchema } from "./protect_schema.ts";
import { recipeSchema } from "./recipe_schema.ts";
import {
  keptSecrets,
  type NamedSecret,
  nameSecrets,
  pastSecretIds,
  type ReadSecret,
  type SecretSchemaOptions,
  secretSchema,
  secretsSchema,
} from "./secret_schema.ts";
import { findSettingProblems, settingsSchema } from "./settings_schema.ts";
import { trialCertificateSchema } from "./trial_certificate_schema.ts";
import { findSecretFault, findWeakness, findWrapping, isMeantPublic } from "./weak_secret.ts";

/** Most schemes of one source in addition to its first. */
const SCHEMES_MAX = 10;

/** Most ranges in one list: it is searched for every request. */
export const RANGES_MAX = 1_000;

const NO_SECRET = "add one, because a source without a secret accepts nothing";
const EXAMPLE_URL = "https://hooks.example.com/api/webhooks/…";

/** A source without its name, and what to warn about its secrets. */
export interface ReadSource extends Omit<ConfiguredSource, "name"> {
  /** Ids of secrets that have expired. */
  pastIds: string[];
  /** Ids of secrets that do not look like the provider's, and what those look like. */
  odd: { ids: string[]; note: string };
  /** Secrets that are weak, and why. */
  weak: { id: string; why: string }[];
  /** Secrets with something around them, and what. */
  wrapped: { id: string; what: string }[];
}

/** One source, without its name. */
export function sourceSchema(options: SecretSchemaOptions) {
  return strictObject({
    provider: z
      .string()
      .superRefine((id, context) => {
        if (findProvider(id) !== null) return;
        context.addIssue({ code: "custom", message: describeUnknownProvider(id) });
      })
      .optional(),
    recipe: recipeSchema.optional(),
    alternatives: z.array(recipeSchema).max(SCHEMES_MAX).optional(),
    describe: describeSchema.optional(),
    handshake: handshakeSchema.optional(),
    methods: methodsSchema.optional(),
    ownResponse: ownResponseSchema.optional(),
    secrets: secretsSchema(secretSchema(options)).optional(),
    scheme: z.string().optional(),
    publicUrl: publicUrlSchema.optional(),
    settings: settingsSchema,
    dedupe: z.enum(DEDUPE_RULES).optional(),
    bodyBytesMax: bodyBytesMax.optional(),
    tolerance: toleranceSchema.optional(),
    trialCertificate: trialCertificateSchema(options).optional(),
    protect: protectSchema.optional(),
    trustTraceparent: z.boolean().optional(),
    allowedIps,
  })
    .superRefine(refuseTogether, { when: () => true })
    .transform((source): ReadSource => {
      const { provider: id = OWN_PROVIDER_ID, scheme = null, publicUrl = null } = source;
      const { recipe, alternatives, describe, handshake, methods, ownResponse } = source;
      const { settings, dedupe, bodyBytesMax, tolerance, trialCertificate, protect, allowedIps } =
        source;
      const { trustTraceparent = false } = source;
      const secrets = source.secrets ?? settingSecrets(findProvider(id), settings);
      const named = nameSecrets(secrets);
      const verifying = named.filter(({ verifies }) => verifies);
      const shared = sharedOf(verifying, chosenRecipe(source));
      return {
        provider: id,
        secrets: keptSecrets(named),
        scheme,
        publicUrl,
        settings,
        allowedIps,
        ...(recipe !== undefined && { recipe }),
        ...(alternatives !== undefined && { alternatives }),
        ...(describe !== undefined && { describe }),
        ...(handshake !== undefined && { handshake }),
        ...(methods !== undefined && { methods }),
        ...(ownResponse !== undefined && { ownResponse }),
        ...(dedupe !== undefined && { dedupe }),
        ...(bodyBytesMax !== undefined && { bodyBytesMax }),
        ...(tolerance !== undefined && { tolerance }),
        ...(trialCertificate !== undefined && { trialCertificate }),
        ...(protect !== undefined && { protect }),
        ...(trustTraceparent && { trustTraceparent }),
        pastIds: pastSecretIds(named),
        odd: findOdd(findProvider(id), { scheme, secrets: verifying }),
        weak: source.secrets === undefined ? [] : findWeak(shared),
        wrapped: findWrapped(shared),
      };
    });
}

/** The largest body that a source may have, in bytes. gRPC messages and the stores' documents have room for it. */
const BODY_BYTES_MAX = 32 * 1024 * 1024;

/** A ceiling for bodies. */
export const bodyBytesMax = boundedNumber({ min: 1, max: BODY_BYTES_MAX, unit: "bytes" });

/** Wider than any provider's retry horizon. */
const TOLERANCE_SECONDS_MAX = 90 * 86_400;
const toleranceSeconds = boundedNumber({ min: 1, max: TOLERANCE_SECONDS_MAX, unit: "seconds" });

const toleranceSchema = either({
  when: (value) => typeof value === "number",
  first: toleranceSeconds.transform((seconds) => ({ past: seconds, future: seconds })),
  second: strictObject({
    past: toleranceSeconds.optional(),
    future: toleranceSeconds.optional(),
  }).transform(({ past, future }) => ({
    ...(past !== undefined && { past }),
    ...(future !== undefined && { future }),
  })),
});

const ranges = z.array(addressRange()).max(RANGES_MAX);

const allowList = either({
  when: Array.isArray,
  first: ranges.transform((ranges): AllowedIps => ({ mode: "enforce", ranges })),
  second: strictObject({ mode: z.enum(["off", "shadow", "enforce"]).default("enforce"), ranges }),
}).superRefine(({ mode, ranges }, context) => {
  if (mode === "off" || ranges.length > 0) return;
  context.addIssue({ code: "custom", message: "has no ranges, so nobody could send: add some" });
});

const allowedIps = allowList
  .optional()
  .transform((allowed): AllowedIps => allowed ?? { mode: "off", ranges: [] });

/** The texts that replace secrets if the provider shares none. */
function settingSecrets(
  provider: Provider | null,
  settings: Readonly<Record<string, string>>,
): ReadSecret[] {
  const texts = settings[provider?.secretsSetting ?? ""]?.split(",") ?? [];
  return texts.map((text) => {
    return { id: null, value: text.trim(), state: "active", until: null, verifies: true };
  });
}

/** Keys as they were written. Each may be invalid, and is then reported by itself. */
interface GivenSource {
  provider?: unknown;
  recipe?: unknown;
  alternatives?: unknown;
  describe?: unknown;
  handshake?: unknown;
  methods?: unknown;
  ownResponse?: unknown;
  secrets?: unknown;
  scheme?: unknown;
  publicUrl?: unknown;
  settings?: unknown;
  dedupe?: unknown;
  trialCertificate?: unknown;
  tolerance?: unknown;
}

/** Checks the keys against each other; also if one of them is invalid, so that every problem is reported at once. */
function refuseTogether(source: unknown, context: z.RefinementCtx): void {
  if (typeof source !== "object" || source === null) return;
  const given = source as GivenSource;
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  const provider = typeof given.provider === "string" ? findProvider(given.provider) : null;

  refuseSecrets(given.secrets, { provider, refuse });
  refuseDedupe(given, { provider, refuse });
  refuseFaults(given, refuse);
  if (given.recipe !== undefined) refuseBesideRecipe(given, refuse);
  else refuseBesideProvider(given, { provider, refuse });
}

type Refuse = (path: (string | number)[], message: string) => void;

/** An id that is never there would tell nothing apart. */
function refuseDedupe(
  { dedupe, recipe, describe }: GivenSource,
  { provider, refuse }: { provider: Provider | null; refuse: Refuse },
): void {
  if (dedupe !== "id" && dedupe !== "id_and_body") return;
  if (recipe !== undefined) {
    const hasId = ((describe as { id?: unknown } | undefined)?.id ?? null) !== null;
    if (!hasId) refuse(["dedupe"], "needs an id: set describe.id to where it is");
  } else if (provider !== null && !sendsIds(provider)) {
    refuse(["dedupe"], `needs an id, and ${provider.name} sends none: use body or none`);
  }
}

function refuseSecrets(
  secrets: unknown,
  { provider, refuse }: { provider: Provider | null; refuse: Refuse },
): void {
  const { name, secretsSetting } = provider ?? {};
  if (secretsSetting !== undefined) {
    if (secrets === undefined) return;
    refuse(
      ["secrets"],
      `must be left out: ${name} has no shared secret, set settings.${secretsSetting} instead`,
    );
    return;
  }
  const enrols = provider?.handshake?.enrols === true;
  if (secrets === undefined && !enrols) refuse(["secrets"], "is missing: it must be an array");
  if (!Array.isArray(secrets)) return;
  // An invalid secret is already reported, and was meant to verify.
  if (secrets.some((secret) => (secret as ReadSecret | undefined)?.verifies !== false)) return;
  if (enrols) return;
  const state = secrets.length === 0 ? "is empty" : "has no secret in force";
  refuse(["secrets"], `${state}: ${NO_SECRET}`);
}

/** Refuses secrets that cannot be meant: placeholders, and public keys where the recipe has a shared secret. */
function refuseFaults(given: GivenSource, refuse: Refuse): void {
  if (!Array.isArray(given.secrets)) return;
  const recipe = chosenRecipe(given);
  for (const [index, secret] of given.secrets.entries()) {
    const { value = null, verifies = false } = (secret ?? {}) as Partial<ReadSecret>;
    if (!verifies || value === null) continue;
    const publicKeys = recipe === null || isMeantPublic(recipe, value);
    const fault = findSecretFault(value, { publicKeys });
    if (fault !== null) refuse(["secrets", index], fault);
  }
}

/** The recipe of a source: its own, or its provider's; null if it has none that is valid. */
function chosenRecipe({ provider: id, recipe, alternatives, scheme }: GivenSource): Recipe | null {
  const provider = typeof id === "string" ? findProvider(id) : null;
  const own = (recipe as Recipe | null | undefined) ?? null;
  const others = Array.isArray(alternatives) ? (alternatives as (Recipe | null)[]) : [];
  const first = provider?.recipe ?? own;
  if (first === null) return null;
  const known = provider ?? { recipe: first, alternatives: others.filter((one) => one !== null) };
  return (typeof scheme === "string" ? recipeFor(known, scheme) : null) ?? first;
}

function refuseBesideProvider(
  given: GivenSource,
  { provider, refuse }: { provider: Provider | null; refuse: Refuse },
): void {
  if (given.provider === undefined) {
    refuse(["provider"], "is missing: name a provider, or write your own recipe");
  }
  if (given.describe !== undefined) {
    refuse(
      ["describe"],
      "is only for your own recipe: Hookgate knows where providers put the type",
    );
  }
  for (const key of ["alternatives", "handshake", "methods", "ownResponse"] as const) {
    if (given[key] !== undefined)
      refuse([key], "is only for your own recipe: providers have theirs");
  }
  if (provider === null) return;
  const recipe = chooseRecipe(provider, { scheme: given.scheme, refuse });
  if (recipe !== null && given.publicUrl === undefined && signsUrl(recipe, provider)) {
    const message = `is missing: ${provider.name} signs the URL, so set the one that it calls, such as ${EXAMPLE_URL}`;
    refuse(["publicUrl"], message);
  }
  if (given.tolerance !== undefined && recipe !== null && !signsTime(recipe)) {
    const message = `is only for schemes that sign a time, which ${recipe.scheme} does not: leave it out`;
    refuse(["tolerance"], message);
  }
  if (given.trialCertificate !== undefined && recipe !== null && !fetchesKeys(recipe)) {
    refuse(
      ["trialCertificate"],
      `is only for providers that publish a certificate or keys, which ${provider.name} does not`,
    );
  }
  if (typeof given.settings !== "object" || given.settings === null) return;
  const settings = given.settings as Record<string, unknown>;
  for (const [name, message] of findSettingProblems(settings, provider)) {
    refuse(["settings", name], message);
  }
}

function refuseBesideRecipe(given: GivenSource, refuse: Refuse): void {
  if (given.provider !== undefined) {
    refuse([], "has a provider and a recipe: keep one");
    return;
  }
  refuseScheme(given, refuse);
  const settings = Object.keys((given.settings as object | undefined) ?? {});
  if (settings.length > 0) refuse(["settings"], "are for providers: leave them out");
  const recipe = given.recipe as Recipe | null;
  const problem = recipe === null ? null : findHandshakeProblem(given as OwnScheme);
  if (problem !== null) refuse(["handshake"], problem);
  if (given.trialCertificate !== undefined && recipe !== null && !fetchesKeys(recipe)) {
    refuse(["trialCertificate"], "is only for recipes of kind certificate, or with a keySet");
  }
  if (given.tolerance !== undefined) {
    const cure =
      recipe === null || signsTime(recipe)
        ? "set pastSecondsMax and futureSecondsMax in the recipe"
        : "your recipe signs no time, so leave it out, or add a timestamp that the sender signs";
    refuse(["tolerance"], `is for providers: ${cure}`);
  }
  if (given.publicUrl !== undefined || recipe === null || !signsUrl(recipe)) return;
  const message = `is missing: the recipe signs the URL, so set the one that the sender calls, such as ${EXAMPLE_URL}`;
  refuse(["publicUrl"], message);
}

/** A recipe's scheme is one of its own, if it has several. */
function refuseScheme({ scheme, recipe, alternatives }: GivenSource, refuse: Refuse): void {
  const others = Array.isArray(alternatives) ? (alternatives as (Recipe | null)[]) : [];
  const known = [recipe as Recipe | null, ...others].map((one) => one?.scheme);
  if (scheme !== undefined && others.length === 0) {
    refuse(["scheme"], "chooses among several schemes: leave it out, or add alternatives");
  } else if (scheme !== undefined && !known.includes(scheme as string)) {
    refuse(["scheme"], `is not a scheme of this source: it has ${known.join(", ")}`);
  }
  if (new Set(known).size < known.length) refuse(["alternatives"], "have one scheme twice");
}

function chooseRecipe(
  provider: Provider,
  { scheme, refuse }: { scheme: unknown; refuse: Refuse },
): Recipe | null {
  if (scheme === undefined) return provider.recipe;
  if (typeof scheme !== "string") return null;
  const chosen = recipeFor(provider, scheme);
  if (chosen !== null) return chosen;
  const known = [provider.recipe, ...(provider.alternatives ?? [])].map((one) => one.scheme);
  refuse(["scheme"], `is not a scheme of ${provider.name}: it has ${known.join(", ")}`);
  return null;
}

interface SharedSecret {
  id: string;
  value: string;
}

/** Those that nobody else may know: a public key may be short, and end with a line break. */
function sharedOf(secrets: readonly NamedSecret[], recipe: Recipe | null): SharedSecret[] {
  return secrets.flatMap(({ id, value }) =>
    value === null || (recipe !== null && isMeantPublic(recipe, value)) ? [] : { id, value },
  );
}

function findWeak(secrets: readonly SharedSecret[]): ReadSource["weak"] {
  return secrets.flatMap(({ id, value }) => {
    const why = findWeakness(value);
    return why === null ? [] : { id, why };
  });
}

function findWrapped(secrets: readonly SharedSecret[]): ReadSource["wrapped"] {
  return secrets.flatMap(({ id, value }) => {
    const what = findWrapping(value);
    return what === null ? [] : [{ id, what }];
  });
}

/** Warns only: providers may change what their secrets look like. */
function findOdd(
  provider: Provider | null,
  { scheme, secrets }: { scheme: string | null; secrets: readonly NamedSecret[] },
): ReadSource["odd"] {
  const { pattern = null, note = "" } = provider?.secretHint ?? {};
  if (pattern === null || (scheme !== null && scheme !== provider?.recipe.scheme)) {
    return { ids: [], note };
  }
  const odd = secrets.filter(({ value }) => value !== null && !pattern.test(value));
  return { ids: odd.map(({ id }) => id), note };
}

function describeUnknownProvider(id: string): string {
  const known = Object.keys(PROVIDERS);
  const nearest = nearestName(id, known);
  if (nearest !== null) return `is unknown: did you mean ${JSON.stringify(nearest)}?`;
  return `is unknown: the providers are ${known.join(", ")}`;
}

const URL_CHARS_MAX = 2_000;

/** Kept exactly as it is written: signatures cover it byte for byte, with the request's query appended. */
export const publicUrlSchema = z.string().superRefine((text, context) => {
  if (isPublicUrl(text)) return;
  const message =
    "must be the URL that the provider calls, without a query, such as https://hooks.example.com/api/webhooks/stripe";
  context.addIssue({ code: "custom", message });
});

function isPublicUrl(text: string): boolean {
  if (text.length > URL_CHARS_MAX || !/^https?:\/\/[!-~]+$/.test(text) || /[?#]/.test(text)) {
    return false;
  }
  return URL.canParse(text);
}

/**
 * Whether the public URL is part of what is signed. If a function computes what is signed, `needsPublicUrl` of the
 * provider says so, for its first scheme.
 */
export function signsUrl(recipe: Recipe, provider?: Provider): boolean {
  if (provider?.needsPublicUrl === true && recipe === provider.recipe) return true;
  if (recipe.kind === "any") return recipe.recipes.some((one) => signsUrl(one));
  if (!("signed" in recipe)) return false;
  return recipe.signed.some((part) => {
    return part === "url" || (typeof part === "object" && "urlDecoding" in part);
  });
}
