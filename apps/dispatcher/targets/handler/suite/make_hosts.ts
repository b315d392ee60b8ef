import { HandlerHosts, type HandlerHostsOptions } from "../handler_hosts.ts";

/** Hosts that are asked for nothing, and accuse nobody. */
export function makeHosts(
  options: Pick<HandlerHostsOptions, "count" | "resolveHookUrl" | "random" | "log">,
): HandlerHosts {
  return new HandlerHosts({
    solo: false,
    yields: false,
    memoryBytesMax: 256 * 1024 ** 2,
    env: {},
    output: null,
    monotonic: () => performance.now(),
    accuse: () => {},
    imported: () => {},
    suspected: () => {},
    recalled: () => {},
    ...options,
  });
}
