import type { Pause } from "@hookgate/types";

/**
 * Whether a pause takes effect where another one stands. One by `backlog` does, where deliveries go on being made: what
 * an operator or an endpoint has paused must not grow for ever.
 */
export function replacesPause(by: Pause["by"], standing: Pause): boolean {
  return by === "backlog" && (standing.by === "operator" || standing.by === "endpoint");
}
