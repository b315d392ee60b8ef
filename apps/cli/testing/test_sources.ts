import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { findProvider, type Provider } from "@hookgate/providers";
import { ensureTrialKeys } from "../trial/trial_keys.ts";

/** Where nobody listens: what such providers sign is the URL that they are told. */
const PUBLIC_URL = "https://hooks.example.com/api/webhooks";

/**
 * A source of this provider with keys of its own, as a configuration has it.
 *
 * @throws {Error} if there is no such provider, or it needs to be told more.
 */
export function trialSource(id: string, dataDir: string): object {
  const provider = findProvider(id);
  if (provider === null) {
    throw new Error(`Cannot send: there is neither a source nor a provider "${id}"`);
  }
  const { recipe, needsPublicUrl, secretsSetting } = provider;
  const keys = ensureTrialKeys(dataDir, { name: id, recipe, now: Date.now() });
  const settings = requiredSettings(provider, keys.secret);
  return {
    provider: id,
    ...(secretsSetting === undefined && { secrets: [keys.secret] }),
    ...(keys.certificatePath !== null && { trialCertificate: keys.certificatePath }),
    ...(needsPublicUrl && { publicUrl: `${PUBLIC_URL}/${id}` }),
    ...(settings && { settings }),
  };
}

function requiredSettings(
  { id, settings = [], secretsSetting }: Provider,
  secret: string,
): Record<string, string> | null {
  const required = settings.filter(({ required }) => required).map(({ name }) => name);
  const others = required.filter((name) => name !== secretsSetting);
  if (others.length > 0) {
    throw new Error(`Cannot send as ${id}: name it in \`sources\`, with its ${others.join(", ")}`);
  }
  return secretsSetting === undefined ? null : { [secretsSetting]: secret };
}

/** Options for {@linkcode writeTestConfig}. */
export interface TestConfigOptions {
  folder: string;
  sources: Readonly<Record<string, object>>;
  /** By pattern of types: the path of a handler's file; null for a function of the test. */
  handlers: Readonly<Record<string, string | null>>;
}

/** Writes a configuration of these sources and handlers; returns its path. */
export async function writeTestConfig(options: TestConfigOptions): Promise<string> {
  const { folder, sources, handlers } = options;
  const subscriptions = Object.fromEntries(
    Object.entries(handlers).map(([pattern, handler]) => {
      const target = handler === null ? { stream: true } : { handler };
      return [subscriptionName(pattern), { events: [pattern], ...target }];
    }),
  );
  const path = join(folder, "hookgate.config.mjs");
  await writeFile(path, `export default ${JSON.stringify({ sources, subscriptions })};\n`);
  return path;
}

/** The subscription of a handler: `payment.*` is `payment_any`. */
export function subscriptionName(pattern: string): string {
  return pattern.replaceAll("*", "any").replaceAll(/[^A-Za-z0-9_-]/g, "_");
}
