import type { Sample } from "@hookgate/providers";
import type { CompiledSource } from "@hookgate/receive";
import { type OutgoingRequest, type Recipe, type SignOptions, sign } from "@hookgate/signature";
import { CliError } from "../cli.ts";
import { findTrialKeys } from "./trial_keys.ts";

/** Options for {@linkcode signSample}. */
export interface SignSampleOptions {
  source: CompiledSource;
  /** Where the edge listens for this source. */
  endpoint: URL;
  /** Where the keys are that `hookgate keys` made. */
  dataDir: string;
  /** In milliseconds since 1970. */
  now: number;
}

/**
 * The request that the provider would send with this event: signed for the source's public URL, addressed to the endpoint.
 *
 * @throws {CliError} if it cannot be signed, with what to do about it.
 */
export function signSample(sample: Sample, options: SignSampleOptions): OutgoingRequest {
  const { source, endpoint } = options;
  const unsigned: OutgoingRequest = {
    method: "POST",
    url: source.signedUrl(endpoint.href),
    headers: { ...sample.headers, "content-type": sample.contentType },
    body: Buffer.from(source.provider.compactJson ? compact(sample.body) : sample.body),
  };
  const signed = signWith(source.provider.recipe, unsigned, chooseKey(options));
  // Some schemes write into the query: that is part of the address, too.
  const query = signed.url.indexOf("?");
  const url = query < 0 ? endpoint.href : endpoint.href + signed.url.slice(query);
  return { ...signed, url };
}

function compact(json: string): string {
  return JSON.stringify(JSON.parse(json));
}

function signWith(recipe: Recipe, request: OutgoingRequest, options: SignOptions): OutgoingRequest {
  try {
    return sign(recipe, request, options);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    throw new CliError(error.message, { cause: error });
  }
}

function chooseKey({ source, dataDir, now }: SignSampleOptions): SignOptions {
  const { recipe } = source.provider;
  const secrets = source.secretsAt(now);
  const [first] = secrets;
  if (first === undefined) {
    throw new CliError(`Cannot sign: source "${source.name}" has no secret in use`);
  }
  for (const { value } of isShared(recipe) ? [] : secrets) {
    const keys = findTrialKeys(dataDir, value);
    if (keys?.privateKey) return { secret: value, privateKey: keys.privateKey, now };
  }
  if (isPrivate(recipe)) throw new CliError(explainKeys(source));
  return { secret: first.value, now };
}

/** Whether the secret is enough to sign. */
function isShared(recipe: Recipe): boolean {
  return kindsOf(recipe).every((one) => !needsPrivateKey(one));
}

/** Whether signing takes a private key. */
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

function explainKeys({ name: source, provider: { id, name } }: CompiledSource): string {
  return (
    `Cannot sign: only ${name} has the private key for source "${source}"; make your own pair with ` +
    `npx hookgate keys ${id} and let a source trust it`
  );
}
