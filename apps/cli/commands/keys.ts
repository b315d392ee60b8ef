import { basename } from "node:path";
import { nearestName, readEnv } from "@hookgate/config";
import { findProvider, PROVIDERS, type Provider } from "@hookgate/providers";
import type { Recipe } from "@hookgate/signature";
import type { Command } from "commander";
import { type Cli, CliError, write } from "../cli.ts";
import { addJson, type JsonOption } from "../show/answer.ts";
import { showJson } from "../show/show_text.ts";
import { ensureTrialKeys, type TrialKeys } from "../trial/trial_keys.ts";

interface KeysOptions extends JsonOption {
  scheme?: string;
}

/** Adds `hookgate keys <provider>`: keys to try a provider without an account there. */
export function addKeys(program: Command, cli: Cli): void {
  const command = program
    .command("keys")
    .description("make a secret or a key pair to try a provider without an account")
    .argument("<provider>", "id of a provider, such as discord")
    .option("--scheme <scheme>", "one of the provider's schemes, if it has several");
  addJson(command).action((id: string, options: KeysOptions) => makeKeys(id, options, cli));
}

async function makeKeys(id: string, { scheme, json }: KeysOptions, cli: Cli): Promise<void> {
  const provider = findProvider(id);
  if (provider === null) {
    throw new CliError(`Cannot make keys: there is no provider "${id}"${nearest(id)}`, {
      exitCode: 2,
    });
  }
  const recipe = chooseRecipe(provider, scheme);
  const { dataDir, edgePort } = readEnv(cli.env);
  const name = scheme === undefined ? id : `${id}.${scheme}`;
  const { trial } = provider.secretHint;
  const keys = ensureTrialKeys(dataDir, {
    name,
    recipe,
    now: cli.now(),
    ...(trial && { form: trial }),
  });
  const text = json
    ? `${showJson(keysValue(keys, { provider, scheme }))}\n`
    : describeKeys(keys, { provider, scheme, edgePort });
  await write(cli.stdout, text);
}

function chooseRecipe(provider: Provider, scheme: string | undefined): Recipe {
  const all = [provider.recipe, ...(provider.alternatives ?? [])];
  if (scheme === undefined) return provider.recipe;
  const each = all.flatMap((one) => (one.kind === "any" ? [one, ...one.recipes] : [one]));
  const found = each.find((one) => one.scheme === scheme);
  if (found !== undefined) return found;
  const names = each.map((one) => one.scheme).join(", ");
  throw new CliError(
    `Cannot make keys: ${provider.name} has no scheme "${scheme}", only ${names}`,
    {
      exitCode: 2,
    },
  );
}

interface DescribeKeysOptions {
  provider: Provider;
  scheme: string | undefined;
  edgePort: number;
}

/** Where they are, never what they are. */
function keysValue(
  { secretPath, directory, privateKey, certificatePath }: TrialKeys,
  { provider, scheme }: Pick<DescribeKeysOptions, "provider" | "scheme">,
) {
  return {
    provider: provider.id,
    scheme: scheme ?? provider.recipe.scheme,
    source: `trial/${provider.id}`,
    kind: privateKey === null ? "secret" : "key pair",
    directory,
    secretFile: secretPath,
    trialCertificate: certificatePath,
  };
}

function nearest(id: string): string {
  const found = nearestName(id, Object.keys(PROVIDERS));
  return found === null ? "; docs/providers.md lists them" : `; did you mean ${found}?`;
}

function describeKeys(
  { secret, secretPath, directory, privateKey, certificatePath }: TrialKeys,
  { provider, scheme, edgePort }: DescribeKeysOptions,
): string {
  const { id, name, alternatives = [], settings = [], sampleTypes, needsPublicUrl } = provider;
  const { secretsSetting } = provider;
  const url = `http://127.0.0.1:${edgePort}/api/webhooks/trial/${id}`;
  const trusted =
    certificatePath === null
      ? 'the public key, for the source, in "secret"'
      : `its ${certificatePath.endsWith(".json") ? "key set" : "certificate"}, for the source, in "${basename(certificatePath)}"`;
  const what =
    privateKey === null
      ? `A secret in the form that ${name} uses is in ${secretPath}.`
      : `A key pair for ${name} is in ${directory}: ${trusted}.`;
  const lines = [
    `    provider: "${id}",`,
    ...(alternatives.some((one) => one.scheme === scheme) ? [`    scheme: "${scheme}",`] : []),
    ...(secretsSetting === undefined
      ? [`    secrets: [{ id: "trial", file: ${JSON.stringify(secretPath)} }],`]
      : []),
    ...(certificatePath === null
      ? []
      : [`    trialCertificate: ${JSON.stringify(certificatePath)},`]),
    ...(needsPublicUrl ? [`    publicUrl: ${JSON.stringify(url)},`] : []),
    ...settingLines(
      settings
        .filter(({ required }) => required)
        .map((one) => (one.name === secretsSetting ? { ...one, value: secret } : one)),
    ),
  ];
  return [
    what,
    "Anybody who can read it can send events: use it only for a source that is there for trying things out.",
    "",
    `  "trial/${id}": {`,
    ...lines,
    "  },",
    "",
    "Add this to the sources in hookgate.config.ts, reload it (SIGHUP, or npm start), and send:",
    "",
    `  npx hookgate send ${sampleTypes[0] ?? "test"} --source trial/${id}`,
    "",
  ].join("\n");
}

/** With `…` for values that only the operator knows. */
function settingLines(
  settings: readonly { name: string; note: string; value?: string }[],
): string[] {
  if (settings.length === 0) return [];
  const lines = settings.map(
    ({ name, note, value = "…" }) => `      ${name}: ${JSON.stringify(value)}, // ${note}`,
  );
  return ["    settings: {", ...lines, "    },"];
}
