import { existsSync } from "node:fs";
import type { Config } from "./config.ts";
import { ConfigError } from "./config_error.ts";
import { runEvaluation } from "./evaluate/run_evaluation.ts";
import type { Env } from "./read_env.ts";
import type { CheckedConfig } from "./schema/check_config.ts";

/** Options for {@linkcode loadConfig}. */
export interface LoadConfigOptions {
  env: Env;
  /** Receives warnings. @default none */
  log?: { warn(message: string): void };
  /** Where what the file prints goes. @default {standard error} */
  print?: (text: string) => void;
  /** The time, in milliseconds since 1970. @default {Date.now} */
  now?: () => number;
}

/**
 * Evaluates the configuration file in a fresh process, which also validates what it exports. Call it again to reload.
 *
 * @throws {ConfigError} with every problem, each with its key path.
 */
export async function loadConfig(options: LoadConfigOptions): Promise<Config> {
  const { env, log, print, now = Date.now } = options;
  if (!existsSync(env.configPath)) {
    throw new ConfigError("Cannot load the configuration", [
      `${env.configPath} does not exist: set HOOKGATE_CONFIG to the path of your hookgate.config.ts`,
    ]);
  }
  const evaluated = await runEvaluation(env, { now: now(), ...(print && { print }) });
  const checked = evaluated as CheckedConfig;
  if (checked.config === null)
    throw new ConfigError(`Cannot use ${env.configPath}`, checked.problems);
  for (const warning of checked.warnings) log?.warn(warning);
  return checked.config;
}
