import type { HookgateConfig } from "./hookgate_config.ts";

export type * from "./hookgate_config.ts";

/** Types a configuration while you write it. It is validated when it is loaded. */
export function defineConfig(config: HookgateConfig): HookgateConfig {
  return config;
}
