import { readEnv } from "@hookgate/config";
import { findProvider, type Provider } from "@hookgate/providers";
import type { Recipe } from "@hookgate/signature";
import type { Command } from "commander";
import { type Cli, CliError, write } from "../cli.ts";
import { ensureTrialKeys, type TrialKeys } from "../trial/trial_keys.ts";

interface KeysOptions {
  scheme?: string;
}

/** Adds `hookgate keys <provider>`: what it takes to try a provider without an account there. */
export function addKeys(program: Command, cli: Cli): void {
  program
    .command("keys")
    .description("make a secret or a pair of keys to try a provider with, without an account")
    .argument("<provider>", "id of a provider, such as discord")
    .option("--scheme <scheme>", "one of the provider's schemes, where it has several")
    .action((id: string, options: KeysOptions) => makeKeys(id, options, cli));
}

async function makeKeys(id: string, { scheme }: KeysOptions, cli: Cli): Promise<void> {
  const provider = findProvider(id);
  if (provider === null) {
    throw new CliError(`Cannot make keys: no provider is "${id}"`, { exitCode: 2 });
  }
  const recipe = chooseRecipe(provider, scheme);
  const { dataDir, edgePort } = readEnv(cli.env);
  const name = scheme === undefined ? id : `${id}.${scheme}`;
  const keys = ensureTrialKeys(dataDir, { name, recipe, now: cli.now() });
  await write(cli.stdout, describeKeys(keys, { provider, scheme, edgePort }));
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

function describeKeys(
  { secret, secretPath, directory, privateKey, certificatePath }: TrialKeys,
  { provider, scheme, edgePort }: DescribeKeysOptions,
): string {
  const { id, name, alternatives = [], settings = [], sampleTypes, needsPublicUrl } = provider;
  const { secretsSetting } = provider;
  const url = `http://127.0.0.1:${edgePort}/api/webhooks/trial/${id}`;
  const trusted =
    certificatePath === null
      ? 'the public one, which a source trusts, in "secret"'
      : 'its certificate, which a source trusts, in "certificate.pem"';
  const what =
    privateKey === null
      ? `A secret as ${name} has it is in ${secretPath}.`
      : `A pair of keys for ${name} is in ${directory}: ${trusted}.`;
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
    "Whoever can read it can send events: let only a source trust it that is there to try things out.",
    "",
    `  "trial/${id}": {`,
    ...lines,
    "  },",
    "",
    "Put that among the sources of hookgate.config.ts, have it read again (SIGHUP, or npm start), and send:",
    "",
    `  npx hookgate send ${sampleTypes[0] ?? "test"} --source trial/${id}`,
    "",
  ].join("\n");
}

/** What only the operator knows is left to fill in. */
function settingLines(
  settings: readonly { name: string; note: string; value?: string }[],
): string[] {
  if (settings.length === 0) return [];
  const lines = settings.map(
    ({ name, note, value = "…" }) => `      ${name}: ${JSON.stringify(value)}, // ${note}`,
  );
  return ["    settings: {", ...lines, "    },"];
}
