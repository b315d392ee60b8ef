import { type Env, ensureLocalToken, type RunningApp } from "@hookgate/config";
import type { Log } from "@hookgate/telemetry";
import { startConsole } from "./start_console.ts";

/** Options for {@linkcode startConsoleApp}. */
export interface ConsoleAppOptions {
  env: Env;
  log: Log;
}

/** Starts the console as an app. It is ready at once: until a dispatcher answers its pages say so. */
export async function startConsoleApp({ env, log }: ConsoleAppOptions): Promise<RunningApp> {
  const running = await startConsole({ env, localToken: () => ensureLocalToken(env.dataDir), log });
  return {
    ready: Promise.resolve(running.url),
    reload: () => running.reload(),
    stop: () => running.stop(),
  };
}
