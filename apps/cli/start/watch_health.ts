import { get } from "node:http";

/** Options for {@linkcode watchHealth}. */
export interface WatchHealthOptions {
  /** Called once, when the app has not answered {@linkcode failuresMax} times in a row. */
  dead: () => void;
  /** Where it listens. @default {"127.0.0.1"} */
  host?: string;
  /** Wait between two requests, in milliseconds. @default {1_000} */
  everyMs?: number;
  /** Longest wait for an answer, in milliseconds. @default {1_000} */
  timeoutMs?: number;
  /** Requests without an answer before the app counts as dead. @default {5} */
  failuresMax?: number;
}

/**
 * Asks an app for `/healthz` on this port, again and again. Failures are counted, not timed: after a pause
 * of this process itself, such as a suspended machine, the app still gets all its chances.
 *
 * Returns what ends the watch.
 */
export function watchHealth(port: number, options: WatchHealthOptions): () => void {
  const { dead, host = "127.0.0.1", everyMs = 1_000, timeoutMs = 1_000, failuresMax = 5 } = options;
  let failures = 0;
  let stopped = false;
  let timer = setTimeout(look, everyMs);

  async function look(): Promise<void> {
    failures = (await answers({ host, port }, timeoutMs)) ? 0 : failures + 1;
    if (stopped) return;
    if (failures >= failuresMax) dead();
    else timer = setTimeout(look, everyMs);
  }

  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

/** Whether the event loop of the app turns: it answers, or refuses a connection that it has accepted. */
function answers(at: { host: string; port: number }, timeoutMs: number): Promise<boolean> {
  return new Promise((resolve) => {
    const request = get({ ...at, path: "/healthz", agent: false });
    const timer = setTimeout(() => {
      resolve(false);
      request.destroy();
    }, timeoutMs);
    const settle = (alive: boolean) => {
      clearTimeout(timer);
      resolve(alive);
    };
    request.once("response", (response) => {
      response.resume();
      settle(response.statusCode === 200);
    });
    // At its limit of connections or of file descriptors an app closes new ones at once.
    request.on("error", ({ code }: NodeJS.ErrnoException) => settle(code === "ECONNRESET"));
  });
}
