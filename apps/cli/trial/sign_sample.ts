import type { Provider, Sample } from "@hookgate/providers";
import { type OutgoingRequest, type Recipe, type SignOptions, sign } from "@hookgate/signature";
import type { Source } from "@hookgate/types";
import { CliError } from "../cli_error.ts";
import { findTrialKeys } from "./trial_keys.ts";
import { verifyingSecrets } from "./verifying_secrets.ts";

/** Options for {@linkcode signSample}. */
export interface SignSampleOptions {
  source: Source;
  /** Its recipe is the one that the source is held to. */
  provider: Provider;
  /** Where the edge listens for this source. */
  endpoint: URL;
  /** Where keys are that were made here. */
  dataDir: string;
  /** In milliseconds since 1970. */
  now: number;
}

/**
 * The request that the provider would send with this event: signed for the source's public URL, its own address being the
 * endpoint's.
 *
 * @throws {CliError} where it cannot be signed so, with what to do about it.
 */
export function signSample(sample: Sample, options: SignSampleOptions): OutgoingRequest {
  const { source, provider, endpoint, dataDir, now } = options;
  const { recipe } = provider;
  const unsigned: OutgoingRequest = {
    method: "POST",
    url: source.publicUrl ?? endpoint.href,
    headers: { ...sample.headers, "content-type": sample.contentType },
    body: Buffer.from(sample.body),
  };
  const signed = signWith(recipe, unsigned, chooseKey({ source, provider, dataDir, now }));
  // Where the scheme has written into the query, that is a part of the address, too.
  const query = signed.url.indexOf("?");
  const url = query < 0 ? endpoint.href : endpoint.href + signed.url.slice(query);
  return { ...signed, url };
}

function signWith(recipe: Recipe, request: OutgoingRequest, options: SignOptions): OutgoingRequest {
  try {
    return sign(recipe, request, options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(error.message, { cause: error });
  }
}

type ChooseKeyOptions = Omit<SignSampleOptions, "endpoint">;

function chooseKey({ source, provider, dataDir, now }: ChooseKeyOptions): SignOptions {
  const secrets = verifyingSecrets(source, now);
  const [first] = secrets;
  if (first === undefined) {
    throw new CliError(`Cannot sign: source "${source.name}" has no secret in use`);
  }
  for (const { value } of isShared(provider.recipe) ? [] : secrets) {
    const keys = findTrialKeys(dataDir, value);
    if (keys?.privateKey) return { secret: value, privateKey: keys.privateKey, now };
  }
  if (isPrivate(provider.recipe)) throw new CliError(explainKeys(source, provider));
  return { secret: first.value, now };
}

/** Whether the secret is all that it takes to sign. */
function isShared(recipe: Recipe): boolean {
  return kindsOf(recipe).every((one) => !needsPrivateKey(one));
}

/** Whether nothing can be signed without a private key. */
function isPrivate(recipe: Recipe): boolean {
  return kindsOf(recipe).every(needsPrivateKey);
}

function kindsOf(recipe: Recipe): readonly Recipe[] {
  return recipe.kind === "any" ? recipe.recipes : [recipe];
}

function needsPrivateKey(recipe: Recipe): boolean {
  if (recipe.kind === "jwt") return recipe.algorithm !== "HS256";
  return recipe.kind === "public_key" || recipe.kind === "certificate";
}

function explainKeys(source: Source, { id, name }: Provider): string {
  return (
    `Cannot sign: only ${name} has the private key for source "${source.name}"; make a pair of your own with ` +
    `npx hookgate keys ${id}, and let a source trust it`
  );
}
