import type { HookgateConfig } from "./hookgate_config.ts";

/** Types a configuration as one writes it; it is validated when it is loaded, with errors that name the key. */
export function defineConfig(config: HookgateConfig): HookgateConfig {
  return config;
}
