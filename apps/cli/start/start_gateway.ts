import { closeSync, openSync } from "node:fs";
import { fileURLToPath } from "node:url";
import {
  APP_NODE_FLAGS,
  CONFIG_FROM_PARENT,
  type Env,
  EXIT_OPERATOR,
  loadConfig,
  readEnv,
} from "@hookgate/config";
import { standardStream } from "@hookgate/telemetry/output";
import { StartError } from "@hookgate/types";
import type { App } from "./app_process.ts";
import { sendLine } from "./send_line.ts";
import { Supervisor } from "./supervisor.ts";

const MAINS = {
  edge: new URL("../../edge/main.ts", import.meta.url),
  dispatcher: new URL("../../dispatcher/main.ts", import.meta.url),
  console: new URL("../../console/main.ts", import.meta.url),
  gateway: new URL("./gateway_main.ts", import.meta.url),
};

const ALL_ADDRESSES = new Set(["0.0.0.0", "::"]);

/** Options for {@linkcode startGateway}. */
export interface StartGatewayOptions {
  /** Runs edge, dispatcher and console in one process. @default {false} */
  oneProcess?: boolean;
}

// Neither may block, whether the terminal is stopped (Ctrl-S) or nobody reads the pipe.
const out = standardStream(1);
const err = standardStream(2);

/** Runs the gateway until it is stopped; resolves to the exit code of the process. */
export function startGateway(options: StartGatewayOptions = {}): Promise<number> {
  return start(options).catch((error: unknown) => {
    if (!(error instanceof StartError)) throw error;
    log(error.message);
    return EXIT_OPERATOR;
  });
}

async function start({ oneProcess = false }: StartGatewayOptions): Promise<number> {
  const env = readEnv(process.env);
  // In the order in which they stop: without the edge nothing new comes in, so the dispatcher refuses no one.
  const apps = oneProcess
    ? [{ ...app("gateway", env), holds: "console" }]
    : [app("edge", env), app("dispatcher", env), { ...app("console", env), beside: true }];
  const addresses = new Map<string, string>();
  /** Each app with its address, or without one if the others do without it. */
  async function started(name: string, address: string): Promise<void> {
    if (address !== "") out.write(`${name} is ready at ${address}\n`);
    addresses.set(name, address);
    if (addresses.size !== apps.length) return;
    const { sources } = await loaded;
    // Providers are loaded late: nobody waits for this line.
    const { sourceProvider } = await import("@hookgate/providers");
    const [first] = sources;
    const line = sendLine(addresses.get(oneProcess ? "gateway" : "edge") ?? "", {
      sources: sources.map((source) => source.name),
      types: (first && sourceProvider(first)?.sampleTypes) ?? [],
      env: process.env,
    });
    out.write(`${line}\n`);
  }
  const supervisor = new Supervisor(apps, {
    // They write to pipes, and what they write is for whoever reads this process.
    env: { ...process.env, LOG_FORMAT: env.log.format },
    ready: started,
    without: (name) => started(name, ""),
    log,
  });
  const load = () => loadConfig({ env, log: { warn: log }, print: (text) => err.write(text) });
  let loading: Promise<unknown> = Promise.resolve();
  const hadTerminal = hasTerminal();
  process.on("SIGINT", () => supervisor.interrupt());
  process.on("SIGTERM", () => supervisor.stop(0));
  process.on("SIGHUP", () => {
    // SIGHUP means reload, but is also sent when the terminal closes: then nobody could stop us any more.
    if (hadTerminal && !hasTerminal()) supervisor.stop(0);
    else loading = loading.then(load).then((config) => supervisor.configure(config), tellReload);
  });
  // Evaluated once, while the apps load their code: they are given it.
  const loaded = load();
  loading = loaded.catch(() => {});
  const ended = supervisor.run();
  try {
    supervisor.configure(await loaded);
    return await ended;
  } catch (error) {
    supervisor.stop(EXIT_OPERATOR);
    await ended;
    throw error;
  }
}

/** A mistake in a changed file is told; anything else is ours. */
function tellReload(error: unknown): void {
  if (!(error instanceof StartError)) throw error;
  log(`${error.message}\nconfiguration not reloaded: the old one stays in force`);
}

function app(name: keyof typeof MAINS, env: Env): App {
  const { edgeOpsPort, dispatcherOpsPort, opsHost } = env;
  // The console has none.
  const ports = {
    edge: edgeOpsPort,
    gateway: edgeOpsPort,
    dispatcher: dispatcherOpsPort,
    console: 0,
  };
  const opsPort = ports[name];
  // Port 0 takes a free one, which only the app knows.
  return {
    name,
    args: [...APP_NODE_FLAGS, fileURLToPath(MAINS[name]), CONFIG_FROM_PARENT],
    healthPort: opsPort === 0 ? null : opsPort,
    // Not every system connects to the address that stands for all.
    healthHost: ALL_ADDRESSES.has(opsHost) ? "127.0.0.1" : opsHost,
  };
}

function log(line: string): void {
  err.write(`${line}\n`);
}

/** Whether this process still has a controlling terminal. */
function hasTerminal(): boolean {
  try {
    closeSync(openSync("/dev/tty", "r"));
    return true;
  } catch {
    return false;
  }
}
