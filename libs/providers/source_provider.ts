import {
  type ClaimRule,
  decodeKey,
  type JwtRecipe,
  type Place,
  type Recipe,
  type SignedRequest,
  type Tolerance,
  toleranceOf,
  withTolerance,
} from "@hookgate/signature";
import { bodyContent, type Source } from "@hookgate/types";
import { readRule } from "./describe_event.ts";
import type { DescribeRule, Provider, Sample } from "./provider.ts";
import { PROVIDERS } from "./providers.ts";
import { guardRecipe, type HandshakeRule, recipeHandshake } from "./recipe_handshake.ts";
import { requiredPlaces } from "./recipe_places.ts";
import { type PlacedText, requestWith } from "./recipe_request.ts";
import { providerType } from "./sample.ts";

/** The `provider` of a source that has a recipe of its own. */
export const OWN_PROVIDER_ID = "custom";

/** How a source's own requests are read: where the type and the id are, and which of the specification's types they are. */
export interface OwnDescribe extends DescribeRule {
  canonical?: Provider["canonical"];
}

/** What a source says of a sender that is not a provider: the same as a provider's file. */
export interface OwnScheme {
  /** Its own recipe instead of a provider's; its `provider` is {@linkcode OWN_PROVIDER_ID} then. */
  recipe?: Recipe;
  /** Its other schemes, of which the source's `scheme` chooses one. @default {[]} */
  alternatives?: readonly Recipe[];
  /** @default {type: the body's `type`, id: none} */
  describe?: OwnDescribe;
  handshake?: HandshakeRule;
  /** The methods that events are sent with. @default {["POST"]} */
  methods?: NonNullable<Provider["methods"]>;
  /** The answer to events. @default {Hookgate's own} */
  ownResponse?: NonNullable<Provider["ownResponse"]>;
}

/** What a source says about how it is verified and read. */
export interface SourceScheme extends Pick<Source, "provider" | "scheme">, OwnScheme {
  /** How late or early its requests may be, in seconds, instead of as its recipe says. @default {as the recipe says} */
  tolerance?: Partial<Tolerance>;
  /** @default {{}} */
  settings?: Readonly<Record<string, string>>;
}

/** The provider with this id; null if there is none. */
export function findProvider(id: string): Provider | null {
  return PROVIDERS[id] ?? null;
}

/**
 * The recipe of this name among a provider's own and its alternatives, or its own for null; null if it has none of that
 * name. Only an operator chooses: a request cannot ask for a weaker scheme.
 */
export function recipeFor(
  { recipe, alternatives = [] }: Pick<Provider, "recipe" | "alternatives">,
  scheme: string | null,
): Recipe | null {
  if (scheme === null) return recipe;
  return [recipe, ...alternatives].find((one) => one.scheme === scheme) ?? null;
}

/**
 * The provider that verifies and reads a source's requests. Its `recipe` is the one that counts for this source: the
 * provider's first, the one named by `scheme`, or the source's own, with the source's tolerance and settings. Null for a
 * provider or scheme that does not exist, which `loadConfig` refuses.
 */
export function sourceProvider(source: SourceScheme): Provider | null {
  const provider = chosenProvider(source);
  if (provider === null) return null;
  const { tolerance, settings = {} } = source;
  const set = withSettings(provider.recipe, settings);
  const recipe = tolerance === undefined ? set : withTolerance(set, tolerance);
  return recipe === provider.recipe ? provider : { ...provider, recipe };
}

/** The recipe with the values of the settings that its claims name. One that is not set allows nothing. */
export function withSettings(recipe: Recipe, settings: Readonly<Record<string, string>>): Recipe {
  if (recipe.kind !== "jwt" || recipe.claims === undefined) return recipe;
  const rules = Object.values(recipe.claims);
  const isNamed = rules.some((rule) => "setting" in rule && Object.hasOwn(settings, rule.setting));
  if (!isNamed) return recipe;
  const claims = Object.entries(recipe.claims).map(([name, rule]): [string, ClaimRule] => {
    const set = "setting" in rule ? settings[rule.setting]?.split(",") : rule;
    return [name, set?.map((value) => value.trim()) ?? rule];
  });
  return { ...recipe, claims: Object.fromEntries(claims) } satisfies JwtRecipe;
}

function chosenProvider(source: SourceScheme): Provider | null {
  if (source.recipe !== undefined) return ownProvider({ ...source, recipe: source.recipe });
  const provider = findProvider(source.provider);
  if (provider === null || source.scheme === null) return provider;
  const recipe = recipeFor(provider, source.scheme);
  if (recipe === null) return null;
  if (recipe === provider.recipe) return provider;
  // What is known of a secret's looks is known of the provider's first scheme.
  return { ...provider, recipe, secretHint: { ...provider.secretHint, pattern: null } };
}

/** Whether a recipe signs a time, so that it has a tolerance. */
export function signsTime(recipe: Recipe): boolean {
  return toleranceOf(recipe) !== null;
}

