import type { ChildProcess } from "node:child_process";
import { StartError } from "@hookgate/types";
import type { Config } from "./config.ts";

/** Argument of an app that gets its configuration from the process that started it, over IPC. */
export const CONFIG_FROM_PARENT = "--config-from-parent";

/** Longer than a parent may take to evaluate it, in milliseconds. */
const WAIT_MS_MAX = 15_000;

interface ConfigMessage {
  hookgateConfig: Config;
}

/**
 * Gives a configuration to an app that runs with {@linkcode CONFIG_FROM_PARENT}. One that is gone gets it when it is started
 * again.
 */
export function sendConfig(child: Pick<ChildProcess, "send" | "connected">, config: Config): void {
  // One that could not be spawned has no channel at all.
  if (!child.connected) return;
  const message: ConfigMessage = { hookgateConfig: config };
  child.send(message, () => {});
}

/**
 * The configuration that the parent of this process sends; `changed` is called with each later one.
 *
 * @throws {StartError} if none comes.
 */
export function receiveConfig(changed: (config: Config) => void): Promise<Config> {
  const { promise, resolve, reject } = Promise.withResolvers<Config>();
  // Also keeps the process alive, which its channel does not.
  const timer = setTimeout(() => {
    reject(new StartError(`Cannot start: the parent sent no configuration in ${WAIT_MS_MAX} ms`));
  }, WAIT_MS_MAX);
  let take = (config: Config) => {
    clearTimeout(timer);
    resolve(config);
    take = changed;
  };
  process.on("message", (message: Partial<ConfigMessage> | null) => {
    if (message?.hookgateConfig) take(message.hookgateConfig);
  });
  process.channel?.unref();
  return promise;
}
