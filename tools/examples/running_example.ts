import { join, resolve } from "node:path";
import { temporaryDirectory, waitFor } from "@hookgate/testing";
import { callHookgate } from "../../apps/cli/suite/call_hookgate.ts";
import { type Apps, prepareApps } from "../processes/apps.ts";

const EXAMPLES = resolve(import.meta.dirname, "../../examples");

/** An example of `examples`, with a gateway that runs its configuration as it is. */
export interface RunningExample extends AsyncDisposable {
  apps: Apps;
  /** Its folder in the tree. */
  folder: string;
  /** A folder for what it writes. */
  place: string;
  /** Runs a command as its user would, and returns what it prints. @throws {Error} if it fails. */
  hookgate(...args: string[]): Promise<string>;
  /** Sends a sample event, and returns its id. */
  send(type: string, ...args: string[]): Promise<string>;
  /** Resolves once every delivery of an event is delivered. */
  delivered(event: string): Promise<void>;
}

/** Options for {@linkcode runExample}. */
export interface RunExampleOptions {
  /** Variables that the example asks for; gets the folder for what it writes. */
  env: (place: string) => Record<string, string>;
}

/** Starts edge and dispatcher in one process on an example's configuration. */
export async function runExample(
  name: string,
  { env: own }: RunExampleOptions,
): Promise<RunningExample> {
  const stack = new AsyncDisposableStack();
  const place = stack.use(await temporaryDirectory()).path;
  const folder = join(EXAMPLES, name);
  const env = { HOOKGATE_CONFIG: join(folder, "hookgate.config.ts"), ...own(place) };
  const apps = await prepareApps(place, { config: "{}", env });
  const { stop } = await apps.start("gateway");
  stack.defer(stop);

  async function hookgate(...args: string[]): Promise<string> {
    // The configuration is evaluated in a process of its own, which has this one's variables.
    const before = { ...process.env };
    Object.assign(process.env, env);
    try {
      const { code, out, err } = await callHookgate(args, { ...apps.env, LOG_LEVEL: "info" });
      if (code !== 0) throw new Error(`hookgate ${args.join(" ")} failed: ${err}`);
      return out;
    } finally {
      for (const key of Object.keys(env)) delete process.env[key];
      Object.assign(process.env, before);
    }
  }

  return {
    apps,
    folder,
    place,
    hookgate,
    async send(type, ...args) {
      const { answer } = JSON.parse(await hookgate("send", type, "--json", ...args));
      return answer.eventId;
    },
    async delivered(event) {
      const done = async () => {
        const { deliveries } = JSON.parse(await hookgate("event", event, "--json"));
        const states = deliveries.map(({ state }: { state: string }) => state);
        return states.length > 0 && states.every((state: string) => state === "delivered");
      };
      await waitFor(done, { what: `${event} to be delivered`, timeoutMs: 20_000 });
    },
    [Symbol.asyncDispose]: () => stack.disposeAsync(),
  };
}
