import {
  findProvider,
  OWN_PROVIDER_ID,
  PROVIDERS,
  type Provider,
  recipeFor,
} from "@hookgate/providers";
import type { AllowedIps } from "@hookgate/types";
import { z } from "zod";
import type { ConfiguredSource, Recipe } from "../config.ts";
import { addressRange } from "./addresses.ts";
import { either, strictObject } from "./combinators.ts";
import { nearestName } from "./issues.ts";
import { describeSchema } from "./place_schema.ts";
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

/** Ranges in one list: it is looked through for every request. */
export const RANGES_MAX = 1_000;

const NO_SECRET = "add one, as a source without a secret accepts nothing";
const EXAMPLE_URL = "https://hooks.example.com/api/webhooks/…";

/** A source without its name, and what its secrets should be warned of. */
export interface ReadSource extends Omit<ConfiguredSource, "name"> {
  /** Ids of secrets whose time is up. */
  pastIds: string[];
  /** Ids of secrets that are not written as the provider's are, and how those are. */
  odd: { ids: string[]; note: string };
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
    describe: describeSchema.optional(),
    secrets: secretsSchema(secretSchema(options)).optional(),
    scheme: z.string().optional(),
    publicUrl: publicUrlSchema.optional(),
    settings: settingsSchema,
    trialCertificate: trialCertificateSchema(options).optional(),
    allowedIps,
  })
    .superRefine(refuseTogether, { when: () => true })
    .transform((source): ReadSource => {
      const { provider: id = OWN_PROVIDER_ID, scheme = null, publicUrl = null } = source;
      const { recipe, describe, settings, trialCertificate, allowedIps } = source;
      const secrets = source.secrets ?? settingSecrets(findProvider(id), settings);
      const named = nameSecrets(secrets);
      const verifying = named.filter(({ verifies }) => verifies);
      return {
        provider: id,
        secrets: keptSecrets(named),
        scheme,
        publicUrl,
        settings,
        allowedIps,
        ...(recipe !== undefined && { recipe }),
        ...(describe !== undefined && { describe }),
        ...(trialCertificate !== undefined && { trialCertificate }),
        pastIds: pastSecretIds(named),
        odd: findOdd(findProvider(id), { scheme, secrets: verifying }),
      };
    });
}

const ranges = z.array(addressRange()).max(RANGES_MAX);

const allowList = either({
  when: Array.isArray,
  first: ranges.transform((ranges): AllowedIps => ({ mode: "enforce", ranges })),
  second: strictObject({ mode: z.enum(["off", "shadow", "enforce"]).default("enforce"), ranges }),
}).superRefine(({ mode, ranges }, context) => {
  if (mode === "off" || ranges.length > 0) return;
  context.addIssue({ code: "custom", message: "has no ranges, so nobody could send: list some" });
});

const allowedIps = allowList
  .optional()
  .transform((allowed): AllowedIps => allowed ?? { mode: "off", ranges: [] });

/** The texts that stand for secrets, where the provider shares none. */
function settingSecrets(
  provider: Provider | null,
  settings: Readonly<Record<string, string>>,
): ReadSecret[] {
  const texts = settings[provider?.secretsSetting ?? ""]?.split(",") ?? [];
  return texts.map((text) => {
    return { id: null, value: text.trim(), state: "active", until: null, verifies: true };
  });
}

/** Keys as they were given: each of them may be bad, and has its own problem then. */
interface GivenSource {
  provider?: unknown;
  recipe?: unknown;
  describe?: unknown;
  secrets?: unknown;
  scheme?: unknown;
  publicUrl?: unknown;
  settings?: unknown;
  trialCertificate?: unknown;
}

