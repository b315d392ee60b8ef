/**
 * The environment and the configuration file, read in one place and validated: every problem in one message, each with
 * its key path.
 *
 * ```ts
 * import { loadConfig, readEnv } from "@hookgate/config";
 * const config = await loadConfig({ env: readEnv(process.env) });
 * ```
 *
 * @module
 */
export * from "./config.ts";
export * from "./config_error.ts";
export * from "./define_config.ts";
export * from "./evaluate/run_evaluation.ts";
export * from "./find_config.ts";
export * from "./generated_secrets.ts";
export * from "./load_config.ts";
export * from "./load_dot_env.ts";
export * from "./log_settings.ts";
export * from "./node_flags.ts";
export * from "./open_files_max.ts";
export * from "./parent_config.ts";
export * from "./read_env.ts";
export * from "./run_app.ts";
export * from "./schema/addresses.ts";
export * from "./schema/compile_pattern.ts";
export * from "./schema/nearest_name.ts";
export * from "./schema/patterns.ts";
export * from "./schema/renamed_type.ts";
export * from "./schema/weak_secret.ts";