/** Whether a recipe may need a certificate or a key set that its sender publishes. */
export function fetchesKeys(recipe: Recipe): boolean {
  if (recipe.kind === "any") return recipe.recipes.some(fetchesKeys);
  return recipe.kind === "certificate" || (recipe.kind === "jwt" && recipe.keySet !== undefined);
}

/**
 * Whether a recipe would verify with a secret that both sides share, and with this one: then it must not be a public key, with which
 * anybody could sign.
 */
export function sharesSecret(recipe: Recipe, secret: string): boolean {
  switch (recipe.kind) {
    case "any":
      return recipe.recipes.some((one) => sharesSecret(one, secret));
    case "public_key":
    case "certificate":
      return false;
    case "jwt":
      return recipe.algorithm === "HS256";
    case "hmac":
    case "hash":
    case "items":
      return decodeKey(recipe.key ?? "utf8", secret) !== null;
    case "basic":
    case "shared_secret":
      return true;
  }
}

const DEFAULT_DESCRIBE: OwnDescribe = { type: { json: "/type" }, id: null };

function ownProvider(source: SourceScheme & { recipe: Recipe }): Provider | null {
  const { scheme, handshake, methods, ownResponse, describe = DEFAULT_DESCRIBE } = source;
  const { canonical = {} } = describe;
  const alternatives = [source.recipe, ...(source.alternatives ?? [])];
  const chosen = recipeFor(source, scheme);
  if (chosen === null) return null;
  const recipe = guardRecipe(chosen, handshake);
  return {
    id: OWN_PROVIDER_ID,
    name: "A recipe of your own",
    documentation: "README.md",
    recipe,
    alternatives,
    ...(handshake !== undefined && { handshake: recipeHandshake(handshake, recipe) }),
    ...(methods !== undefined && { methods }),
    ...(ownResponse !== undefined && { ownResponse }),
    describe: hasTokenBody(recipe) ? (request) => readRule(describe, claimsOf(request)) : describe,
    canonical,
    identity: { bodiesDiffer: false },
    credentialHeaders: alternatives.flatMap(tokenHeaders),
    ackDeadlineMs: null,
    retries: { automatic: null, horizonMs: null, note: "Nothing is known about its sender." },
    needsPublicUrl: false,
    secretHint: { pattern: null, note: "what the recipe takes as its key" },
    evidence: ["formula"],
    sampleTypes: ["example"],
    sample: (type, now) => sampleOf(providerType(canonical, type), { recipe, describe, now }),
  };
}

function hasTokenBody(recipe: Recipe): boolean {
  if (recipe.kind === "any") return recipe.recipes.some(hasTokenBody);
  return recipe.kind === "jwt" && recipe.token === "body";
}

/** A request with the claims in place of the token that its body is. */
function claimsOf(request: SignedRequest): SignedRequest {
  const content = bodyContent(() => "", request.body);
  return "json" in content ? { ...request, body: content.json } : request;
}

/** An event with its type and id where they are read, and some text wherever else the recipe signs one. */
function sampleOf(
  type: string,
  { recipe, describe, now }: { recipe: Recipe; describe: DescribeRule; now: Date },
): Sample {
  const [single] = recipe.kind === "any" ? recipe.recipes : [recipe];
  const signed = single === undefined ? [] : requiredPlaces(single);
  const texts: PlacedText[] = signed
    .filter((place) => !isOfSigner(place, single))
    .map((place) => [place, "example"]);
  const [typeAt] = [describe.type].flat();
  const [idAt] = [describe.id ?? []].flat();
  if (typeAt !== undefined) texts.push([typeAt as Place, type]);
  if (idAt !== undefined) texts.push([idAt as Place, `evt-${now.getTime()}`]);
  const json = { timestamp: now.toISOString(), data: {} };
  const { headers, body } = requestWith(texts, { url: "http://localhost/", json });
  const { "content-type": contentType = "", ...others } = headers;
  return { body: Buffer.from(body).toString(), contentType, headers: others };
}

/** Whether signing writes there: the signature, the secret, the time or the body's digest. */
function isOfSigner(place: Place, recipe: Exclude<Recipe, { kind: "any" }> | undefined): boolean {
  const own: unknown[] = [];
  if (recipe !== undefined && "signature" in recipe) own.push(recipe.signature);
  if (recipe !== undefined && "timestamp" in recipe) own.push(recipe.timestamp?.from);
  if (recipe !== undefined && "bodyDigest" in recipe && recipe.bodyDigest !== null) {
    own.push(
      "from" in (recipe.bodyDigest ?? {}) ? Reflect.get(recipe.bodyDigest ?? {}, "from") : null,
    );
  }
  if (recipe?.kind === "shared_secret") own.push(recipe.from);
  if (recipe?.kind === "jwt") own.push(recipe.token);
  return own.some((one) => JSON.stringify(one) === JSON.stringify(place));
}

/** Headers with tokens: a token may not be bound to the body. */
function tokenHeaders(recipe: Recipe): string[] {
  if (recipe.kind === "any") return recipe.recipes.flatMap(tokenHeaders);
  if (recipe.kind !== "jwt" || recipe.token === "body") return [];
  return "header" in recipe.token ? [recipe.token.header] : [];
}