/** What the keys ask of each other. Also called where one of them is bad, so that every problem is told at once. */
function refuseTogether(source: unknown, context: z.RefinementCtx): void {
  if (typeof source !== "object" || source === null) return;
  const given = source as GivenSource;
  const refuse = (path: (string | number)[], message: string) =>
    context.addIssue({ code: "custom", path, message });
  const provider = typeof given.provider === "string" ? findProvider(given.provider) : null;

  refuseSecrets(given.secrets, { provider, refuse });
  if (given.recipe !== undefined) refuseBesideRecipe(given, refuse);
  else refuseBesideProvider(given, { provider, refuse });
}

type Refuse = (path: (string | number)[], message: string) => void;

function refuseSecrets(
  secrets: unknown,
  { provider, refuse }: { provider: Provider | null; refuse: Refuse },
): void {
  const { name, secretsSetting } = provider ?? {};
  if (secretsSetting !== undefined) {
    if (secrets === undefined) return;
    refuse(["secrets"], `are not for ${name}, which shares none: write settings.${secretsSetting}`);
    return;
  }
  if (secrets === undefined) refuse(["secrets"], "is missing: it must be an array");
  if (!Array.isArray(secrets)) return;
  // A bad one has its own problem, and would have been one that verifies.
  if (secrets.some((secret) => (secret as ReadSecret | undefined)?.verifies !== false)) return;
  if (provider?.handshake?.enrols === true) return;
  const state = secrets.length === 0 ? "is empty" : "has no secret left that is accepted";
  refuse(["secrets"], `${state}: ${NO_SECRET}`);
}

function refuseBesideProvider(
  given: GivenSource,
  { provider, refuse }: { provider: Provider | null; refuse: Refuse },
): void {
  if (given.provider === undefined) {
    refuse(["provider"], "is missing: it must be a string, or write a recipe of your own");
  }
  if (given.describe !== undefined) {
    refuse(["describe"], "is for a recipe of your own: providers know where the type stands");
  }
  if (provider === null) return;
  const recipe = chooseRecipe(provider, { scheme: given.scheme, refuse });
  if (recipe !== null && given.publicUrl === undefined && signsUrl(recipe, provider)) {
    const message = `is missing: ${provider.name} signs its URL, so write the one that it calls, such as ${EXAMPLE_URL}`;
    refuse(["publicUrl"], message);
  }
  if (given.trialCertificate !== undefined && recipe !== null && recipe.kind !== "certificate") {
    refuse(
      ["trialCertificate"],
      `is for providers that sign with one, which ${provider.name} does not`,
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
  if (given.scheme !== undefined) refuse(["scheme"], "is for a provider's schemes: leave it out");
  const settings = Object.keys((given.settings as object | undefined) ?? {});
  if (settings.length > 0) refuse(["settings"], "are a provider's: leave them out");
  const recipe = given.recipe as Recipe | null;
  if (given.trialCertificate !== undefined && recipe !== null && recipe.kind !== "certificate") {
    refuse(["trialCertificate"], "is for recipes that sign with one");
  }
  if (given.publicUrl !== undefined || recipe === null || !signsUrl(recipe)) return;
  const message = `is missing: the recipe signs the URL, so write the one that is called, such as ${EXAMPLE_URL}`;
  refuse(["publicUrl"], message);
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
  refuse(["scheme"], `is none of ${provider.name}'s: it has ${known.join(", ")}`);
  return null;
}

/** A secret that looks otherwise may still be right: what they look like is the provider's to change. */
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

/** What a request's query is put behind, and compared to the byte: kept as it is written. */
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
  const url = URL.canParse(text) ? new URL(text) : null;
  return url !== null && url.username === "" && url.password === "";
}

/**
 * Whether the public URL is part of what is signed. What a function signs is the provider's to say; it says so of its
 * first scheme.
 */
export function signsUrl(recipe: Recipe, provider?: Provider): boolean {
  if (provider?.needsPublicUrl === true && recipe === provider.recipe) return true;
  if (recipe.kind === "any") return recipe.recipes.some((one) => signsUrl(one));
  if (!("signed" in recipe)) return false;
  return recipe.signed.some((part) => {
    return part === "url" || (typeof part === "object" && "urlDecoding" in part);
  });
}
